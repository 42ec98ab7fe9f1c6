import type { RunRecord } from '../../server/protocol/run.ts';
import { button, iconButton, linkButton } from '../controls.ts';
import { type Child, element } from '../elements.ts';
import { count, seconds } from '../format.ts';
import { type IconName, icon } from '../icons.ts';
import { openMenu } from '../menu.ts';
import { t } from '../strings.ts';
import { minute, zoneName } from '../time.ts';
import { chipsOf, codeOf, marketOf, nameOf, periodOf } from './about.ts';
import { isUnfinished } from './load.ts';

/** What the report can do besides showing. */
export interface Actions {
  rerun(): void;
  cancel(): void;
  compare(): void;
  openSource(place: string): void;
  exportAs(format: 'csv' | 'parquet' | 'json' | 'qdrun' | 'html' | 'tearsheet' | 'script' | 'png'): void;
  annotate(): void;
  baseline(): void;
  remove(): void;
  copyRequest(): void;
  openBlotter(): void;
}

const states: Record<RunRecord['status'], { word: string; icon: IconName }> = {
  queued: { word: t('Queued'), icon: 'clock' },
  running: { word: t('Running'), icon: 'loading' },
  completed: { word: t('Completed'), icon: 'pass' },
  failed: { word: t('Failed'), icon: 'error' },
  cancelled: { word: t('Cancelled'), icon: 'slash' },
};

export function header(run: RunRecord, actions: Actions): HTMLElement {
  return element('header', { class: 'header' }, title(run), buttons(run, actions));
}

/** The words of the header; the buttons beside it stay while they mean the same, so that they keep the focus. */
export function title(run: RunRecord): HTMLElement {
  const { id, status, summary, baseline, note, tags } = run;
  const { word, icon: name } = states[status];
  const unfinished = isUnfinished(run);
  const state = icon(name);
  if (name === 'loading') state.classList.add('spinner');
  const code = codeOf(run);
  const facts = [
    periodOf(summary),
    code && t('code {0}', code.hash),
    summary && t('ran in {0}', seconds(summary.elapsed_seconds)),
  ];
  return element(
    'div',
    { class: 'text' },
    element(
      'span',
      { class: `state ${status}`, role: 'status', title: word },
      state,
      element('span', { class: unfinished ? 'hidden' : 'sr-only' }, word),
    ),
    element('h1', {}, nameOf(run)),
    element('span', { class: 'what clip' }, marketOf(run)),
    ...(unfinished
      ? progressWords(run)
      : chipsOf(run).map((text) => element('span', { class: 'chip' }, text))),
    !!baseline && element('span', { class: 'chip' }, icon('star'), t('baseline')),
    ...tags.slice(0, 2).map((tag) => element('span', { class: 'chip' }, icon('tag'), tag)),
    note !== undefined && element('span', { class: 'chip', title: note }, icon('note'), t('note')),
    element('span', { class: 'muted clip facts', title: id }, facts.filter(Boolean).join(' · ')),
    element('span', { class: 'sr-only', 'data-field': 'run' }, id),
  );
}

function progressWords({ status, progress, started_at, created_at }: RunRecord): Child[] {
  if (status === 'queued') return [element('span', {}, t('Queued: waiting for a free processor'))];
  const { done = 0, total, simulated_time: now, message, seconds_left: left } = progress ?? {};
  const share = total ? Math.floor((100 * done) / total) : undefined;
  const elapsed = (Date.now() - Date.parse(started_at ?? created_at)) / 1000;
  const words = [
    now ? t('at {0} {1}', minute(Date.parse(now)), zoneName) : message,
    total ? t('{0} of {1}', count(done), count(total)) : undefined,
  ].filter(Boolean);
  return [
    element(
      'span',
      {},
      `${t('Running')} `,
      share !== undefined && element('strong', { class: 'share' }, `${share}%`),
      words.length > 0 && ` · ${words.join(' · ')}`,
    ),
    element(
      'span',
      { class: 'muted facts clip' },
      t('{0} elapsed', seconds(elapsed)),
      left !== undefined && `, ${t('about {0} left', seconds(left))}`,
    ),
  ];
}

function buttons(run: RunRecord, actions: Actions): HTMLElement {
  const box = element('div', { class: 'actions', 'data-for': `${run.id} ${run.status}` });
  if (isUnfinished(run)) {
    box.append(button(t('Cancel run'), 'secondary', actions.cancel, { icon: 'debugStop' }));
    return box;
  }
  const code = codeOf(run);
  const completed = run.status === 'completed';
  if (code) {
    const open = () => actions.openSource(`${code.file}:1`);
    box.append(button(t('Open source'), 'secondary', open, { icon: 'code', class: 'wide-only' }));
  }
  if (completed) {
    box.append(
      button(t('Compare…'), 'secondary', actions.compare, { icon: 'compare', class: 'wide-only' }),
      button(t('Export'), 'secondary', (event) => exportMenu(event, actions), {
        icon: 'share',
        menu: true,
        class: 'wide-only',
      }),
    );
  }
  box.append(
    button(t('Rerun'), 'primary', actions.rerun, { icon: 'rerun' }),
    iconButton('ellipsis', t('More actions'), (event) => moreMenu(event, run, actions)),
  );
  return box;
}

function exportMenu(event: Event, { exportAs }: Actions): void {
  if (!(event.currentTarget instanceof HTMLElement)) return;
  openMenu(event.currentTarget, t('Export'), [
    { text: t('Tables as CSV'), act: () => exportAs('csv') },
    { text: t('Tables as Parquet'), act: () => exportAs('parquet') },
    { text: t('JSON that diffs well'), act: () => exportAs('json') },
    { text: t('Bundle (.qdrun)'), act: () => exportAs('qdrun') },
    { text: t('Plain Python script'), act: () => exportAs('script') },
    'line',
    { text: t('Charts as PNG'), act: () => exportAs('png') },
    { text: t('HTML report, offline'), act: () => exportAs('html') },
    { text: t('NautilusTrader’s HTML tearsheet'), act: () => exportAs('tearsheet') },
  ]);
}

function moreMenu(event: Event, run: RunRecord, actions: Actions): void {
  if (!(event.currentTarget instanceof HTMLElement)) return;
  const completed = run.status === 'completed';
  const wide = [
    ...(completed
      ? [
          { text: t('Compare…'), act: actions.compare },
          { text: t('Orders in the blotter'), act: actions.openBlotter },
          { text: t('Export as CSV'), act: () => actions.exportAs('csv') },
          { text: t('Export HTML report'), act: () => actions.exportAs('html') },
          'line' as const,
        ]
      : []),
  ];
  openMenu(event.currentTarget, t('More actions'), [
    ...wide,
    { text: t('Note and tags…'), act: actions.annotate },
    { text: run.baseline ? t('No longer the baseline') : t('Make it the baseline'), act: actions.baseline },
    { text: t('Copy as run_backtest'), act: actions.copyRequest },
    'line',
    { text: t('Delete this run…'), act: actions.remove },
  ]);
}

export function sourceLink(place: string, open: (place: string) => void): HTMLElement {
  const link = linkButton(place.split('/').at(-1) ?? place, () => open(place), place);
  link.classList.add('mono');
  return link;
}
