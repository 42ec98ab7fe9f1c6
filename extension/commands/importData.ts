import path from 'node:path';
import { l10n, ProgressLocation, Uri, window } from 'vscode';
import type * as z from 'zod';
import { ImportDataResult, type ImportedRow } from '../../server/protocol/data.ts';
import { QuarterdeckError } from '../../server/protocol/errors.ts';
import type { App } from '../app.ts';

const extensions = ['csv', 'parquet', 'gz', 'zip', 'bz2', 'xz', 'zst', 'dbn', 'json', 'txt'];

/** What `import_data` answers in the editor's words. */
const Answer = ImportDataResult.loose();

/** Brings a file into the data catalog: the first rows are shown as they would be read before anything is written. */
export async function importData(app: App, target: unknown): Promise<void> {
  const file = target instanceof Uri ? target : await pickFile(app.server.folder);
  const described = file && (await describeFile(app, file));
  if (!described) return;
  const { item, preview } = described;
  if (!(await confirm(preview.imported, preview.warnings.length))) return;
  const { imported } = await working(l10n.t('Importing…'), (signal) =>
    app.client.call('import_data', { items: [item], mode: 'sync' }, Answer, { signal }),
  );
  app.views.refresh();
  const rows = imported.reduce((sum, row) => sum + row.rows, 0);
  void window.showInformationMessage(
    l10n.t('Imported {0} rows: {1}.', rows.toLocaleString('en-US'), imported.map(nameOf).join(', ')),
  );
}

async function pickFile(folder: string): Promise<Uri | undefined> {
  const picked = await window.showOpenDialog({
    title: l10n.t('Import Data'),
    openLabel: l10n.t('Import'),
    defaultUri: Uri.file(folder),
    filters: { [l10n.t('Market data')]: extensions, [l10n.t('All files')]: ['*'] },
  });
  return picked?.[0];
}

/** A file as `import_data` takes it. */
interface FileItem {
  file: string;
  instrument?: { template: string; id: string };
  bar_type?: string;
}

/**
 * Reads the file as it is to be imported; what it does not say itself is asked for, one thing after the other.
 *
 * @returns undefined when the person does not answer. @throws QuarterdeckError
 */
async function describeFile({ client, server }: App, { fsPath }: Uri) {
  let item: FileItem = { file: path.relative(server.folder, fsPath).replaceAll('\\', '/') };
  for (;;) {
    try {
      const preview = await working(l10n.t('Reading the file…'), () =>
        client.call('import_data', { items: [item], dry_run: true }, Answer),
      );
      return { item, preview };
    } catch (error) {
      const answer = await answerTo(error, item);
      if (!answer) return undefined;
      item = { ...item, ...answer };
    }
  }
}

/** Asks for the field that an import was refused for. @throws the refusal, when it asks for nothing that is known here */
async function answerTo(error: unknown, item: FileItem): Promise<Partial<FileItem> | undefined> {
  const path = error instanceof QuarterdeckError ? (error.extra.path ?? '') : '';
  if (path.endsWith('.instrument') && !item.instrument) return askInstrument(item);
  if (path.endsWith('.bar_type') && !item.bar_type) return askBarType(item);
  throw error;
}

async function askInstrument({ file }: FileItem): Promise<Partial<FileItem> | undefined> {
  const id = await window.showInputBox({
    title: l10n.t('Instrument of {0}', path.basename(file)),
    prompt: l10n.t('Symbol and venue of the data, for example {0}.', 'AAPL.XNAS'),
    ignoreFocusOut: true,
    validateInput: (text) => (/^[!-~]+\.[!-~]+$/.test(text.trim()) ? undefined : 'SYMBOL.VENUE'),
  });
  if (id === undefined) return undefined;
  const template = await window.showQuickPick(
    templates.map((label) => ({ label })),
    {
      title: l10n.t('What is {0}?', id),
      placeHolder: l10n.t('Its precision and currency are those of the template.'),
    },
  );
  return template && { instrument: { template: template.label, id: id.trim() } };
}

async function askBarType({ file, instrument }: FileItem): Promise<Partial<FileItem> | undefined> {
  const type = await window.showInputBox({
    title: l10n.t('Bar type of {0}', path.basename(file)),
    prompt: l10n.t('Length of a bar, the price it is made of, and where it was made.'),
    value: `${instrument?.id ?? 'SYMBOL.VENUE'}-1-DAY-LAST-EXTERNAL`,
    ignoreFocusOut: true,
  });
  return type === undefined ? undefined : { bar_type: type.trim() };
}

/** Templates that need nothing but an id. */
const templates = ['equity', 'fx', 'crypto', 'crypto_perpetual', 'cfd', 'commodity', 'index'];

async function confirm(rows: z.infer<typeof ImportedRow>[], warnings: number): Promise<boolean> {
  const detail = rows.map(describeRow).join('\n\n');
  const noted =
    warnings === 1 ? l10n.t('1 warning in the log.') : l10n.t('{0} warnings in the log.', warnings);
  const importing = l10n.t('Import');
  const answer = await window.showInformationMessage(
    l10n.t('Import this into the data catalog?'),
    { modal: true, detail: warnings === 0 ? detail : `${detail}\n\n${noted}` },
    importing,
  );
  return answer === importing;
}

/** Three rows as original time and what the engine would see, so that a wrong zone or bar stamp shows. */
function describeRow(row: z.infer<typeof ImportedRow>): string {
  const times = (row.preview ?? [])
    .slice(0, 3)
    .map((sample) => Object.values(sample).slice(0, 3).join('  →  '));
  return [
    l10n.t('{0}: {1} rows', nameOf(row), row.rows.toLocaleString('en-US')),
    `${row.start} – ${row.end} (UTC)`,
    ...times,
  ].join('\n');
}

function nameOf({ bar_type, instrument_id, data_type }: z.infer<typeof ImportedRow>): string {
  return bar_type ?? `${instrument_id} ${data_type}`;
}

function working<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Thenable<T> {
  const location = ProgressLocation.Notification;
  return window.withProgress({ location, title, cancellable: true }, (_progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    return work(abort.signal);
  });
}
