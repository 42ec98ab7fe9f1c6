import * as z from 'zod/mini';
import { cardIcon } from '../cardIcons.ts';
import { colors, watchTheme } from '../charts/colors.ts';
import { LinesChart } from '../charts/lines.ts';
import { connectToChat } from '../chatHost.ts';
import { type Child, element } from '../elements.ts';
import { axisNumber, count, fixed, missing, percent, seconds, signed } from '../format.ts';
import { t } from '../strings.ts';
import { milliseconds, minute } from '../time.ts';
import '../chat.css';

/** What a card needs of the answer of run_backtest and get_run; everything else is left to the report. */
const Answer = z.looseObject({
  run_id: z.string(),
  status: z.string(),
  backtest_start: z.optional(z.string()),
  backtest_end: z.optional(z.string()),
  elapsed_seconds: z.optional(z.number()),
  counts: z.optional(z.looseObject({ iterations: z.number(), trades: z.number(), orders: z.number() })),
  warnings: z.optional(z.array(z.looseObject({ message: z.string() }))),
  progress: z.optional(
    z.looseObject({
      done: z.number(),
      total: z.optional(z.number()),
      message: z.string(),
      simulated_time: z.optional(z.string()),
    }),
  ),
  error: z.optional(
    z.looseObject({ message: z.string(), path: z.optional(z.string()), next_step: z.optional(z.string()) }),
  ),
  statistics: z.optional(
    z.looseObject({
      pnl: z.record(z.string(), z.record(z.string(), z.nullable(z.number()))),
      returns: z.record(z.string(), z.nullable(z.number())),
      further: z.optional(
        z.looseObject({
          accounts: z.array(
            z.looseObject({ currency: z.string(), values: z.record(z.string(), z.nullable(z.number())) }),
          ),
        }),
      ),
    }),
  ),
});
type Answer = z.infer<typeof Answer>;
const Failed = z.looseObject({
  error: z.looseObject({
    message: z.string(),
    path: z.optional(z.string()),
    next_step: z.optional(z.string()),
  }),
});
const Strategies = z.looseObject({
  request: z.looseObject({
    strategies: z.array(
      z.looseObject({ source: z.string(), config: z.optional(z.record(z.string(), z.unknown())) }),
    ),
  }),
});
const Equity = z.looseObject({
  rows: z.array(z.looseObject({ ts_event: z.string(), equity: z.string(), currency: z.string() })),
});

const pollMs = 2000;
const height = 104;
const host = connectToChat('quarterdeck-report', '1');
const root = document.querySelector('main') ?? document.body;
watchTheme();
root.replaceChildren(card(element('div', { class: 'row', role: 'status' }, t('Loading…'))));
host.onResult((value) => void show(value));

async function show(value: unknown): Promise<void> {
  const answer = Answer.safeParse(value);
  if (!answer.success) {
    const failed = Failed.safeParse(value);
    if (failed.success) root.replaceChildren(failure(failed.data.error));
    return;
  }
  const run = answer.data;
  if (run.error) {
    root.replaceChildren(failure(run.error, run.run_id));
    return;
  }
  if (run.status === 'running' || run.status === 'queued') {
    root.replaceChildren(running(run));
    setTimeout(() => void again(run.run_id), pollMs);
    return;
  }
  await finished(run);
}

async function again(id: string): Promise<void> {
  try {
    await show(await host.call('get_run', { run_id: id }));
  } catch {
    // The host went away or the server did: the card stays as it is.
  }
}

async function finished(run: Answer): Promise<void> {
  const uri = `nautilus://runs/${encodeURIComponent(run.run_id)}`;
  const [record, equity] = await Promise.allSettled([host.read(uri), host.read(`${uri}/equity?points=400`)]);
  const strategies =
    record.status === 'fulfilled' ? Strategies.safeParse(record.value).data?.request.strategies : undefined;
  const name = strategies?.map(({ source }) => source.split(':').at(-1)).join(', ') || t('Backtest');
  const config = strategies?.[0]?.config ?? {};
  const numbers = Object.entries(config).filter(
    ([key, value]) => typeof value === 'number' && !/size|qty/.test(key),
  );
  const facts = [
    config.instrument_id,
    ...numbers.slice(0, 2).map(([key, value]) => `${key.split('_')[0]} ${value}`),
  ].filter((one) => typeof one === 'string');
  const dates =
    run.backtest_start && run.backtest_end ? `${date(run.backtest_start)} – ${date(run.backtest_end)}` : '';
  const chart = element('div', {});
  const parsed = equity.status === 'fulfilled' ? Equity.safeParse(equity.value).data?.rows : undefined;
  root.replaceChildren(
    card(
      element(
        'div',
        { class: 'row' },
        cardIcon('pass'),
        element('h1', {}, name),
        element('span', { class: 'muted clip grow' }, facts.join(' · ')),
        element('span', { class: 'muted dates' }, dates),
      ),
      tiles(run),
      element(
        'div',
        { class: 'chart-box' },
        element(
          'div',
          { class: 'legend', style: 'display:flex' },
          element('span', { class: 'key' }, t('Equity')),
          element('span', { class: 'grow' }),
          element('span', { class: 'small' }, summaryOf(run)),
        ),
        chart,
      ),
      warningLine(run),
      actions(run, strategies?.[0]?.source.split(':')[0]),
    ),
  );
  if (parsed && parsed.length > 1) draw(chart, parsed);
  else chart.append(element('p', { class: 'muted' }, t('The account did not change in this run.')));
}

