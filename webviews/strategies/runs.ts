import * as z from 'zod';
import { ReadFrameResult } from '../../server/protocol/engine.ts';
import { RunRecord } from '../../server/protocol/run.ts';
import { sparkline } from '../charts/small.ts';
import { button, linkButton } from '../controls.ts';
import { type Child, element } from '../elements.ts';
import { fixed, missing, percent, signed } from '../format.ts';
import type { Host } from '../host.ts';
import { icon } from '../icons.ts';
import { parametersOf, shortName } from '../report/about.ts';
import { toEquityLines } from '../report/equity.ts';
import { t } from '../strings.ts';

const Rows = z.object({
  runs: z.array(
    z.object({
      run_id: z.string(),
      status: z.string(),
      pnl: z.number().nullish(),
      pnl_currency: z.string().nullish(),
      max_drawdown: z.number().nullish(),
      elapsed_seconds: z.number().optional(),
      baseline: z.boolean().optional(),
    }),
  ),
});
type Row = z.infer<typeof Rows>['runs'][number];
const shown = 8;

export interface RunRow extends Row {
  record: RunRecord;
  equity: number[];
}

/** The last runs of a strategy with their curves. */
export async function readRuns(host: Host, source: string): Promise<RunRow[]> {
  const name = source.split(':').at(-1) ?? source;
  const { runs } = Rows.parse(await host.call('list_runs', { strategy: name, limit: shown }));
  return Promise.all(
    runs.map(async (row) => {
      const uri = `nautilus://runs/${encodeURIComponent(row.run_id)}`;
      const record = RunRecord.parse(await host.read(uri));
      const equity = row.status === 'completed' ? await readEquity(host, uri) : [];
      return { ...row, record, equity };
    }),
  );
}

async function readEquity(host: Host, uri: string): Promise<number[]> {
  try {
    const { rows } = ReadFrameResult.parse(await host.read(`${uri}/equity?points=120`));
    return toEquityLines(rows)[0]?.values ?? [];
  } catch {
    // A run whose tables are gone is still a row.
    return [];
  }
}

export interface RunsOptions {
  host: Host;
  narrow: boolean;
  use(record: RunRecord): void;
}

export function runsTable(rows: RunRow[], { host, narrow, use }: RunsOptions): HTMLElement {
  if (rows.length === 0)
    return element(
      'p',
      { class: 'muted' },
      t('No run yet. Run a strategy on your data and its report opens here.'),
    );
  const differing = differingNames(rows);
  const currency = rows.find(({ pnl_currency }) => pnl_currency)?.pnl_currency ?? '';
  const chosen = new Set<string>();
  const compare = linkButton(t('Compare selected'), () => {
    if (chosen.size >= 2) host.openPage({ page: 'compare', runs: [...chosen].slice(0, 5) });
  });
  compare.disabled = true;
  const heads = [
    '',
    t('Parameters'),
    t('Equity'),
    t('Net PnL {0}', currency),
    ...(narrow ? [] : [t('Max DD %'), t('Trades'), t('Time s')]),
  ];
  const table = element(
    'table',
    { class: 'runs', 'aria-label': t('Runs') },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        ...heads.map((head, i) =>
          head
            ? element('th', { scope: 'col', class: i > 2 ? 'number' : undefined }, head)
            : element('td', {}),
        ),
      ),
    ),
    element(
      'tbody',
      {},
      ...rows.map((row) => {
        const box = element('input', { type: 'checkbox', 'aria-label': t('Choose for comparison') });
        box.addEventListener('change', () => {
          if (box.checked) chosen.add(row.run_id);
          else chosen.delete(row.run_id);
          compare.disabled = chosen.size < 2;
        });
        return runRow(row, differing, box, { host, narrow, use });
      }),
    ),
  );
  return element(
    'div',
    {},
    element(
      'div',
      { class: 'section-head' },
      element('h2', {}, t('Runs')),
      element('span', { class: 'hint' }, t('{0}, newest first', rows.length)),
      element('div', { class: 'end' }, compare),
    ),
    table,
  );
}

function runRow(
  row: RunRow,
  differing: string[],
  box: HTMLElement,
  { host, narrow, use }: RunsOptions,
): HTMLElement {
  const { run_id, status, pnl, max_drawdown, record, equity, baseline, elapsed_seconds } = row;
  const parameters = new Map(parametersOf(record));
  const words = differing
    .map((name) =>
      narrow ? parameters.get(name) : `${shortName(name)} ${parameters.get(name) ?? t('default')}`,
    )
    .join(narrow ? ' / ' : ', ');
  const open = linkButton(
    words || t('as given'),
    () => host.openPage({ page: 'report', run: run_id }),
    t('Open report'),
  );
  const trades = record.summary?.counts.trades;
  const looks: Record<string, 'pass' | 'error' | 'slash' | 'loading' | 'clock'> = {
    completed: 'pass',
    failed: 'error',
    cancelled: 'slash',
    running: 'loading',
    queued: 'clock',
  };
  const state = element('span', { class: `state ${status}`, title: status }, icon(looks[status] ?? 'clock'));
  const money: Child = element(
    'span',
    { class: pnl && pnl > 0 ? 'gain' : pnl && pnl < 0 ? 'loss' : undefined },
    signed(pnl, 2),
  );
  const act =
    status === 'running' || status === 'queued'
      ? button(t('Cancel'), 'secondary', () => void host.call('cancel_run', { run_id }))
      : undefined;
  const made = element(
    'tr',
    { 'data-run': run_id },
    element('td', { class: 'row' }, box, state),
    element('td', { class: 'clip words' }, open, baseline && icon('star')),
    element('td', {}, equity.length > 1 ? sparkline(equity, narrow ? 70 : 110) : ''),
    element('td', { class: 'number' }, money),
  );
  if (narrow) return made;
  const again = linkButton(t('use'), () => use(record), t('Put these parameters into the form'));
  made.append(
    element('td', { class: 'number' }, percent(max_drawdown, 2)),
    element('td', { class: 'number' }, trades === undefined ? missing : fixed(trades, 0)),
    element('td', { class: 'number' }, act ?? fixed(elapsed_seconds, 2), ' ', again),
  );
  return made;
}

/** The parameters by which these runs are told apart. */
function differingNames(rows: RunRow[]): string[] {
  const maps = rows.map(({ record }) => new Map(parametersOf(record)));
  const names = [...new Set(maps.flatMap((map) => [...map.keys()]))];
  const differing = names.filter((name) => new Set(maps.map((map) => map.get(name))).size > 1);
  const numbers = names.filter(
    (name) => /^-?\d+$/.test(maps[0]?.get(name) ?? '') && !/size|quantity/.test(name),
  );
  return (differing.length > 0 ? differing : numbers).slice(0, 3);
}
