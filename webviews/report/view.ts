import * as z from 'zod';
import type { RunRecord } from '../../server/protocol/run.ts';
import { button, element } from '../elements.ts';
import { count, decimal, fixed, minute, missing } from '../format.ts';
import type { Host } from '../host.ts';
import { type IconName, icon } from '../icons.ts';
import { drawEquity } from './equityChart.ts';
import { headline } from './figures.ts';
import { type Equity, isUnfinished, type ReportState, toErrorObject } from './run.ts';

/** What the report can do besides showing. */
export interface Actions {
  host: Host;
  /** Shows another run in this page. */
  show(uri: string): void;
}

/** Shows a whole state. The header's buttons stay while they mean the same, so that they keep the focus. */
export function render(root: HTMLElement, state: ReportState, actions: Actions): void {
  switch (state.kind) {
    case 'loading':
      root.replaceChildren(message('Loading…'));
      break;
    case 'error':
      root.replaceChildren(message(state.error.message, state.error.next_step));
      break;
    case 'run': {
      const { run, equity } = state;
      const kept = root.querySelector(`.actions[data-for="${run.id} ${isUnfinished(run)}"]`);
      const buttons = kept ?? actionButtons(run, actions);
      if (!kept || root.children.length === 0) root.replaceChildren(header(run, buttons), element('div'));
      else root.querySelector('.text')?.replaceWith(title(run));
      root.lastElementChild?.replaceChildren(
        ...progressLine(run),
        ...bands(run),
        ...(run.summary || isUnfinished(run)
          ? figures(run, equity)
          : [message('No figures: the run ended early.')]),
      );
    }
  }
}

function header(run: RunRecord, buttons: Element): HTMLElement {
  return element('header', { class: 'header' }, title(run), buttons);
}

const states: Record<RunRecord['status'], { word: string; icon: IconName }> = {
  queued: { word: 'Queued', icon: 'clock' },
  running: { word: 'Running', icon: 'circle' },
  completed: { word: 'Completed', icon: 'pass' },
  failed: { word: 'Failed', icon: 'error' },
  cancelled: { word: 'Cancelled', icon: 'slash' },
};

function title({ id, status, request, summary, progress }: RunRecord): HTMLElement {
  const { word, icon: name } = states[status];
  const own = request.script ?? request.run_config;
  const strategies = own ?? request.strategies.map(({ source }) => source.split(':').at(-1)).join(', ');
  const period = summary?.backtest_start
    ? `${minute(summary.backtest_start)} – ${minute(summary.backtest_end)} UTC`
    : undefined;
  const done = progress?.total ? ` ${Math.floor((100 * progress.done) / progress.total)}%` : '';
  return element(
    'div',
    { class: 'text' },
    element('span', { class: `state ${status}`, role: 'status' }, icon(name), `${word}${done}`),
    element('h1', {}, strategies),
    element(
      'span',
      { class: 'muted' },
      [period, apiName(summary?.api ?? request.api)].filter(Boolean).join(' · '),
    ),
    element('span', { class: 'muted mono', 'data-field': 'run' }, id),
  );
}

function apiName(api: RunRecord['request']['api']): string | undefined {
  return api && { node: 'BacktestNode', engine: 'BacktestEngine' }[api];
}

function actionButtons(run: RunRecord, { host, show }: Actions): HTMLElement {
  const unfinished = isUnfinished(run);
  const box = element('div', { class: 'actions', 'data-for': `${run.id} ${unfinished}` });
  const attempt = (work: () => Promise<void>) => () => {
    work().catch((error: unknown) => {
      const { message: text, next_step } = toErrorObject(error);
      box.closest('header')?.after(band('failure', text, next_step));
    });
  };
  const cancel = attempt(async () => {
    await host.call('cancel_run', { run_id: run.id });
  });
  const rerun = attempt(async () => {
    const { catalog, request } = run;
    const answer = await host.call('run_backtest', { ...request, catalog, mode: 'async' });
    const { run_id } = z.object({ run_id: z.string() }).parse(answer);
    show(`nautilus://runs/${encodeURIComponent(run_id)}`);
  });
  box.append(unfinished ? button('Cancel run', 'secondary', cancel) : button('Rerun', 'primary', rerun));
  return box;
}

