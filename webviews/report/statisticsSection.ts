import { segments } from '../controls.ts';
import { element } from '../elements.ts';
import { t } from '../strings.ts';
import { afterRun, type Basis } from './figures.ts';
import { type StatisticRow, statisticGroups } from './statistics.ts';

/** The statistics as a table with columns All, Long, Short. */
export function statisticsSection(): { root: HTMLElement; show(basis: Basis): void } {
  let all = false;
  let latest: Basis | undefined;
  const body = element('div', {
    class: 'statistics-body',
    tabindex: 0,
    role: 'region',
    'aria-label': t('Statistics'),
  });
  const choose = segments(
    t('How many'),
    [
      { value: 'key', text: t('Key') },
      { value: 'all', text: t('All') },
    ],
    'key',
    (value) => {
      all = value === 'all';
      if (latest) show(latest);
    },
  );
  const head = element(
    'div',
    { class: 'section-head' },
    element('h2', {}, t('Statistics')),
    element('div', { class: 'end' }, choose),
  );
  const show = (basis: Basis) => {
    latest = basis;
    const groups = statisticGroups(basis)
      .map((group) => ({ ...group, rows: group.rows.filter(({ further }) => all || !further) }))
      .filter(({ rows }) => rows.length > 0);
    body.replaceChildren(
      element(
        'table',
        { class: 'statistics' },
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            element('td'),
            ...[t('All'), t('Long'), t('Short')].map((title) =>
              element('th', { class: 'number', scope: 'col' }, title),
            ),
          ),
        ),
        ...groups.map(({ title, note, rows }) =>
          element(
            'tbody',
            {},
            element(
              'tr',
              { class: 'group' },
              element(
                'th',
                { colspan: 4, scope: 'rowgroup' },
                title,
                note && element('span', { class: 'hint' }, ` · ${note}`),
              ),
            ),
            ...rows.map(rowElement),
          ),
        ),
      ),
    );
  };
  return { root: element('section', { class: 'statistics-section' }, head, body), show };
}

function rowElement({ id, label, values, hint, mood }: StatisticRow): HTMLElement {
  const cell = (value: string | undefined, i: number) => {
    const tone = mood && value?.startsWith('+') ? 'gain' : mood && value?.startsWith('\u2212') ? 'loss' : '';
    const absent = value === afterRun() ? 'muted' : '';
    return element(
      'td',
      { class: ['number', tone, absent].filter(Boolean).join(' '), 'data-side': ['all', 'long', 'short'][i] },
      value ?? '',
    );
  };
  return element(
    'tr',
    { 'data-statistic': id },
    element('th', { scope: 'row', title: hint }, label),
    ...[0, 1, 2].map((i) => cell(values[i], i)),
  );
}
