import type { RunRecord } from '../../server/protocol/run.ts';
import { sparkline } from '../charts/small.ts';
import { button, linkButton } from '../controls.ts';
import { element } from '../elements.ts';
import { count } from '../format.ts';
import type { Host } from '../host.ts';
import { failureBand } from '../report/bands.ts';
import { headline } from '../report/figures.ts';
import { basisOf, followRun } from '../report/load.ts';
import { t } from '../strings.ts';
import { minute, zoneName } from '../time.ts';

/** Follows a run until its end: how far it is, its curve and figures so far. Returns how to stop. */
export function progressSection(
  root: HTMLElement,
  host: Host,
  id: string,
  onEnd: (record: RunRecord) => Promise<void>,
): () => void {
  const uri = `nautilus://runs/${encodeURIComponent(id)}`;
  const open = () => linkButton(t('Open report'), () => host.openPage({ page: 'report', run: id }));
  const head = (title: string, note: string, ...end: HTMLElement[]) =>
    element(
      'div',
      { class: 'section-head' },
      element('h2', {}, title),
      element('span', { class: 'hint' }, note),
      element('div', { class: 'end' }, ...end),
    );
  return followRun(host, uri, (state) => {
    if (state.kind === 'running') {
      const { run, live } = state;
      const { done = 0, total, simulated_time: now } = run.progress ?? {};
      const share = total ? (100 * done) / total : 0;
      const bar = element('div');
      bar.style.width = `${share}%`;
      const words = [
        now && t('at {0} {1}', minute(Date.parse(now)), zoneName),
        total && t('{0} of {1}', count(done), count(total)),
      ];
      const cancel = button(t('Cancel'), 'secondary', () => void host.call('cancel_run', { run_id: id }));
      root.replaceChildren(
        head(t('Run in progress'), words.filter(Boolean).join(' · '), open(), cancel),
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
        figures(live.lines[0]?.values ?? [], headline(basisOf(run, live))),
      );
      return;
    }
    if (state.kind === 'done') {
      const { run, results } = state;
      root.replaceChildren(
        head(t('Finished run'), '', open()),
        figures(results.lines[0]?.values ?? [], headline({ run, ...results })),
      );
      void onEnd(run);
    }
    if (state.kind === 'failed') {
      const { message, next_step, path } = state.error;
      root.replaceChildren(
        head(t('Failed run'), '', open()),
        failureBand(message, [path, next_step].filter(Boolean).join(' · ')),
      );
      void onEnd(state.run);
    }
  });
}

function figures(equity: number[], all: ReturnType<typeof headline>): HTMLElement {
  const list = element('dl', { class: 'pairs' });
  for (const { id, label, value } of all) {
    if (['pnl', 'drawdown', 'trades', 'wins'].includes(id))
      list.append(element('dt', {}, label), element('dd', {}, value));
  }
  return element(
    'div',
    { class: 'progress-figures' },
    equity.length > 1 ? sparkline(equity, 440, 72) : element('span', { class: 'muted' }, t('No equity yet.')),
    list,
  );
}
