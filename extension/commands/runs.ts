import { relative } from 'node:path';
import { commands, env, l10n, Uri, window } from 'vscode';
import * as z from 'zod';
import { BacktestRequest } from '../../server/protocol/backtest.ts';
import { type ExportFormat, ExportResult } from '../../server/protocol/exports.ts';
import { RunRecord } from '../../server/protocol/run.ts';
import { runUri } from '../addresses.ts';
import type { App } from '../app.ts';
import { mostCompared } from '../views/runs.ts';
import { nameOf } from '../views/runWords.ts';
import { followRun } from './followRun.ts';
import { pickRun, pickRuns } from './pickRun.ts';

/** Starts a backtest with the request of an earlier one and shows its report. */
export async function rerun(app: App, target: unknown): Promise<void> {
  const run = await pickRun(app, target, { title: l10n.t('Rerun Backtest'), filter: { kind: 'backtest' } });
  if (!run) return;
  const { request } = await app.client.call(
    'get_run',
    { run_id: run.run_id, detail: 'source' },
    z.object({ request: BacktestRequest }),
  );
  await followRun(app, nameOf(run), request);
}

export async function cancelRun(app: App, target: unknown): Promise<void> {
  const running = await pickRun(app, target, {
    title: l10n.t('Cancel Backtest'),
    filter: { status: 'running' },
  });
  if (!running) return;
  const { message } = await app.client.call(
    'cancel_run',
    { run_id: running.run_id },
    z.object({ message: z.string() }),
  );
  void window.showInformationMessage(message);
}

export async function compareRuns(app: App, target: unknown, selection: unknown): Promise<void> {
  const runs = await pickRuns(app, selection ?? [target], l10n.t('Compare Runs'));
  if (runs) app.reports.openPage({ page: 'compare', runs: runs.slice(0, mostCompared) });
}

/** Makes a `.qdrun` bundle a run of this workspace and shows it. */
export async function importRun(app: App, target: unknown): Promise<void> {
  const filters = { [l10n.t('Quarterdeck run')]: ['qdrun'] };
  const title = l10n.t('Import Run');
  const file = target instanceof Uri ? target : (await window.showOpenDialog({ title, filters }))?.[0];
  if (!file) return;
  const path = relative(app.server.folder, file.fsPath);
  const { run_id } = await app.client.call('import_run', { path }, z.object({ run_id: z.string() }));
  app.reports.openPage({ page: 'report', run: run_id });
}

export async function openReport(app: App, target: unknown): Promise<void> {
  const run = await pickRun(app, target, { title: l10n.t('Open Report') });
  if (run) app.reports.show(await app.client.read(runUri(run.run_id), RunRecord));
}

const formats: { label: string; detail: string; format: ExportFormat }[] = [
  { label: l10n.t('HTML report'), detail: l10n.t('One offline file for a browser'), format: 'html' },
  {
    label: l10n.t('Python script'),
    detail: l10n.t('Plain NautilusTrader, same figures, without Quarterdeck'),
    format: 'script',
  },
  {
    label: 'CSV',
    detail: l10n.t('A table each of orders, fills, positions, trades, account, equity'),
    format: 'csv',
  },
  { label: 'Parquet', detail: l10n.t('The same tables with exact types'), format: 'parquet' },
  { label: 'JSON', detail: l10n.t('Sorted, without times and ids: diffs read well'), format: 'json' },
  {
    label: l10n.t('Bundle (.qdrun)'),
    detail: l10n.t('Everything the run keeps, in one file'),
    format: 'qdrun',
  },
  { label: l10n.t('NautilusTrader tearsheet'), detail: l10n.t('The engine’s own HTML'), format: 'tearsheet' },
];

export async function exportRun(app: App, target: unknown): Promise<void> {
  const run = await pickRun(app, target, { title: l10n.t('Export Run'), filter: { status: 'completed' } });
  const chosen = run && (await window.showQuickPick(formats, { title: l10n.t('Export {0}', nameOf(run)) }));
  if (!run || !chosen) return;
  const request = { run_id: run.run_id, format: chosen.format, overwrite: true };
  const { files } = await app.client.call('export_run', request, ExportResult.loose());
  const [first] = files;
  if (!first) return;
  const inBrowser = chosen.format === 'html' || chosen.format === 'tearsheet';
  const reveal = inBrowser ? l10n.t('Open in Browser') : l10n.t('Open');
  if ((await window.showInformationMessage(l10n.t('Exported to {0}.', first.path), reveal)) !== reveal)
    return;
  if (inBrowser) await env.openExternal(Uri.file(first.path));
  else await commands.executeCommand('vscode.open', Uri.file(first.path));
}

export async function annotateRun(app: App, target: unknown): Promise<void> {
  const run = await pickRun(app, target, { title: l10n.t('Note on a Run') });
  if (!run) return;
  const note = await window.showInputBox({
    title: l10n.t('Note on {0}', nameOf(run)),
    prompt: l10n.t('A run with a note is kept when the disk budget is used up. Empty removes the note.'),
    value: run.note ?? '',
  });
  if (note !== undefined) await app.client.call('annotate_run', { run_id: run.run_id, note }, z.unknown());
}

export async function toggleBaseline(app: App, target: unknown): Promise<void> {
  const run = await pickRun(app, target, {
    title: l10n.t('Set or Clear Baseline'),
    filter: { status: 'completed' },
  });
  if (!run) return;
  await app.client.call('annotate_run', { run_id: run.run_id, baseline: !run.baseline }, z.unknown());
}

export async function deleteRuns(app: App, target: unknown, selection: unknown): Promise<void> {
  const run = await pickRun(app, target, { title: l10n.t('Delete Run') });
  if (!run) return;
  const rows = z.array(z.object({ run_id: z.string() })).safeParse(selection).data ?? [run];
  const one = rows.length === 1;
  const question = one
    ? l10n.t('Delete the run of {0}?', nameOf(run))
    : l10n.t('Delete {0} runs?', rows.length);
  const detail = l10n.t('Their results are removed from disk. This cannot be undone.');
  const yes = l10n.t('Delete');
  if ((await window.showWarningMessage(question, { modal: true, detail }, yes)) !== yes) return;
  const run_ids = rows.map(({ run_id }) => run_id);
  const Deleted = z.object({ refused: z.array(z.object({ run_id: z.string(), reason: z.string() })) });
  const { refused } = await app.client.call('delete_runs', { run_ids }, Deleted);
  if (refused[0])
    void window.showWarningMessage(l10n.t('{0} not deleted: {1}', refused.length, refused[0].reason));
}
