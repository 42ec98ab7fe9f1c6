import { l10n, type Uri, type WebviewPanel } from 'vscode';
import { readBundle } from '../server/bundle.ts';
import { QuarterdeckError, toQuarterdeckError } from '../server/protocol/errors.ts';
import type { PageAnswers, Panels } from './panels.ts';
import { pageOf, type Rows } from './rowPage.ts';

/** What a page calls the run of a bundle that is shown without a server. */
export const bundleUri = 'nautilus://bundle';

/** The report of a bundle, or what is wrong with it in its place. */
export async function showBundle(panels: Panels, { fsPath }: Uri, panel: WebviewPanel): Promise<void> {
  try {
    panels.showBundle(panel, bundleUri, await bundleSource(fsPath));
  } catch (error) {
    const { message, next_step } = toQuarterdeckError(error).toObject();
    panels.showText(panel, `${message} ${next_step}`);
  }
}

/**
 * A `.qdrun` bundle in the place of a server: it answers what a report reads, as far as the bundle has it, and
 * changes nothing.
 *
 * @throws QuarterdeckError FILE_NOT_FOUND, BUNDLE_INVALID
 */
export async function bundleSource(file: string): Promise<PageAnswers> {
  const { record, preview, funnel, tables, log } = await readBundle(file);
  const answers: Record<string, (query: URLSearchParams) => unknown> = {
    '': () => record,
    funnel: () => funnel ?? absent('funnel'),
    tables: () => tables ?? absent('tables'),
    equity: () => whole(preview?.equity ?? []),
    benchmark: () => whole(preview?.benchmark ?? []),
    log: (query) => {
      const lines = log.split('\n').filter(Boolean).map(parseLine);
      return pageOf(lines, lines.length, query);
    },
    ...Object.fromEntries(
      Object.entries(preview?.tables ?? {}).map(([name, table]) => [
        name,
        (query: URLSearchParams) => pageOf(table.rows, table.total, query),
      ]),
    ),
  };
  return {
    async read(uri, schema) {
      const { pathname, searchParams } = new URL(uri.slice(bundleUri.length).replace(/^\/?/, '/'), 'file://');
      const answer = answers[pathname.slice(1)];
      return schema.parse(answer ? answer(searchParams) : absent(pathname.slice(1)));
    },
    call: async () => {
      throw new QuarterdeckError(
        'READ_ONLY',
        l10n.t('A bundle shows a run; it runs and changes nothing.'),
        l10n.t('Use "Import Run" to make it a run of this workspace.'),
      );
    },
    watch: () => ({ dispose() {} }),
  };
}

function whole(rows: Rows) {
  return { rows, total: rows.length };
}

function parseLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line);
  } catch {
    return { message: line };
  }
}

function absent(what: string): never {
  throw new QuarterdeckError(
    'UNKNOWN_RESOURCE',
    l10n.t(
      'The bundle has no {0} that can be shown without an engine.',
      what.split('/')[0] || l10n.t('such part'),
    ),
    l10n.t('Use "Import Run" to make it a run of this workspace.'),
  );
}
