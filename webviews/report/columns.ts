import { linkButton } from '../controls.ts';
import { element } from '../elements.ts';
import { decimal, fixed, missing, signed, signedDecimal, signedPercent } from '../format.ts';
import type { Column } from '../grid/columns.ts';
import type { Filterable } from '../grid/filter.ts';
import { t } from '../strings.ts';
import { dayMinute, duration, isoTime, zoneName } from '../time.ts';
import type { Trade } from './trade.ts';

/** The columns of the trades; `largest` is the biggest profit or loss, which the bars are measured by. */
export function tradeColumns(
  trades: Trade[],
  open: (place: string) => void,
  narrow: boolean,
): Column<Trade>[] {
  const [first] = trades;
  const money = first?.currency ?? '';
  const own = first?.own.currency ?? '';
  const digits = Math.max(0, ...trades.map(({ pnl }) => pnl?.split('.')[1]?.length ?? 0));
  const amount = (text: string | undefined) =>
    text === undefined ? missing : signedDecimal(padded(text, digits));
  const largest = Math.max(1e-9, ...trades.map(({ value }) => Math.abs(value)));
  const pnl: Column<Trade> = {
    id: 'pnl',
    title: t('PnL {0}', money),
    width: narrow ? 104 : 112,
    number: true,
    text: ({ pnl: text }) => amount(text),
    order: ({ value }) => value,
    csv: ({ pnl: text }) => text ?? '',
    show: ({ pnl: text, value }) => [element('span', { class: mood(value) }, amount(text))],
  };
  const number: Column<Trade> = {
    id: 'trade',
    title: '#',
    width: 48,
    number: true,
    text: (trade) => String(trade.number),
    order: (trade) => trade.number,
  };
  const held: Column<Trade> = {
    id: 'held',
    title: t('Held'),
    width: 84,
    number: true,
    text: (trade) => duration(heldOf(trade)),
    order: (trade) => heldOf(trade) ?? 0,
  };
  if (narrow) {
    const side: Column<Trade> = {
      id: 'opened',
      title: t('Side · entry ({0})', zoneName),
      width: 150,
      rest: true,
      text: (trade) => `${sideWord(trade)} ${dayMinute(trade.opened)}`,
      order: (trade) => trade.opened,
      show: (trade) => [
        element(
          'span',
          {},
          sideWord(trade),
          element('span', { class: 'muted' }, ` ${dayMinute(trade.opened)}`),
        ),
      ],
    };
    return [number, side, held, pnl];
  }
  return [
    number,
    { id: 'side', title: t('Side'), width: 84, text: sideWord },
    {
      id: 'instrument',
      title: t('Instrument'),
      width: 120,
      text: ({ instrument }) => instrument,
      further: true,
    },
    {
      id: 'quantity',
      title: t('Qty'),
      width: 80,
      number: true,
      text: ({ quantity }) => decimal(quantity),
      order: ({ quantity }) => Number(quantity),
      csv: ({ quantity }) => quantity,
    },
    time('opened', t('Entry ({0})', zoneName), ({ opened }) => opened),
    price('entry', t('Entry px'), trades, ({ entryPrice }) => entryPrice),
    {
      ...time('closed', t('Exit ({0})', zoneName), ({ closed }) => closed),
      text: ({ closed }) => (closed === undefined ? t('open') : dayMinute(closed)),
    },
    price('exit', t('Exit px'), trades, ({ exitPrice }) => exitPrice),
    held,
    pnl,
    {
      id: 'bar',
      title: '',
      width: 76,
      text: () => '',
      order: ({ value }) => value,
      csv: () => '',
      show: ({ value }) => [bar(value / largest)],
    },
    {
      id: 'return',
      title: t('Return %'),
      width: 76,
      number: true,
      text: (trade) => signedPercent(trade.return),
      order: (trade) => trade.return ?? 0,
      csv: (trade) => String(trade.return ?? ''),
    },
    {
      id: 'cumulative',
      title: t('Cum. PnL {0}', money),
      width: 112,
      number: true,
      text: ({ cumulative }) => signed(cumulative, 2),
      order: ({ cumulative }) => cumulative,
      csv: ({ cumulative }) => cumulative.toFixed(2),
    },
    excursion('mfe', t('MFE {0}', own), t('Maximum favourable excursion: the best the trade stood at.')),
    excursion('mae', t('MAE {0}', own), t('Maximum adverse excursion: the worst the trade stood at.')),
    {
      id: 'fees',
      title: t('Fees'),
      width: 84,
      number: true,
      text: ({ fees }) => fees.map((fee) => decimalMoney(fee)).join(', ') || missing,
      order: ({ fees }) => Number(fees[0]?.split(' ')[0] ?? 0),
    },
    line('entered', t('Entered by'), ({ entryLine }) => entryLine, open),
    line('exited', t('Exited by'), ({ exitLine }) => exitLine, open),
  ];
}

