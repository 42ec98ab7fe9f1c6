import { l10n, window } from 'vscode';
import * as z from 'zod';
import { SessionComparison } from '../../server/protocol/session.ts';
import type { App } from '../app.ts';
import { nameOf } from '../views/runWords.ts';
import { followRun } from './followRun.ts';
import { pickRun } from './pickRun.ts';

const Compared = z.object({ divergence: z.array(z.object({ session: SessionComparison.optional() })) });

/** Runs a node's session again as a backtest on the data it recorded, and says where the two part. */
export async function backtestSession(app: App, target: unknown): Promise<void> {
  const run = await pickRun(app, target, {
    title: l10n.t('Backtest This Session'),
    filter: { status: 'completed' },
    only: ({ kind }) => kind !== 'backtest',
  });
  if (!run) return;
  const backtest = await followRun(app, nameOf(run), { session: run.run_id });
  if (!backtest) return;
  const run_ids = [run.run_id, backtest.id];
  const { divergence } = await app.client.call('compare_runs', { run_ids }, Compared);
  const comparison = divergence[0]?.session;
  if (!comparison) return;
  const compare = l10n.t('Compare');
  if ((await window.showInformationMessage(verdict(comparison), compare)) === compare) {
    app.reports.openPage({ page: 'compare', runs: run_ids });
  }
}

function verdict({ order, orders_alike, slippage_bps, fills_compared }: SessionComparison): string {
  const said = order ? firstDifference(order, orders_alike) : alike(orders_alike);
  return fills_compared === 0 ? said : `${said} ${filled(fills_compared, slippage_bps.mean)}`;
}

function alike(orders: number): string {
  return l10n.t("The backtest made the session's {0} orders.", orders);
}

function firstDifference(order: NonNullable<SessionComparison['order']>, before: number): string {
  const number = before + 1;
  if (order.session === null)
    return l10n.t('Order {0} is the first that differs: the session had no more.', number);
  if (order.backtest === null)
    return l10n.t('Order {0} is the first that differs: the backtest had no more.', number);
  return l10n.t('Order {0} is the first that differs: in {1}.', number, order.differs.join(', '));
}

function filled(both: number, slippage: number | null): string {
  if (slippage === null) return l10n.t('{0} filled in both.', both);
  return l10n.t('{0} filled in both, mean slippage {1} bp.', both, slippage.toFixed(2));
}
