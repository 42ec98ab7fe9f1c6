import { type TextDocument, Uri, window, workspace } from 'vscode';
import { QuarterdeckError } from '../../server/protocol/errors.ts';
import { StrategyPage, StrategyRow } from '../../server/protocol/strategies.ts';
import type { App } from '../app.ts';
import { backtestRequest, type Strategy } from '../backtestRequest.ts';
import { followRun } from './followRun.ts';

/** Runs the strategy of the open Python file (or of the file or row given) and shows its report. */
export async function runBacktest(app: App, target: unknown): Promise<void> {
  const strategy =
    StrategyRow.safeParse(target).data ?? (await pickStrategy(app, await strategyDocument(target)));
  const request = strategy && (await backtestRequest(app, strategy));
  if (request) await followRun(app, strategy.name, request);
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
  const { strategies, unreadable } = await client.call('list_strategies', { file: fileName }, StrategyPage);
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
