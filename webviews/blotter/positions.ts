import * as z from 'zod';
import { element } from '../elements.ts';
import { decimal, missing, signedDecimal } from '../format.ts';
import type { Column } from '../grid/columns.ts';
import { mood } from '../report/columns.ts';
import { t } from '../strings.ts';
import { dayMinute, duration, isoTime, wallClock, zoneName } from '../time.ts';
import { sideWord } from './columns.ts';
import { type Fill, parseTime } from './order.ts';

export interface Position {
  id: string;
  instrument: string;
  side: string;
  quantity: string;
  peak: string;
  opened: number;
  closed: number | undefined;
  averageOpen: string;
  averageClose: string | undefined;
  realized: string | undefined;
  currency: string;
  strategy: string;
}

const anyText = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? undefined : String(value)));

const PositionRow = z.object({
  position_id: z.string(),
  instrument_id: z.string(),
  strategy_id: z.string().default(''),
  side: z.string(),
  entry: anyText,
  quantity: z.string(),
  peak_qty: z.string().default('0'),
  ts_opened: z.union([z.string(), z.number()]),
  ts_closed: z.union([z.string(), z.number()]).nullish(),
  avg_px_open: anyText,
  avg_px_close: anyText,
  realized_pnl: anyText,
  settlement_currency: z.string().default(''),
});

export function toPosition(row: Record<string, unknown>): Position {
  const found = PositionRow.parse(row);
  const [amount, currency] = (found.realized_pnl ?? '').split(' ');
  const closed =
    found.ts_closed === null || found.ts_closed === undefined
      ? undefined
      : parseTime(String(found.ts_closed));
  return {
    id: found.position_id,
    instrument: found.instrument_id,
    side: found.side,
    quantity: found.quantity,
    peak: found.peak_qty,
    opened: parseTime(String(found.ts_opened)),
    closed: found.side === 'FLAT' ? closed : undefined,
    averageOpen: found.avg_px_open ?? '',
    averageClose: found.avg_px_close,
    realized: amount || undefined,
    currency: currency ?? found.settlement_currency,
    strategy: found.strategy_id,
  };
}

export function positionColumns(): Column<Position>[] {
  const text = (
    id: string,
    title: string,
    width: number,
    read: (one: Position) => string,
    number = false,
  ): Column<Position> => ({ id, title, width, text: read, number });
  return [
    {
      ...text('opened', t('Opened ({0})', zoneName), 120, ({ opened }) => dayMinute(opened)),
      order: ({ opened }) => opened,
      csv: ({ opened }) => isoTime(opened),
    },
    text('instrument', t('Instrument'), 130, ({ instrument }) => instrument),
    text('side', t('Side'), 80, ({ side }) =>
      side === 'LONG' ? `▲ ${t('Long')}` : side === 'SHORT' ? `▽ ${t('Short')}` : t('flat'),
    ),
    {
      ...text('quantity', t('Qty'), 100, ({ quantity }) => decimal(quantity), true),
      order: ({ quantity }) => Number(quantity),
    },
    { ...text('peak', t('Peak'), 100, ({ peak }) => decimal(peak), true), order: ({ peak }) => Number(peak) },
    text('open', t('Avg open'), 100, ({ averageOpen }) => decimal(averageOpen), true),
    text(
      'close',
      t('Avg close'),
      100,
      ({ averageClose }) => (averageClose ? decimal(averageClose) : ''),
      true,
    ),
    {
      ...text(
        'realized',
        t('Realised'),
        150,
        ({ realized, currency }) =>
          realized === undefined ? missing : `${signedDecimal(realized)} ${currency}`,
        true,
      ),
      order: ({ realized }) => Number(realized ?? 0),
      show: ({ realized, currency }) => [
        element(
          'span',
          { class: mood(Number(realized ?? 0)) },
          realized === undefined ? missing : `${signedDecimal(realized)} ${currency}`,
        ),
      ],
    },
    text(
      'held',
      t('Held'),
      90,
      ({ opened, closed }) => (closed === undefined ? t('open') : duration(closed - opened)),
      true,
    ),
    text('strategy', t('Strategy'), 140, ({ strategy }) => strategy),
    { ...text('id', t('Position id'), 240, ({ id }) => id), rest: true },
  ];
}

export function fillColumns(): Column<Fill>[] {
  const text = (
    id: string,
    title: string,
    width: number,
    read: (one: Fill) => string,
    number = false,
  ): Column<Fill> => ({ id, title, width, text: read, number });
  return [
    {
      ...text('time', t('Time ({0})', zoneName), 140, ({ time }) =>
        wallClock(time).slice(5, 19).replace('T', ' '),
      ),
      order: ({ time }) => time,
      csv: ({ time }) => isoTime(time),
    },
    text('instrument', t('Instrument'), 130, ({ instrument }) => instrument),
    text('side', t('Side'), 72, ({ side }) => sideWord(side)),
    {
      ...text('quantity', t('Qty'), 100, ({ quantity }) => decimal(quantity), true),
      order: ({ quantity }) => Number(quantity),
    },
    {
      ...text('price', t('Price'), 100, ({ price }) => decimal(price), true),
      order: ({ price }) => Number(price),
    },
    text('liquidity', t('Liquidity'), 90, ({ liquidity }) => liquidity.toLowerCase()),
    text('commission', t('Commission'), 120, ({ commission }) => commission, true),
    text('id', t('Trade id'), 200, ({ id }) => id),
    { ...text('order', t('Client order id'), 220, ({ order }) => order), rest: true },
  ];
}
