import { l10n, ProgressLocation, window } from 'vscode';
import { QuarterdeckError } from '../../server/protocol/errors.ts';
import type { RunRecord } from '../../server/protocol/run.ts';
import type { App } from '../app.ts';
import { showError } from '../errors.ts';
import { runToEnd } from '../runs.ts';

/** Runs a backtest with progress and a way to cancel it, then shows its report; answers the run when it completed. @throws QuarterdeckError */
export async function followRun(app: App, name: string, request: object): Promise<RunRecord | undefined> {
  const record = await window.withProgress(
    { location: ProgressLocation.Notification, title: l10n.t('Backtest'), cancellable: true },
    (progress, token) => {
      progress.report({ message: l10n.t('{0}: starting…', name) });
      return runToEnd(app.client, request, token, (run) => progress.report({ message: describe(run) }));
    },
  );
  if (record.error) {
    if (record.status === 'failed') app.reports.show(record);
    void showError(QuarterdeckError.fromObject(record.error), app.log);
    return undefined;
  }
  app.reports.show(record);
  void window.showInformationMessage(l10n.t('Backtest finished: {0}.', outcome(record)));
  return record;
}

function describe({ status, progress }: RunRecord): string {
  if (status === 'queued') return l10n.t('waiting for a free processor…');
  if (!progress) return `${status}…`;
  const percent = progress.total ? `${Math.floor((100 * progress.done) / progress.total)}% · ` : '';
  return `${percent}${progress.simulated_time ?? progress.message}`;
}

function outcome({ summary }: RunRecord): string {
  if (!summary) return l10n.t('no result');
  const { counts, balances } = summary;
  const positions = counts.positions === 1 ? l10n.t('1 position') : l10n.t('{0} positions', counts.positions);
  return [positions, ...balances.map(({ total, currency }) => `${total} ${currency}`)].join(', ');
}
