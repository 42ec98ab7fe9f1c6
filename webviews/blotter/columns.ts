import { linkButton } from '../controls.ts';
import { type Child, element } from '../elements.ts';
import { decimal, words } from '../format.ts';
import type { Column } from '../grid/columns.ts';
import { twist } from '../grid/grid.ts';
import { icon } from '../icons.ts';
import { t } from '../strings.ts';
import { clock, clockMillis, day, isoTime, wallClock, zoneName } from '../time.ts';
import type { Line } from './arrangement.ts';
import type { EditableColumn } from './editing.ts';
import type { Fill, Order } from './order.ts';
import { lookOf } from './states.ts';

export interface ColumnOptions {
  openSource(place: string): void;
  /** More than one day is shown: the date stands before the time. */
  withDay: boolean;
  narrow: boolean;
  /** Whether states may have changed without being told. */
  uncertain(): boolean;
  /** Buttons of a row under the pointer; none where nothing can be done. */
  actions(order: Order): HTMLElement[];
  /** What stands in a cell while it is changed. */
  edited(order: Order, column: EditableColumn): HTMLElement | undefined;
}

export function blotterColumns(options: ColumnOptions): Column<Line>[] {
  const { openSource, withDay, narrow, uncertain } = options;
  if (narrow) return [narrowColumn(options)];
  const number = (
    id: string,
    title: string,
    width: number,
    read: (order: Order) => string | undefined,
    ofFill?: (fill: Fill) => string,
  ): Column<Line> => ({
    id,
    title,
    width,
    number: true,
    text: (line) => {
      const value =
        line.kind === 'fill' ? ofFill?.(line.fill) : line.kind === 'order' ? read(line.order) : undefined;
      return value === undefined ? '' : decimal(value);
    },
    order: (line) => (line.kind === 'order' ? Number(read(line.order) ?? Number.NEGATIVE_INFINITY) : 0),
    csv: (line) => (line.kind === 'order' ? (read(line.order) ?? '') : ''),
  });
  const text = (
    id: string,
    title: string,
    width: number,
    read: (order: Order) => string | undefined,
    ofFill?: (fill: Fill) => string,
  ): Column<Line> => ({
    id,
    title,
    width,
    text: (line) =>
      line.kind === 'fill'
        ? (ofFill?.(line.fill) ?? '')
        : line.kind === 'order'
          ? (read(line.order) ?? '')
          : '',
  });
  const further = (column: Column<Line>): Column<Line> => ({ ...column, further: true });
  const editable = (id: EditableColumn, title: string, width: number): Column<Line> => {
    const column = number(id, title, width, (order) => order[id]);
    return {
      ...column,
      show: (line) => [
        (line.kind === 'order' && options.edited(line.order, id)) || element('span', {}, column.text(line)),
      ],
    };
  };
  return [
    {
      id: 'time',
      title: t('Time ({0})', zoneName),
      width: withDay ? 132 : 106,
      text: (line) => timeOf(line, withDay),
      order: (line) => (line.kind === 'order' ? line.order.time : 0),
      csv: (line) => (line.kind === 'order' ? isoTime(line.order.time) : ''),
      show: (line) => [lead(line), element('span', {}, timeOf(line, withDay))],
    },
    text(
      'instrument',
      t('Instrument'),
      104,
      ({ instrument }) => instrument,
      () => t('fill'),
    ),
    text(
      'side',
      t('Side'),
      64,
      ({ side }) => sideWord(side),
      ({ liquidity }) => liquidity.toLowerCase(),
    ),
    {
      id: 'type',
      title: t('Type'),
      width: 146,
      text: (line) =>
        line.kind === 'order'
          ? [words(line.order.type), line.order.role].filter(Boolean).join(' ')
          : line.kind === 'fill'
            ? line.fill.id
            : '',
      show: (line) =>
        line.kind === 'order'
          ? [
              element(
                'span',
                {},
                words(line.order.type),
                line.order.role && element('span', { class: 'muted' }, ` ${line.order.role}`),
              ),
            ]
          : line.kind === 'fill'
            ? [element('span', { class: 'mono muted' }, line.fill.id)]
            : [],
    },
    editable('quantity', t('Qty'), 92),
    {
      ...number(
        'filled',
        t('Filled'),
        102,
        ({ filled }) => filled,
        ({ quantity }) => quantity,
      ),
      show: (line) => filledCell(line),
    },
    editable('price', t('Limit px'), 84),
    editable('trigger', t('Trigger px'), 84),
    number(
      'average',
      t('Avg px'),
      78,
      ({ average }) => average,
      ({ price }) => price,
    ),
    text('tif', t('TIF'), 50, ({ timeInForce }) => timeInForce),
    {
      id: 'state',
      title: t('State'),
      width: 152,
      text: (line) =>
        line.kind === 'order'
          ? lookOf(line.order.status).word
          : line.kind === 'fill'
            ? t('fill {0} of {1}', line.at, line.of)
            : '',
      csv: (line) => (line.kind === 'order' ? line.order.status : ''),
      show: (line) =>
        line.kind === 'order'
          ? [
              stateCell(line.order, uncertain()),
              element('span', { class: 'row-actions' }, ...options.actions(line.order)),
            ]
          : line.kind === 'fill'
            ? [element('span', { class: 'muted' }, t('fill {0} of {1}', line.at, line.of))]
            : [],
    },
    {
      ...text(
        'flags',
        t('Flags, tags'),
        110,
        ({ flags }) => flags.join(', '),
        ({ commission }) => (commission ? t('commission {0}', commission) : ''),
      ),
      rest: true,
    },
    {
      ...text('source', t('Source'), 124, ({ source, strategy }) => source ?? sourceWord(strategy)),
      show: (line) => (line.kind === 'order' ? [sourceCell(line.order, openSource)] : []),
    },
    further(text('strategy', t('Strategy'), 130, ({ strategy }) => strategy)),
    further(text('id', t('Client order id'), 220, ({ id }) => id)),
    further(text('venue', t('Venue order id'), 120, ({ venueId }) => venueId)),
    further(text('position', t('Position'), 140, ({ position }) => position)),
    further(text('account', t('Account'), 100, ({ account }) => account)),
    further(number('slippage', t('Slippage'), 84, ({ slippage }) => slippage)),
    further(text('commission', t('Commission'), 110, ({ commission }) => commission)),
    further({
      ...text('updated', t('Updated'), 110, ({ updated }) => clockMillis(updated)),
      order: (line) => (line.kind === 'order' ? line.order.updated : 0),
    }),
  ];
}

