import { l10n, type TextDocument, Uri, window, workspace } from 'vscode';
import * as z from 'zod';
import { QuarterdeckError } from '../../server/protocol/errors.ts';
import { StrategyPage, StrategyRow } from '../../server/protocol/strategies.ts';
import type { App } from '../app.ts';
import type { Strategy } from '../backtestRequest.ts';

/** A class of a file, as the lens above it names it. */
const Place = z.object({ file: z.string(), name: z.string() });

/**
 * The strategy a command is for: a row of a view, a class of a file, a file, or what is open.
 *
 * @returns undefined when the person does not answer. @throws QuarterdeckError
 */
export async function pickStrategy(app: App, target: unknown): Promise<Strategy | undefined> {
  const row = StrategyRow.safeParse(target).data;
  if (row) return row;
  const place = Place.safeParse(target).data;
  const document = await strategyDocument(place ? Uri.file(place.file) : target);
  return fromFile(app, document, place?.name);
}

async function strategyDocument(target: unknown): Promise<TextDocument> {
  const document =
    target instanceof Uri ? await workspace.openTextDocument(target) : window.activeTextEditor?.document;
  if (document?.languageId !== 'python') {
    throw new QuarterdeckError(
      'UNKNOWN_SOURCE',
      l10n.t('There is no strategy file to run.'),
      l10n.t('Open the Python file with your strategy, then run the command again.'),
    );
  }
  if (document.isDirty) await document.save();
  return document;
}

async function fromFile({ client }: App, { fileName }: TextDocument, name: string | undefined) {
  const { strategies, unreadable } = await client.call('list_strategies', { file: fileName }, StrategyPage);
  const all = strategies.filter(({ kind }) => kind === 'strategy');
  const rows = all.some((row) => row.name === name) ? all.filter((row) => row.name === name) : all;
  const [first] = rows;
  if (rows.length > 1) {
    const items = rows.map((row) => ({ label: row.name, detail: row.description ?? '', row }));
    const picked = await window.showQuickPick(items, { placeHolder: l10n.t('Which strategy?') });
    return picked?.row;
  }
  if (first) return first;
  const broken = unreadable[0];
  throw new QuarterdeckError(
    'UNKNOWN_SOURCE',
    broken
      ? l10n.t('This file cannot be read: {0}.', broken.message)
      : l10n.t('This file has no class derived from Strategy.'),
    broken
      ? l10n.t('Correct it, then run the command again.')
      : l10n.t('Open the file that has one, then run the command again.'),
    { path: broken?.line ? `${fileName}:${broken.line}` : fileName },
  );
}
