import { ProgressLocation, type TextDocument, Uri, window, workspace } from 'vscode';
import { QuarterdeckError } from '../../server/protocol/errors.ts';
import type { RunRecord } from '../../server/protocol/run.ts';
import { ListStrategiesResult } from '../../server/protocol/strategies.ts';
import type { App } from '../app.ts';
import { showError } from '../errors.ts';
import { runToEnd } from '../runs.ts';
import { type Strategy, sampleRequest } from '../sampleRequest.ts';

/** Runs the strategy of the open Python file (or of the file given) on the sample data and shows its report. */
export async function runBacktest(app: App, target: unknown): Promise<void> {
  const document = await strategyDocument(target);
  const record = await window.withProgress(
    { location: ProgressLocation.Notification, title: 'Backtest', cancellable: true },
    async (progress, token) => {
      progress.report({ message: 'reading the strategy…' });
      const strategy = await pickStrategy(app, document);
      const request = strategy && (await sampleRequest(app, strategy));
      if (!request || token.isCancellationRequested) return undefined;
      progress.report({ message: `${strategy.name}: starting…` });
      return runToEnd(app.client, request, token, (run) => progress.report({ message: describe(run) }));
    },
  );
  if (!record) return;
  if (record.error) {
    if (record.status === 'failed') app.reports.show(record);
    void showError(QuarterdeckError.fromObject(record.error), app.log);
    return;
  }
  app.reports.show(record);
  void window.showInformationMessage(`Backtest finished: ${outcome(record)}.`);
}

async function strategyDocument(target: unknown): Promise<TextDocument> {
  const document =
    target instanceof Uri ? await workspace.openTextDocument(target) : window.activeTextEditor?.document;
  if (document?.languageId !== 'python') {
    throw new QuarterdeckError(
      'UNKNOWN_SOURCE',
      'There is no strategy file to run.',
      'Open the Python file with your strategy, then run the command again.',
    );
  }
  if (document.isDirty) await document.save();
  return document;
}

async function pickStrategy({ client }: App, { fileName }: TextDocument): Promise<Strategy | undefined> {
  const { strategies, unreadable } = await client.call(
    'list_strategies',
    { file: fileName },
    ListStrategiesResult,
  );
  const rows = strategies.filter(({ kind }) => kind === 'strategy');
  const [first] = rows;
  if (rows.length > 1) {
    const items = rows.map((row) => ({ label: row.name, detail: row.description ?? '', row }));
    const picked = await window.showQuickPick(items, {
      title: 'Run Backtest',
      placeHolder: 'Which strategy?',
    });
    return picked?.row;
  }
  if (first) return first;
  const broken = unreadable[0];
  throw new QuarterdeckError(
    'UNKNOWN_SOURCE',
    broken ? `This file cannot be read: ${broken.message}.` : 'This file has no class derived from Strategy.',
    broken
      ? 'Correct it, then run the command again.'
      : 'Open the file that has one, then run the command again.',
    { path: broken?.line ? `${fileName}:${broken.line}` : fileName },
  );
}

function describe({ status, progress }: RunRecord): string {
  if (status === 'queued') return 'waiting for a free processor…';
  if (!progress) return `${status}…`;
  const percent = progress.total ? `${Math.floor((100 * progress.done) / progress.total)}% · ` : '';
  return `${percent}${progress.simulated_time ?? progress.message}`;
}

function outcome({ summary }: RunRecord): string {
  if (!summary) return 'no result';
  const { counts, balances } = summary;
  const positions = `${counts.positions} ${counts.positions === 1 ? 'position' : 'positions'}`;
  return [positions, ...balances.map(({ total, currency }) => `${total} ${currency}`)].join(', ');
}
