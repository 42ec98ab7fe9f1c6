import * as z from 'zod';
import type { Host } from '../host.ts';

/** What an account is worth now by currency: balance and open profit, as the engine reckons it. */
export interface Worth {
  equity: Record<string, string>;
  unrealized: Record<string, string>;
  realized: Record<string, string>;
}

const amounts = z.record(z.string(), z.string());
const Answer = z.object({
  accounts: z.array(
    z.object({
      account_id: z.string(),
      equity: amounts.nullable(),
      unrealized_pnl: amounts.nullable(),
      realized_pnl: amounts,
    }),
  ),
});

const every = 2000;

/** Asks a node what its accounts are worth, every two seconds while the page is seen and the node runs. */
export class WorthWatch {
  private readonly timer: ReturnType<typeof setInterval>;
  private asking = false;

  constructor(
    private readonly host: Host,
    private readonly node: string,
    private readonly wanted: () => boolean,
    private readonly tell: (worth: ReadonlyMap<string, Worth>) => void,
  ) {
    this.timer = setInterval(() => void this.ask(), every);
  }

  async ask(): Promise<void> {
    if (this.asking || document.hidden || !this.wanted()) return;
    this.asking = true;
    try {
      const { accounts } = Answer.parse(await this.host.call('get_account', { node: this.node }));
      this.tell(
        new Map(
          accounts.map(({ account_id, equity, unrealized_pnl, realized_pnl }) => [
            account_id,
            { equity: equity ?? {}, unrealized: unrealized_pnl ?? {}, realized: realized_pnl },
          ]),
        ),
      );
    } catch {
      // The band then has the balances alone; that nothing can be read is said by the feeds.
      this.tell(new Map());
    } finally {
      this.asking = false;
    }
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