function progressLine(run: RunRecord): HTMLElement[] {
  if (!isUnfinished(run)) return [];
  const { done = 0, total } = run.progress ?? {};
  const bar = element('div');
  bar.style.width = `${total ? (100 * done) / total : 0}%`;
  const words = run.progress?.simulated_time
    ? `at ${minute(run.progress.simulated_time)} UTC`
    : run.progress?.message;
  return [
    element('div', { class: 'progress' }, bar),
    element('div', { class: 'band' }, element('p', { class: 'muted' }, words ?? 'starting…')),
  ];
}

function bands({ error, summary }: RunRecord): HTMLElement[] {
  const failure = error
    ? [band('failure', error.message, [error.path, error.next_step].filter(Boolean).join(' · '))]
    : [];
  return [...failure, ...(summary?.warnings ?? []).map((one) => band('warning', one.message, one.next_step))];
}

function band(kind: 'warning' | 'failure', fact: string, next: string): HTMLElement {
  const name = kind === 'warning' ? 'warning' : 'error';
  return element(
    'div',
    { class: `band ${kind}` },
    icon(name),
    element('p', {}, element('strong', {}, fact), ' ', next),
  );
}

function figures(run: RunRecord, equity: Equity): HTMLElement[] {
  return [tiles(run), element('div', { class: 'body' }, equitySection(equity), figuresSection(run))];
}

function tiles(run: RunRecord): HTMLElement {
  const cells = headline(run).map(({ label, value, below, mood }) =>
    element(
      'div',
      { class: 'tile', 'data-figure': label },
      element('dt', {}, label),
      element('dd', { class: `value${mood ? ` ${mood}` : ''}`, title: value }, value),
      element('dd', { class: 'below', title: below }, below),
    ),
  );
  return element('dl', { class: 'tiles' }, ...cells);
}

function equitySection(equity: Equity): HTMLElement {
  if (equity.kind !== 'lines') {
    const reason = equity.kind === 'unfinished' ? 'after the run' : equity.reason;
    const frame = element('div', { class: 'chart' }, element('div', { class: 'note' }, reason));
    return element('section', {}, element('h2', {}, 'Equity'), frame);
  }
  const charts = equity.lines.flatMap((line) => {
    const frame = element('div', { class: 'chart' });
    drawEquity(frame, line);
    const last = fixed(line.points.at(-1)?.value, 2);
    const legend = element(
      'span',
      { class: 'muted' },
      element('span', { class: 'key' }),
      `${last} ${line.currency} · ${line.venue} (UTC)`,
    );
    return [element('h2', {}, 'Equity', legend), frame];
  });
  return element('section', {}, ...charts);
}

function figuresSection({ summary }: RunRecord): HTMLElement {
  const balances = summary?.balances ?? [];
  const { pnl = {}, returns = {}, general = {} } = summary?.statistics ?? {};
  return element(
    'section',
    {},
    element('h2', {}, 'Balances'),
    table(
      ['Venue', 'Currency', 'Total', 'Free', 'Locked'],
      balances.map(({ venue, currency, total, free, locked }) => [
        venue,
        currency,
        ...[total, free, locked].map(decimal),
      ]),
    ),
    element('h2', {}, 'Statistics'),
    element(
      'table',
      {},
      ...Object.entries(pnl).map(([currency, values]) => group(`Result · ${currency}`, values)),
      group('Risk and return · of daily account balances', returns),
      group('Direction', general),
    ),
  );
}

function table(heads: string[], rows: string[][]): HTMLElement {
  const row = (tag: 'th' | 'td', cells: string[]) =>
    element('tr', {}, ...cells.map((cell) => element(tag, {}, cell)));
  const body = rows.length === 0 ? [heads.map(() => missing)] : rows;
  return element(
    'table',
    {},
    element('thead', {}, row('th', heads)),
    element('tbody', {}, ...body.map((cells) => row('td', cells))),
  );
}

function group(name: string, values: Record<string, number | null>): HTMLElement {
  const rows = Object.entries(values).map(([label, value]) =>
    element('tr', {}, element('td', {}, label), element('td', {}, statistic(value))),
  );
  const head = element('tr', { class: 'group' }, element('th', { colspan: '2', scope: 'rowgroup' }, name));
  return element('tbody', {}, head, ...(rows.length === 0 ? [] : rows));
}

function statistic(value: number | null): string {
  if (value === null) return missing;
  return Number.isInteger(value) ? count(value) : fixed(value, Math.abs(value) < 10 ? 4 : 2);
}

function message(...lines: string[]): HTMLElement {
  return element('div', { class: 'message', role: 'status' }, ...lines.map((line) => element('p', {}, line)));
}