/** Two lines for an order where there is no room for columns. */
function narrowColumn(options: ColumnOptions): Column<Line> {
  return {
    id: 'order',
    title: t('Order'),
    width: 300,
    rest: true,
    text: (line) => (line.kind === 'order' ? line.order.id : ''),
    order: (line) => (line.kind === 'order' ? line.order.time : 0),
    show: (line) => {
      if (line.kind === 'fill')
        return [
          element(
            'span',
            { class: 'muted narrow-fill' },
            t('filled {0} at {1}', decimal(line.fill.quantity), decimal(line.fill.price)),
          ),
        ];
      if (line.kind !== 'order') return [];
      const { order, level } = line;
      const price = order.price ?? order.trigger;
      const made = element(
        'span',
        { class: 'narrow-order' },
        element(
          'span',
          { class: 'row' },
          element(
            'span',
            { class: 'clip' },
            sideMark(order.side),
            element(
              'strong',
              {},
              `${order.side === 'BUY' ? t('Buy') : t('Sell')} ${decimal(order.quantity)}`,
            ),
            ` ${words(order.type).toLowerCase()}${price ? ` ${decimal(price)}` : ''}`,
          ),
          element('span', { class: 'grow' }),
          stateCell(order, options.uncertain()),
        ),
        element(
          'span',
          { class: 'row muted' },
          element(
            'span',
            { class: 'clip' },
            [order.instrument, timeOf(line, options.withDay), order.role].filter(Boolean).join(' · '),
          ),
          element('span', { class: 'grow' }),
          Number(order.filled) > 0 ? t('{0} filled', decimal(order.filled)) : order.timeInForce,
        ),
      );
      made.style.paddingLeft = `${(level - 1) * 16}px`;
      return [made];
    },
  };
}

export function stateCell({ status }: Pick<Order, 'status'>, uncertain: boolean): HTMLElement {
  const { word, icon: name, group, quiet } = lookOf(status);
  const open = group === 'working' || group === 'inflight';
  const doubt = uncertain && open;
  return element(
    'span',
    { class: `state ${quiet ? 'quiet' : group}` },
    icon(name),
    element('span', { class: doubt ? 'doubt' : undefined }, doubt ? `${word} ?` : word),
  );
}

export function sideWord(side: string): string {
  return side === 'BUY' ? `▲ ${t('Buy')}` : `▽ ${t('Sell')}`;
}

function sideMark(side: string): string {
  return side === 'BUY' ? '▲ ' : '▽ ';
}

export function sourceWord(strategy: string): string {
  if (/^(MANUAL|DESK|ORDER)/i.test(strategy)) return t('order form');
  return strategy === '' || /EXTERNAL/.test(strategy) ? t('outside') : strategy;
}

export function sourceCell({ source, strategy }: Order, open: (place: string) => void): HTMLElement {
  if (source === undefined) return element('span', {}, sourceWord(strategy));
  const link = linkButton(source.split('/').at(-1) ?? source, () => open(source), source);
  link.classList.add('mono');
  link.tabIndex = -1;
  return link;
}

function timeOf(line: Line, withDay: boolean): string {
  if (line.kind === 'group' || line.kind === 'reason') return '';
  const time = line.kind === 'fill' ? line.fill.time : line.order.time;
  return withDay ? `${day(time)} ${wallClock(time).slice(11, 19)}` : clock(time);
}

function lead(line: Line): HTMLElement {
  if (line.kind === 'order')
    return line.level > 1 ? element('span', { class: 'branch' }, '└') : twist(line.open);
  const branch = element('span', { class: 'branch' }, '└');
  if (line.kind === 'fill') branch.style.marginLeft = `${(line.level - 2) * 12}px`;
  return branch;
}

function filledCell(line: Line): Child[] {
  if (line.kind === 'fill') return [element('span', {}, decimal(line.fill.quantity))];
  if (line.kind !== 'order') return [];
  const { filled, quantity, status } = line.order;
  const amount = Number(filled);
  if (amount === 0) return [element('span', { class: 'muted' }, '0')];
  if (status !== 'PARTIALLY_FILLED' && !(amount < Number(quantity)))
    return [element('span', {}, decimal(filled))];
  const bar = element('span', { class: 'fill-bar', 'aria-hidden': 'true' }, element('span'));
  const inner = bar.firstElementChild;
  if (inner instanceof HTMLElement) inner.style.width = `${(100 * amount) / Number(quantity)}%`;
  return [bar, element('span', {}, decimal(filled))];
}
