import { readBundle } from '../server/bundle.ts';
import { QuarterdeckError } from '../server/protocol/errors.ts';
import type { PageAnswers } from './panels.ts';

/** What a page calls the run of a bundle that is shown without a server. */
export const bundleUri = 'nautilus://bundle';

type Rows = Record<string, unknown>[];

/**
 * A `.qdrun` bundle in the place of a server: it answers what a report reads, as far as the bundle has it, and
 * changes nothing.
 *
 * @throws QuarterdeckError FILE_NOT_FOUND, BUNDLE_INVALID
 */
export async function bundleSource(file: string): Promise<PageAnswers> {
  const { record, preview, funnel, tables, log } = await readBundle(file);
  const answers: Record<string, () => unknown> = {
    '': () => record,
    funnel: () => funnel ?? absent('funnel'),
    tables: () => tables ?? absent('tables'),
    equity: () => whole(preview?.equity ?? []),
    benchmark: () => whole(preview?.benchmark ?? []),
    log: () => whole(log.split('\n').filter(Boolean).map(parseLine)),
    ...Object.fromEntries(
      Object.entries(preview?.tables ?? {}).map(([name, table]) => [
        name,
        () => first(table.rows, table.total),
      ]),
    ),
  };
  return {
    async read(uri, schema) {
      const { pathname } = new URL(uri.slice(bundleUri.length).replace(/^\/?/, '/'), 'file://');
      const answer = answers[pathname.slice(1)];
      return schema.parse(answer ? answer() : absent(pathname.slice(1)));
    },
    call: async () => {
      throw new QuarterdeckError(
        'READ_ONLY',
        'A bundle shows a run; it runs and changes nothing.',
        'Use "Import Run" to make it a run of this workspace.',
      );
    },
    watch: () => ({ dispose() {} }),
  };
}

function whole(rows: Rows) {
  return { rows, total: rows.length };
}

/** A bundle has the first rows in a form that needs no engine; the rest are in its Parquet files. */
function first(rows: Rows, total: number) {
  return { rows, total };
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
    `The bundle has no ${what.split('/')[0] || 'such part'} that can be shown without an engine.`,
    'Use "Import Run" to make it a run of this workspace.',
  );
}
