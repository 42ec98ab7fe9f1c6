import type { ErrorObject } from '../../server/protocol/errors.ts';
import type { Funnel } from '../../server/protocol/funnel.ts';
import type { RunRecord } from '../../server/protocol/run.ts';
import { button } from '../controls.ts';
import { type Child, element } from '../elements.ts';
import { count } from '../format.ts';
import { icon } from '../icons.ts';
import { t } from '../strings.ts';
import { minute, zoneName } from '../time.ts';
import { instrumentOf } from './about.ts';
import { failureBand } from './bands.ts';
import type { ChartSizes } from './charts.ts';
import { type Actions, sourceLink } from './header.ts';

/** The sizes of the report to come, without a figure in it. */
export function loadingView(): HTMLElement {
  const tiles = Array.from({ length: 8 }, () =>
    element('div', { class: 'tile' }, block('50%', 10), block('80%', 22)),
  );
  return element(
    'div',
    { class: 'loading', 'aria-busy': 'true' },
    element(
      'header',
      { class: 'header' },
      element('div', { class: 'text' }, element('span', { role: 'status' }, t('Loading…'))),
    ),
    element('div', { class: 'tiles' }, ...tiles),
    element('div', { class: 'loading-body' }, block('100%', 196), block('100%', 92), block('100%', 300)),
  );
}

/** The place of the charts while they are on their way, as high as they will be. */
export function chartsToCome(run: RunRecord, { equity, drawdown, price }: ChartSizes): HTMLElement[] {
  const head = (title: string) =>
    element('div', { class: 'section-head' }, element('h2', {}, title), element('span', { class: 'hint' }));
  const accounts = Math.max(1, run.summary?.statistics.further?.accounts.length ?? 1);
  return [
    ...Array.from({ length: accounts }, () => [
      head(t('Equity')),
      block('100%', equity),
      element('div', { class: 'chart-title hint' }, t('Drawdown %')),
      block('100%', drawdown),
    ]).flat(),
    ...(instrumentOf(run) ? [head(t('Price and fills')), block('100%', price)] : []),
  ];
}

function block(width: string, height: number): HTMLElement {
  const made = element('div', { class: 'skeleton' });
  made.style.cssText = `width:${width};height:${height}px`;
  return made;
}

/** Nothing can be shown, and why. */
export function emptyView(title: string, text: string, ...actions: HTMLElement[]): HTMLElement {
  return element(
    'div',
    { class: 'empty', role: 'status' },
    icon('graph'),
    element('strong', {}, title),
    element('p', {}, text),
    element('div', { class: 'actions' }, ...actions),
  );
}

export function errorView(error: ErrorObject): HTMLElement {
  const gone = error.code === 'RUN_NOT_FOUND';
  const none = error.type === 'environment';
  const title = gone
    ? t('This run was deleted.')
    : none
      ? t('No engine yet. Set up NautilusTrader (about 1 GB, once).')
      : error.message;
  return emptyView(title, error.next_step);
}

/** A run that failed: the reason, the line, and what there is to do. */
export function failureView(
  run: RunRecord,
  error: ErrorObject,
  actions: Actions,
  ask: () => void,
): HTMLElement {
  const at = run.progress?.simulated_time;
  const cancelled = run.status === 'cancelled';
  const fact = cancelled
    ? t('Run cancelled.')
    : at
      ? t('Run failed at {0} {1}.', minute(Date.parse(at)), zoneName)
      : t('Run failed.');
  const place = error.path && /\.py:\d+$/.test(error.path) ? error.path : undefined;
  const lines: Child[] = [
    place && element('p', {}, sourceLink(place, actions.openSource)),
    error.path && !place && element('p', { class: 'mono' }, error.path),
    element('p', { class: 'muted' }, error.next_step),
  ];
  const goTo =
    place &&
    button(t('Go to line {0}', place.split(':').at(-1) ?? ''), 'primary', () => actions.openSource(place), {
      icon: 'goToFile',
    });
  return element(
    'div',
    {},
    failureBand(fact, element('span', { class: 'mono' }, cancelled ? '' : error.message)),
    element(
      'div',
      { class: 'failure-body' },
      ...lines,
      element(
        'div',
        { class: 'actions' },
        goTo,
        button(t('Rerun'), 'secondary', actions.rerun, { icon: 'rerun' }),
        !cancelled && button(t('Explain in chat'), 'secondary', ask, { icon: 'chat' }),
      ),
    ),
  );
}

/** Where the way from data to fills ends: what a run without trades shows first. */
export function funnelView(funnel: Funnel, actions: Actions): HTMLElement {
  const steps = funnelSteps(funnel, actions);
  const most = Math.max(1, ...steps.map(({ count: number }) => number));
  const [first] = funnel.findings;
  return element(
    'section',
    { class: 'funnel', 'aria-label': t('From data to fills') },
    element('div', { class: 'section-head' }, element('h2', {}, t('From data to fills'))),
    element(
      'table',
      {},
      element(
        'thead',
        { class: 'sr-only' },
        element('tr', {}, ...[t('Step'), t('Count'), ''].map((head) => element('td', {}, head))),
      ),
      element(
        'tbody',
        {},
        ...steps.map(({ name, detail, count: number, broken }) => {
          const bar = element('div', { class: `funnel-bar${number === 0 ? ' none' : ''}` });
          bar.style.width = `${number === 0 ? 24 : Math.max(2, (100 * number) / most)}${number === 0 ? 'px' : '%'}`;
          return element(
            'tr',
            { class: broken ? 'broken' : undefined },
            element('td', {}, name, ' ', detail),
            element('td', { class: 'number' }, count(number)),
            element('td', { class: 'funnel-cell' }, bar),
          );
        }),
      ),
    ),
    first && element('p', { class: 'muted' }, `${first.message} ${first.next_step}`),
  );
}

interface Step {
  name: string;
  detail?: Child;
  count: number;
  broken?: boolean;
}

function funnelSteps(funnel: Funnel, actions: Actions): Step[] {
  const given = funnel.data.map(
    ({ type, of, count: number }): Step => ({ name: t('{0} of {1} given', type, of), count: number }),
  );
  const heard = funnel.components.flatMap(({ subscriptions, orders, id }): Step[] => [
    ...subscriptions.map(
      ({ kind, of, line, delivered, handler }): Step => ({
        name: t('{0} of {1} delivered', kind, of),
        detail: line
          ? sourceLink(line, actions.openSource)
          : handler
            ? element('span', { class: 'muted' }, handler)
            : undefined,
        count: delivered ?? 0,
        broken: delivered === 0,
      }),
    ),
    ...subscriptions
      .filter(({ handler }) => handler !== null)
      .slice(0, 2)
      .map(
        ({ handler, handler_calls }): Step => ({ name: t('{0} calls', handler ?? ''), count: handler_calls }),
      ),
    { name: t('Orders of {0}', id), count: orders, broken: orders === 0 },
  ]);
  const stages = ['denied', 'submitted', 'rejected', 'accepted', 'filled'].flatMap((stage): Step[] => {
    const number = funnel.orders[stage];
    if (number === undefined && stage !== 'filled') return [];
    const reason = funnel.reasons.find((one) => one.stage === stage);
    const detail = reason && element('span', { class: 'loss' }, reason.reason);
    return [
      {
        name: t(stage.charAt(0).toUpperCase() + stage.slice(1)),
        detail,
        count: number ?? 0,
        broken: stage === 'filled' && !number,
      },
    ];
  });
  return [...given, ...heard, ...stages];
}
