import { element } from '../elements.ts';
import { decimal, missing, words } from '../format.ts';
import type { FrameRow } from '../frame.ts';
import type { Column } from '../grid/columns.ts';
import { t } from '../strings.ts';
import { clockMillis, dayMinute, isoTime, milliseconds, wallClock, zoneName } from '../time.ts';
import { sourceLink } from './header.ts';

/** The columns of the further tables of a run; each names the row's field it shows. */
export function frameColumns(
  frame: 'orders' | 'fills' | 'account' | 'log',
  open: (place: string) => void,
): Column<FrameRow>[] {
  switch (frame) {
    case 'orders':
      return [
        at('ts_init', t('Time ({0})', zoneName)),
        text('instrument_id', t('Instrument'), 130),
        side('side'),
        word('type', t('Type'), 130),
        number('quantity', t('Qty')),
        number('filled_qty', t('Filled')),
        number('price', t('Limit px')),
        number('trigger_price', t('Trigger px')),
        number('avg_px', t('Avg px')),
        text('time_in_force', t('TIF'), 56),
        word('status', t('State'), 130),
        place('line', t('Source'), open),
        { ...text('client_order_id', t('Client order id'), 220), rest: true },
      ];
    case 'fills':
      return [
        at('ts_event', t('Time ({0})', zoneName)),
        text('instrument_id', t('Instrument'), 130),
        side('order_side'),
        word('order_type', t('Type'), 120),
        number('last_qty', t('Qty')),
        number('last_px', t('Price')),
        text('commission', t('Commission'), 110),
        word('liquidity_side', t('Liquidity'), 90),
        text('trade_id', t('Trade id'), 180),
        { ...text('client_order_id', t('Client order id'), 220), rest: true },
      ];
    case 'account':
      return [
        at('ts_event', t('Time ({0})', zoneName)),
        text('account_id', t('Account'), 120),
        balance('total', t('Total')),
        balance('free', t('Free')),
        balance('locked', t('Locked')),
        { ...text('account_type', t('Type'), 90), rest: true },
      ];
    case 'log':
      return [
        {
          id: 'timestamp',
          title: t('Time'),
          width: 104,
          text: ({ timestamp }) => (typeof timestamp === 'string' ? clockMillis(Date.parse(timestamp)) : ''),
        },
        {
          ...text('level', t('Level'), 70),
          show: ({ level }) => [
            element(
              'span',
              { class: /ERR/.test(String(level)) ? 'loss' : /WARN/.test(String(level)) ? 'warn' : 'muted' },
              String(level ?? ''),
            ),
          ],
        },
        text('component', t('From'), 150),
        { ...text('message', t('Message'), 400), rest: true },
      ];
  }
}

export function rowKey(row: FrameRow): string {
  return (
    String(row.client_order_id ?? row.trade_id ?? row.event_id ?? row['#'] ?? row.timestamp ?? '') +
    String(row.trade_id ?? '')
  );
}

function text(id: string, title: string, width: number): Column<FrameRow> {
  return {
    id,
    title,
    width,
    text: (row) => (row[id] === null || row[id] === undefined ? '' : String(row[id])),
  };
}

function word(id: string, title: string, width: number): Column<FrameRow> {
  return {
    ...text(id, title, width),
    text: (row) => words(String(row[id] ?? '')),
    csv: (row) => String(row[id] ?? ''),
  };
}

function side(id: string): Column<FrameRow> {
  return {
    id,
    title: t('Side'),
    width: 72,
    text: (row) => (row[id] === 'BUY' ? `▲ ${t('Buy')}` : `▽ ${t('Sell')}`),
    csv: (row) => String(row[id]),
  };
}

function number(id: string, title: string): Column<FrameRow> {
  const read = (row: FrameRow) =>
    row[id] === null || row[id] === undefined || row[id] === '' ? undefined : String(row[id]);
  return {
    id,
    title,
    width: 100,
    number: true,
    text: (row) => (read(row) === undefined ? '' : decimal(read(row) ?? '')),
    order: (row) => Number(read(row) ?? Number.NaN),
    csv: (row) => read(row) ?? '',
  };
}

function at(id: string, title: string): Column<FrameRow> {
  const read = (row: FrameRow) => (typeof row[id] === 'string' ? milliseconds(row[id]) : undefined);
  return {
    id,
    title,
    width: 140,
    text: (row) => {
      const time = read(row);
      return time === undefined ? missing : `${dayMinute(time)}${wallClock(time).slice(16, 19)}`;
    },
    order: (row) => read(row) ?? 0,
    csv: (row) => {
      const time = read(row);
      return time === undefined ? '' : isoTime(time);
    },
  };
}

function place(id: string, title: string, open: (place: string) => void): Column<FrameRow> {
  return {
    ...text(id, title, 140),
    show: (row) => (typeof row[id] === 'string' ? [sourceLink(row[id], open)] : []),
  };
}

function balance(field: 'total' | 'free' | 'locked', title: string): Column<FrameRow> {
  return {
    id: field,
    title,
    width: 170,
    number: true,
    text: ({ balances }) => {
      const all: unknown = typeof balances === 'string' ? JSON.parse(balances) : [];
      const texts = Array.isArray(all)
        ? all.map((one: Record<string, unknown>) => `${decimal(String(one[field]))} ${one.currency}`)
        : [];
      return texts.join(', ');
    },
  };
}
