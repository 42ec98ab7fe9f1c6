import { relative } from 'node:path';
import { commands, env, Uri, window } from 'vscode';
import * as z from 'zod';
import { BacktestRequest } from '../../server/protocol/backtest.ts';
import { type ExportFormat, ExportResult } from '../../server/protocol/exports.ts';
import { RunRecord } from '../../server/protocol/run.ts';
import type { App } from '../app.ts';
import { runUri } from '../runs.ts';
import { mostCompared, nameOf } from '../views/runs.ts';
import { followRun } from './followRun.ts';
import { pickRun, pickRuns } from './pickRun.ts';

/** Starts a backtest with the request of an earlier one and shows its report. */
export async function rerun(app: App, target: unknown): Promise<void> {
  const run = await pickRun(app, target, { title: 'Rerun Backtest', filter: { kind: 'backtest' } });
  if (!run) return;
  const { request } = await app.client.call(
    'get_run',
    { run_id: run.run_id, detail: 'source' },
    z.object({ request: BacktestRequest }),
  );
  await followRun(app, nameOf(run), request);
}

export async function cancelRun(app: App, target: unknown): Promise<void> {
  const running = await pickRun(app, target, { title: 'Cancel Backtest', filter: { status: 'running' } });
  if (!running) return;
  const { message } = await app.client.call(
    'cancel_run',
    { run_id: running.run_id },
    z.object({ message: z.string() }),
  );
  void window.showInformationMessage(message);
}

export async function compareRuns(app: App, target: unknown, selection: unknown): Promise<void> {
  const runs = await pickRuns(app, selection ?? [target], 'Compare Runs');
  if (runs) app.reports.openPage({ page: 'compare', runs: runs.slice(0, mostCompared) });
}

/** Makes a `.qdrun` bundle a run of this workspace and shows it. */
export async function importRun(app: App, target: unknown): Promise<void> {
  const filters = { 'Quarterdeck run': ['qdrun'] };
  const file =
    target instanceof Uri ? target : (await window.showOpenDialog({ title: 'Import Run', filters }))?.[0];
  if (!file) return;
  const path = relative(app.server.folder, file.fsPath);
  const { run_id } = await app.client.call('import_run', { path }, z.object({ run_id: z.string() }));
  app.reports.openPage({ page: 'report', run: run_id });
}

export async function openReport(app: App, target: unknown): Promise<void> {
  const run = await pickRun(app, target, { title: 'Open Report' });
  if (run) app.reports.show(await app.client.read(runUri(run.run_id), RunRecord));
}

const formats: { label: string; detail: string; format: ExportFormat }[] = [
  { label: 'HTML report', detail: 'One offline file for a browser', format: 'html' },
  {
    label: 'Python script',
    detail: 'Plain NautilusTrader, same figures, without Quarterdeck',
    format: 'script',
  },
  {
    label: 'CSV',
    detail: 'A table each of orders, fills, positions, trades, account, equity',
    format: 'csv',
  },
  { label: 'Parquet', detail: 'The same tables with exact types', format: 'parquet' },
  { label: 'JSON', detail: 'Sorted, without times and ids: diffs read well', format: 'json' },
  { label: 'Bundle (.qdrun)', detail: 'Everything the run keeps, in one file', format: 'qdrun' },
  { label: 'NautilusTrader tearsheet', detail: 'The engine’s own HTML', format: 'tearsheet' },
];

export async function exportRun(app: App, target: unknown): Promise<void> {
  const run = await pickRun(app, target, { title: 'Export Run', filter: { status: 'completed' } });
  const chosen = run && (await window.showQuickPick(formats, { title: `Export ${nameOf(run)}` }));
  if (!run || !chosen) return;
  const request = { run_id: run.run_id, format: chosen.format, overwrite: true };
  const { files } = await app.client.call('export_run', request, ExportResult.loose());
  const [first] = files;
  if (!first) return;
  const reveal = chosen.format === 'html' || chosen.format === 'tearsheet' ? 'Open in Browser' : 'Open';
  if ((await window.showInformationMessage(`Exported to ${first.path}.`, reveal)) !== reveal) return;
  if (reveal === 'Open') await commands.executeCommand('vscode.open', Uri.file(first.path));
  else await env.openExternal(Uri.file(first.path));
}

export async function annotateRun(app: App, target: unknown): Promise<void> {
  const run = await pickRun(app, target, { title: 'Note on a Run' });
  if (!run) return;
  const note = await window.showInputBox({
    title: `Note on ${nameOf(run)}`,
    prompt: 'A run with a note is kept when the disk budget is used up. Empty removes the note.',
    value: run.note ?? '',
  });
  if (note !== undefined) await app.client.call('annotate_run', { run_id: run.run_id, note }, z.unknown());
}

export async function toggleBaseline(app: App, target: unknown): Promise<void> {
  const run = await pickRun(app, target, { title: 'Set or Clear Baseline', filter: { status: 'completed' } });
  if (!run) return;
  await app.client.call('annotate_run', { run_id: run.run_id, baseline: !run.baseline }, z.unknown());
}

export async function deleteRuns(app: App, target: unknown, selection: unknown): Promise<void> {
  const run = await pickRun(app, target, { title: 'Delete Run' });
  if (!run) return;
  const rows = z.array(z.object({ run_id: z.string() })).safeParse(selection).data ?? [run];
  const what = rows.length === 1 ? `the run of ${nameOf(run)}` : `${rows.length} runs`;
  const detail = 'Their results are removed from disk. This cannot be undone.';
  const answer = await window.showWarningMessage(`Delete ${what}?`, { modal: true, detail }, 'Delete');
  if (answer !== 'Delete') return;
  const run_ids = rows.map(({ run_id }) => run_id);
  const Deleted = z.object({ refused: z.array(z.object({ run_id: z.string(), reason: z.string() })) });
  const { refused } = await app.client.call('delete_runs', { run_ids }, Deleted);
  if (refused[0]) void window.showWarningMessage(`${refused.length} not deleted: ${refused[0].reason}`);
}
