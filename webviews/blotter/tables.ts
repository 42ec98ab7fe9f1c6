import { Grid } from '../grid/grid.ts';
import type { Host } from '../host.ts';
import { t } from '../strings.ts';
import type { Commands } from './commands.ts';
import { eventColumns, type Happening } from './events.ts';
import { positionMenu } from './menus.ts';
import type { Fill, Order } from './order.ts';
import { fillColumns, type Position, positionColumns } from './positions.ts';

export function fillGrid(): Grid<Fill> {
  return new Grid<Fill>({
    label: t('Fills'),
    columns: fillColumns(),
    key: ({ id }) => id,
    version: () => '',
    empty: () => t('No fills.'),
  });
}

export function positionGrid(host: Host, commands: () => Commands | undefined): Grid<Position> {
  return new Grid<Position>({
    label: t('Positions'),
    columns: positionColumns(),
    key: positionKey,
    empty: () => t('No positions.'),
    onMenu: (one, at) => positionMenu(at, one, host, commands()),
  });
}

export function positionKey({ id, closed }: Position): string {
  return `${id}${closed ?? ''}`;
}

export function eventGrid(onSelect: (order: Order) => void, onOpen: (order: Order) => void): Grid<Happening> {
  return new Grid<Happening>({
    label: t('Events'),
    columns: eventColumns(),
    key: ({ key }) => key,
    version: ({ order, note }) => `${order.version} ${note}`,
    onSelect: ({ order }) => onSelect(order),
    onActivate: ({ order }) => onOpen(order),
    empty: () => t('No event matches, or nothing has happened yet.'),
  });
}