export function filterable(trade: Trade): Filterable {
  const { number, side, instrument, quantity, value, entryLine, exitLine, return: share } = trade;
  return {
    fields: {
      '#': number,
      trade: number,
      side,
      instrument,
      qty: quantity,
      pnl: value,
      held: (heldOf(trade) ?? 0) / 60_000,
      return: share === undefined ? undefined : share * 100,
      mae: trade.mae,
      mfe: trade.mfe,
      line: [entryLine, exitLine].join(' '),
    },
    text: [number, side, instrument, entryLine, exitLine, dayMinute(trade.opened)].join(' '),
  };
}

export function sideWord({ side }: Pick<Trade, 'side'>): string {
  return side === 'LONG' ? `▲ ${t('Long')}` : `▽ ${t('Short')}`;
}

export function mood(value: number): string {
  return value > 0 ? 'gain' : value < 0 ? 'loss' : '';
}

export function heldOf({ opened, closed }: Trade): number | undefined {
  return closed === undefined ? undefined : closed - opened;
}

/** The last part of `strategies/ema_cross.py:279`. */
export function shortPlace(place: string): string {
  return place.split('/').at(-1) ?? place;
}

function decimalMoney(text: string): string {
  return decimal(text.split(' ')[0] ?? text);
}

function time(id: string, title: string, read: (trade: Trade) => number | undefined): Column<Trade> {
  return {
    id,
    title,
    width: 108,
    text: (trade) => dayMinute(read(trade)),
    order: (trade) => read(trade) ?? Number.POSITIVE_INFINITY,
    csv: (trade) => {
      const at = read(trade);
      return at === undefined ? '' : isoTime(at);
    },
  };
}

function price(
  id: string,
  title: string,
  trades: Trade[],
  read: (trade: Trade) => string | undefined,
): Column<Trade> {
  // An average of fills may have more decimals than a price; all of them are shown in every row.
  const digits = Math.max(0, ...trades.map((trade) => read(trade)?.split('.')[1]?.length ?? 0));
  return {
    id,
    title,
    width: 76,
    number: true,
    text: (trade) => (read(trade) === undefined ? '' : decimal(padded(read(trade) ?? '', digits))),
    order: (trade) => Number(read(trade) ?? 0),
    csv: (trade) => read(trade) ?? '',
  };
}

function excursion(id: 'mae' | 'mfe', title: string, hint: string): Column<Trade> {
  return {
    id,
    title,
    hint,
    width: 84,
    number: true,
    text: (trade) => (trade[id] === undefined ? missing : fixed(Number(trade[id]), 0)),
    order: (trade) => Number(trade[id] ?? 0),
    csv: (trade) => trade[id] ?? '',
  };
}

function line(
  id: string,
  title: string,
  read: (trade: Trade) => string | undefined,
  open: (place: string) => void,
): Column<Trade> {
  return {
    id,
    title,
    width: 126,
    rest: id === 'exited',
    text: (trade) => read(trade) ?? '',
    show: (trade) => {
      const place = read(trade);
      if (place === undefined) return [];
      const link = linkButton(shortPlace(place), () => open(place), place);
      link.classList.add('mono');
      link.tabIndex = -1;
      return [link];
    },
  };
}

/** Profit to the right and filled, loss to the left and hollow, 64 px around zero. */
function bar(share: number): HTMLElement {
  const made = element('span', { class: `pnl-bar ${share >= 0 ? 'up' : 'down'}`, 'aria-hidden': 'true' });
  const size = Math.max(1, Math.round(Math.abs(share) * 32));
  made.style.width = `${size}px`;
  made.style.marginLeft = share >= 0 ? '32px' : `${32 - size}px`;
  return made;
}

function padded(text: string, digits: number): string {
  const [whole = '', fraction = ''] = text.split('.');
  return digits === 0 && fraction === '' ? whole : `${whole}.${fraction.padEnd(digits, '0')}`;
}
