import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { readBundle, unpackBundle } from '../bundle.ts';
import type { CallContext } from '../context.ts';
import { catalogPath, readablePath, writablePath } from '../files.ts';
import type { EngineResult } from '../protocol/engine.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import { ExportedFile, type ExportFormat, ExportInclude, exportFormats } from '../protocol/exports.ts';
import type { RunRecord } from '../protocol/run.ts';
import { Warning } from '../protocol/values.ts';
import { isRunId } from '../runs/store.ts';
import { describeRun, RunAnswer } from './runAnswer.ts';
import { defineTool } from './tool.ts';

/** How the default file of a format ends; '' is a folder of files. */
const endings: Record<ExportFormat, string> = {
  csv: '',
  parquet: '',
  json: '.json',
  script: '.py',
  html: '.html',
  tearsheet: '.tearsheet.html',
  qdrun: '.qdrun',
};

export const exportTools = [
  defineTool({
    name: 'export_run',
    title: 'Backtest export',
    description:
      'Export a NautilusTrader backtest run to files of the workspace: its orders, fills, positions, trades, account and equity as CSV or Parquet; normalised JSON that diffs well; a plain NautilusTrader Python script that gives the same figures without Quarterdeck; an offline HTML report; NautilusTrader’s own tearsheet; or a .qdrun bundle of everything the run keeps. Answers the files written, never their content.',
    toolset: 'backtest',
    policy: 'write',
    input: z.strictObject({
      run_id: z.string().describe('Id of a completed run.'),
      format: z.enum(exportFormats),
      path: z
        .string()
        .min(1)
        .optional()
        .describe(
          'File to write (csv and parquet: folder), in the workspace. Default: .quarterdeck/exports/ and the id of the run.',
        ),
      overwrite: z.boolean().default(false).describe('Replace what is there already.'),
      include: z
        .array(ExportInclude)
        .default([])
        .describe(
          'What the HTML report shows besides: strategy configs, source code, file paths, account ids.',
        ),
    }),
    output: z.strictObject({
      run_id: z.string(),
      format: z.enum(exportFormats),
      files: z.array(ExportedFile),
      warnings: z.array(Warning),
      next_step: z.string(),
    }),
    async handler({ run_id, format, path: wanted, overwrite, include }, context) {
      const record = await context.runs.get(run_id);
      requireCompleted(record);
      const target = targetPath(wanted, run_id, format, context);
      if (!overwrite) requireFree(target);
      const { files, warnings } = await write(record, format, target, include, context);
      return { run_id, format, files, warnings, next_step: nextStep(format, files[0]?.path ?? target) };
    },
  }),
  defineTool({
    name: 'import_run',
    usual: false,
    title: 'Backtest import',
    description:
      'Bring a NautilusTrader backtest run from a .qdrun bundle, as export_run writes it, into this workspace: it is then shown, compared and exported like any other.',
    toolset: 'backtest',
    policy: 'write',
    input: z.strictObject({
      path: z.string().min(1).describe('The .qdrun file, relative to the workspace.'),
    }),
    output: RunAnswer,
    async handler({ path: wanted }, context) {
      const file = readablePath(wanted, 'path', context);
      const { record } = await readBundle(file);
      if (!isRunId(record.id) || record.status !== 'completed') throw notFinished(file);
      const known = await context.runs.find(record.id);
      if (known) return { ...describeRun(known, context), reused: true };
      const adopted = { ...record, imported_from: path.basename(file) };
      return describeRun(await context.runs.adopt(adopted, (folder) => unpackBundle(file, folder)), context);
    },
  }),
];

function notFinished(file: string): QuarterdeckError {
  return new QuarterdeckError(
    'BUNDLE_INVALID',
    `${path.basename(file)} holds no completed run.`,
    'Give a .qdrun file as export_run writes it.',
    { path: 'path' },
  );
}

function write(
  record: RunRecord,
  format: ExportFormat,
  target: string,
  include: z.infer<typeof ExportInclude>[],
  context: CallContext,
): Promise<EngineResult<'export_run'>> {
  const { workspace, signal } = context;
  if (format === 'script') {
    const { id, catalog, code } = record;
    const data = record.request.data.map((item, i) =>
      item.catalog === undefined
        ? item
        : { ...item, catalog: catalogPath(item.catalog, context, `data[${i}].catalog`) },
    );
    const request = { ...record.request, data };
    const modules = Object.fromEntries((code?.modules ?? []).map(({ file, sha256 }) => [file, sha256]));
    const params = { workspace, catalog, run_id: id, request, modules, target };
    return context.engine.call('export_script', params, { signal });
  }
  const params = {
    workspace,
    run_directory: context.runs.directory(record.id),
    record: { ...record },
    format,
    target,
    include,
  };
  return context.engine.call('export_run', params, { signal });
}

function targetPath(
  wanted: string | undefined,
  id: string,
  format: ExportFormat,
  context: CallContext,
): string {
  const name = `${id}${endings[format]}`;
  if (wanted === undefined) return path.join(context.workspace, '.quarterdeck', 'exports', name);
  const absolute = writablePath(wanted, 'path', context);
  const isFolder = /[\\/]$/.test(wanted) || (existsSync(absolute) && statSync(absolute).isDirectory());
  return isFolder && endings[format] !== '' ? path.join(absolute, name) : absolute;
}

function requireFree(target: string): void {
  if (!existsSync(target)) return;
  if (statSync(target).isDirectory() && readdirSync(target).length === 0) return;
  throw new QuarterdeckError(
    'FILE_EXISTS',
    `${target} is there already.`,
    'Give another path, or overwrite: true to replace it.',
    { path: 'path' },
  );
}

function requireCompleted({ id, status }: RunRecord): void {
  if (status === 'completed') return;
  throw new QuarterdeckError(
    'RUN_NOT_FINISHED',
    `Run ${id} is ${status}; only a completed run can be exported.`,
    'get_run says how far it is or why it failed.',
    { path: 'run_id' },
  );
}

function nextStep(format: ExportFormat, file: string): string {
  if (format === 'script') return `Run it with the Python that has nautilus_trader: python ${file}`;
  if (format === 'html' || format === 'tearsheet') return `Open ${file} in a browser.`;
  if (format === 'json')
    return 'Compare it with the export of another run, for example with git diff --no-index.';
  return 'Read the files with the tool of your choice.';
}
