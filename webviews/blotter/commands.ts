import { alert, announce } from '../announce.ts';
import { button } from '../controls.ts';
import { confirm, showDialog } from '../dialog.ts';
import { element } from '../elements.ts';
import { toErrorObject } from '../errors.ts';
import { decimal } from '../format.ts';
import type { Host } from '../host.ts';
import { plural, t } from '../strings.ts';
import { clockMillis, zoneName } from '../time.ts';
import type { Order } from './order.ts';
import type { Position } from './positions.ts';

export interface Modification {
  quantity?: string;
  price?: string;
  trigger_price?: string;
}

export interface CommandsOptions {
  host: Host;
  node: string;
  /** Real money: everything is asked before. */
  live(): boolean;
  orders(): Iterable<Order>;
  positions(): Position[];
  /** Says what went wrong, above the grid. */
  refuse(message: string, next: string): void;
}

/** What can be done to orders and positions of a node; each is one call of a tool of the same server. */
export class Commands {
  constructor(private readonly options: CommandsOptions) {}

  /** One cancel in simulation is not asked about; anything more is. */
  async cancel(orders: Order[]): Promise<void> {
    const open = orders.filter(({ group }) => group === 'working' || group === 'inflight');
    const [first] = open;
    if (!first) return;
    if (open.length > 1 || this.options.live()) {
      const sure = await confirm({
        title: open.length > 1 ? t('Cancel {0} working orders?', open.length) : t('Cancel this order?'),
        text: [element('p', { class: 'muted' }, cancelWords(open))],
        act: t('Cancel {0}', plural(open.length, 'order', 'orders')),
        keep: open.length > 1 ? t('Keep them') : t('Keep it'),
      });
      if (!sure) return;
    }
    await this.attempt(async () => {
      for (const { id } of open) await this.call('cancel_order', { client_order_id: id });
      announce(t('Cancel sent for {0}', plural(open.length, 'order', 'orders')));
    });
  }

  cancelAll(): Promise<void> {
    return this.cancel([...this.options.orders()]);
  }

  async modify({ id }: Order, changes: Modification): Promise<boolean> {
    return this.attempt(async () => {
      await this.call('modify_order', { client_order_id: id, ...changes });
    });
  }

  async close(position: Position): Promise<void> {
    const sure = await confirm({
      title: t('Close this position at market?'),
      text: [
        element(
          'p',
          { class: 'muted' },
          `${position.side} ${decimal(position.quantity)} ${position.instrument}`,
        ),
      ],
      act: t('Close position'),
      keep: t('Keep it'),
      danger: true,
    });
    if (!sure) return;
    await this.attempt(() => this.call('close_position', { position_id: position.id }));
  }

  /** The same size on the other side: close, then as much again. */
  async reverse(position: Position): Promise<void> {
    const side = position.side === 'LONG' ? 'SELL' : 'BUY';
    const sure = await confirm({
      title: t('Reverse this position at market?'),
      text: [
        element(
          'p',
          { class: 'muted' },
          t(
            '{0} {1} {2} becomes the same on the other side.',
            position.side,
            decimal(position.quantity),
            position.instrument,
          ),
        ),
      ],
      act: t('Reverse position'),
      keep: t('Keep it'),
      danger: true,
    });
    if (!sure) return;
    await this.attempt(async () => {
      await this.call('close_position', { position_id: position.id });
      await this.call('submit_order', {
        instrument_id: position.instrument,
        side,
        type: 'MARKET',
        quantity: position.quantity,
      });
    });
  }

  async flatten(): Promise<void> {
    const open = this.options.positions();
    if (open.length === 0) {
      announce(t('No position is open.'));
      return;
    }
    const sure = await confirm({
      title: t('Flatten {0} at market?', plural(open.length, 'position', 'positions')),
      text: [
        element(
          'p',
          { class: 'muted' },
          open
            .map(
              ({ side, quantity, instrument }) => `${side.toLowerCase()} ${decimal(quantity)} ${instrument}`,
            )
            .join(', '),
        ),
      ],
      act: t('Flatten {0}', plural(open.length, 'position', 'positions')),
      keep: t('Keep them'),
      danger: true,
    });
    if (!sure) return;
    await this.attempt(async () => {
      for (const { id } of open) await this.call('close_position', { position_id: id });
    });
  }

  /** Not asked about: it only makes things safer. */
  async halt(): Promise<void> {
    await this.attempt(async () => {
      const answer = await this.call('halt_trading', {});
      const at = `${clockMillis(Date.now())} ${zoneName}`;
      alert(t('Trading halted at {0}', at));
      const positions = this.options.positions().length;
      const rows = Object.entries(answer).filter(
        ([, value]) => typeof value === 'string' || typeof value === 'number',
      );
      const list = element('dl', {});
      for (const [name, value] of rows)
        list.append(element('dt', {}, name.replaceAll('_', ' ')), element('dd', {}, String(value)));
      list.append(
        element('dt', {}, t('Positions')),
        element('dd', {}, t('{0} open, not flattened', positions)),
      );
      const box = showDialog(
        t('Trading halted at {0}', at),
        [list, element('p', { class: 'muted' }, t('Only a person can resume trading.'))],
        [
          ...(positions > 0
            ? [
                button(t('Flatten {0}…', plural(positions, 'position', 'positions')), 'danger', () =>
                  this.after(box, () => this.flatten()),
                ),
              ]
            : []),
          button(t('Close'), 'secondary', () => box.remove()),
        ],
      );
    });
  }

  private after(box: HTMLDialogElement, act: () => Promise<void>): void {
    box.remove();
    void act();
  }

  private async call(tool: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
    const answer = await this.options.host.call(tool, { node: this.options.node, ...args });
    return typeof answer === 'object' && answer !== null ? { ...answer } : {};
  }

  private async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const { message, next_step } = toErrorObject(error);
      this.options.refuse(message, next_step);
      alert(message);
      return false;
    }
  }
}

function cancelWords(orders: Order[]): string {
  const buys = orders.filter(({ side }) => side === 'BUY').length;
  const stops = orders.filter(({ role, type }) => role === 'stop loss' || type.includes('STOP')).length;
  const sides = t('{0} buy, {1} sell.', buys, orders.length - buys);
  return stops > 0 ? `${sides} ${t('Stop losses are among them: positions keep no protection.')}` : sides;
}
