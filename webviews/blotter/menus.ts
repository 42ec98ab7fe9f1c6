import type { Host } from '../host.ts';
import { openMenu } from '../menu.ts';
import { t } from '../strings.ts';
import type { Commands } from './commands.ts';
import type { Order } from './order.ts';
import type { Position } from './positions.ts';

interface Point {
  x: number;
  y: number;
}

export interface OrderMenu {
  host: Host;
  /** Absent where nothing can be done now. */
  commands: Commands | undefined;
  modify(order: Order): void;
  filter(text: string): void;
}

export function orderMenu(at: Point, order: Order, { host, commands, modify, filter }: OrderMenu): void {
  const { source } = order;
  const open = order.group === 'working' || order.group === 'inflight';
  openMenu(at, t('Order'), [
    ...(commands && open
      ? [
          { text: t('Modify…'), act: () => modify(order) },
          { text: t('Cancel'), act: () => void commands.cancel([order]) },
          'line' as const,
        ]
      : []),
    { text: t('Copy client order id'), act: () => host.copy(order.id) },
    { text: t('Copy as JSON'), act: () => host.copy(JSON.stringify(order.raw, null, 2)) },
    ...(source ? [{ text: t('Go to source'), act: () => host.openSource(source) }] : []),
    { text: t('Only this instrument'), act: () => filter(`instrument:${order.instrument}`) },
  ]);
}

export function positionMenu(
  at: Point,
  position: Position,
  host: Host,
  commands: Commands | undefined,
): void {
  const open = position.side !== 'FLAT';
  openMenu(at, t('Position'), [
    ...(commands && open
      ? [
          { text: t('Close at market…'), act: () => void commands.close(position) },
          { text: t('Reverse…'), act: () => void commands.reverse(position) },
          'line' as const,
        ]
      : []),
    { text: t('Copy position id'), act: () => host.copy(position.id) },
  ]);
}
