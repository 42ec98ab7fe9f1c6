import { window } from 'vscode';
import * as z from 'zod';
import { SessionComparison } from '../../server/protocol/session.ts';
import type { App } from '../app.ts';
import { nameOf } from '../views/runs.ts';
import { followRun } from './followRun.ts';
import { pickRun } from './pickRun.ts';

const Compared = z.object({ divergence: z.array(z.object({ session: SessionComparison.optional() })) });

/** Runs a node's session again as a backtest on the data it recorded, and says where the two part. */
export async function backtestSession(app: App, target: unknown): Promise<void> {
  const run = await pickRun(app, target, {
    title: 'Backtest This Session',
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
  const compare = 'Compare';
  if ((await window.showInformationMessage(verdict(comparison), compare)) === compare) {
    app.reports.openPage({ page: 'compare', runs: run_ids });
  }
}

function verdict({ order, orders_alike, slippage_bps, fills_compared }: SessionComparison): string {
  const mean = slippage_bps.mean === null ? '' : `, mean slippage ${slippage_bps.mean.toFixed(2)} bp`;
  const fills = fills_compared > 0 ? ` ${fills_compared} filled in both${mean}.` : '';
  if (!order) return `The backtest made the session's ${orders_alike} orders.${fills}`;
  const first = `Order ${orders_alike + 1} is the first that differs`;
  if (order.session === null) return `${first}: the session had no more.${fills}`;
  if (order.backtest === null) return `${first}: the backtest had no more.${fills}`;
  return `${first}: in ${order.differs.join(', ')}.${fills}`;
}