function draw(root: HTMLElement, rows: { ts_event: string; equity: string; currency: string }[]): void {
  const first = rows[0]?.currency;
  const own = rows.filter(({ currency }) => currency === first);
  const values = own.map(({ equity }) => Number(equity));
  root.setAttribute('role', 'img');
  root.setAttribute(
    'aria-label',
    t('Equity from {0} to {1} {2}', fixed(values[0], 0), fixed(values.at(-1), 0), first ?? ''),
  );
  new LinesChart(
    {
      root,
      height,
      axisWidth: 46,
      timeAxis: true,
      lines: [{ label: t('Equity'), color: () => colors().series }],
      format: axisNumber,
      cursorKey: 'card',
    },
    [own.map(({ ts_event }) => milliseconds(ts_event)), values],
  );
}

function tiles({ statistics }: Answer): HTMLElement {
  const [currency, pnl] =
    Object.entries(statistics?.pnl ?? {}).find(([, values]) => values['PnL (total)']) ??
    Object.entries(statistics?.pnl ?? {})[0] ??
    [];
  const net = pnl?.['PnL (total)'];
  const accounts = statistics?.further?.accounts ?? [];
  const account = accounts.find((one) => one.currency === currency) ?? accounts[0];
  const of = (name: string) =>
    Object.entries(statistics?.returns ?? {}).find(([key]) => key.startsWith(name))?.[1];
  const tile = (label: string, value: string, mood = '') =>
    element(
      'div',
      {},
      element('dt', { class: 'clip' }, label),
      element('dd', { class: `clip ${mood}` }, value),
    );
  return element(
    'dl',
    { class: 'tiles' },
    tile(
      currency ? t('Net PnL · {0}', currency) : t('Net PnL'),
      signed(net, 2),
      net ? (net > 0 ? 'gain' : 'loss') : '',
    ),
    tile(t('Max drawdown'), percent(account?.values.equity_max_drawdown, 2)),
    tile(t('Sharpe'), fixed(of('Sharpe Ratio'), 2)),
    tile(t('Win rate'), pnl?.['Win Rate'] === undefined ? missing : percent(pnl['Win Rate'], 1)),
  );
}

function summaryOf({ counts }: Answer): string {
  return counts ? t('{0} trades, {1} orders', count(counts.trades), count(counts.orders)) : '';
}

function warningLine({ warnings = [] }: Answer): Child {
  const [first] = warnings;
  if (!first) return undefined;
  return element(
    'div',
    { class: 'row warning' },
    cardIcon('warning'),
    element('span', { class: 'grow clip', title: first.message }, first.message),
    warnings.length > 1 && element('span', { class: 'muted small' }, t('{0} more', warnings.length - 1)),
  );
}

function actions(run: Answer, file: string | undefined): HTMLElement {
  const facts = [
    run.counts && t('{0} data points', count(run.counts.iterations)),
    run.elapsed_seconds !== undefined && t('ran in {0}', seconds(run.elapsed_seconds)),
  ];
  return element(
    'div',
    { class: 'row' },
    act(t('Open in editor'), 'primary', t('Open the report of {0} in the editor.', run.run_id)),
    file && act(t('Source'), '', t('Show me {0}.', file)),
    element('span', { class: 'grow' }),
    element('span', { class: 'muted small clip' }, facts.filter(Boolean).join(' · ')),
  );
}

/** What a chat cannot do itself is said for the person to send. */
function act(text: string, kind: string, prompt: string): HTMLElement {
  const button = element('button', { type: 'button', class: kind }, text);
  button.addEventListener('click', () => host.ask(prompt));
  return button;
}

function running({ progress, run_id }: Answer): HTMLElement {
  const share = progress?.total ? (100 * progress.done) / progress.total : 0;
  const bar = element('div');
  bar.style.width = `${share}%`;
  return card(
    element(
      'div',
      { class: 'row', role: 'status' },
      cardIcon('circle'),
      element('h1', {}, t('Running {0}%', Math.floor(share))),
      element('span', { class: 'muted clip grow' }, progress?.simulated_time ?? progress?.message ?? ''),
    ),
    element(
      'div',
      {
        class: 'progress',
        role: 'progressbar',
        'aria-label': t('Progress'),
        'aria-valuenow': Math.round(share),
      },
      bar,
    ),
    element('div', { class: 'row muted small' }, t('{0} · figures after the run', run_id)),
  );
}

function failure(
  {
    message,
    path,
    next_step,
  }: { message: string; path?: string | undefined; next_step?: string | undefined },
  id?: string,
): HTMLElement {
  return card(
    element(
      'div',
      { class: 'row failure', role: 'alert' },
      cardIcon('error'),
      element('strong', { class: 'grow' }, message),
    ),
    path && element('div', { class: 'row muted' }, path),
    next_step && element('div', { class: 'row muted' }, next_step),
    id &&
      element(
        'div',
        { class: 'row' },
        act(t('Open in editor'), 'primary', t('Open the report of {0} in the editor.', id)),
        act(t('Explain'), '', t('Why did {0} fail and how do I fix it?', id)),
      ),
  );
}

function card(...children: Child[]): HTMLElement {
  return element('div', { class: 'card' }, ...children);
}

function date(iso: string): string {
  return minute(Date.parse(iso)).slice(0, 10);
}
