import { announce } from '../announce.ts';
import { type Column, toTsv } from '../grid/columns.ts';
import type { Host } from '../host.ts';
import { t } from '../strings.ts';
import type { Line } from './arrangement.ts';
import type { Commands } from './commands.ts';
import type { Order } from './order.ts';

export interface OrderKeysOptions {
  host: Host;
  /** Absent where nothing can be done now. */
  commands(): Commands | undefined;
  columns(): readonly Column<Line>[];
  everyShown(): Order[];
  modify(order: Order): void;
  /** Back to the rows. */
  focus(): void;
}

/** What the keys do in the rows of the orders. */
export class OrderKeys {
  private all = false;

  constructor(private readonly options: OrderKeysOptions) {}

  /** Whether the key was one of them. */
  press(event: KeyboardEvent, line: Line | undefined): boolean {
    const order = line && line.kind !== 'group' ? line.order : undefined;
    const { host } = this.options;
    const commands = this.options.commands();
    const control = event.ctrlKey || event.metaKey;
    if (event.key === 'c' && control && line) {
      host.copy(toTsv(this.options.columns(), [line]));
      return true;
    }
    if (event.key === 'a' && control) {
      this.all = true;
      announce(t('All shown orders are chosen.'));
      return true;
    }
    if (event.key === 'Delete' && commands) {
      const shown = this.all ? this.options.everyShown() : order ? [order] : [];
      this.all = false;
      void commands.cancel(shown).then(() => this.options.focus());
      return true;
    }
    if (event.key === 'F2' && order) {
      this.options.modify(order);
      return true;
    }
    if (event.key === 'F12' && order?.source) {
      host.openSource(order.source);
      return true;
    }
    return false;
  }
}
