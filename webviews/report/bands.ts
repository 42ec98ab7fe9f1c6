import type { RunRecord } from '../../server/protocol/run.ts';
import type { Warning } from '../../server/protocol/values.ts';
import { linkButton } from '../controls.ts';
import { type Child, element } from '../elements.ts';
import { icon } from '../icons.ts';
import { plural, t } from '../strings.ts';

const shown = 2;
/** Facts about how data were read: worth knowing, no reason to doubt a figure. */
const notes = /ASSUMED|STAMPED|ROUNDED|_OF_|UNMATCHED|NOTHING_DELIVERED/;
const fewTrades = 100;
const fewDays = 92;

/** What may make the numbers wrong, above all numbers. */
export function warningBands(run: RunRecord): HTMLElement[] {
  const all = [...doubts(run), ...(run.summary?.warnings ?? [])];
  const serious = all.filter(({ code }) => !notes.test(code));
  const mild = all.filter(({ code }) => notes.test(code));
  const bands = serious.map((one) => warningBand(one));
  const hidden = bands.slice(shown);
  for (const band of hidden) band.hidden = true;
  const extras: Child[] = [];
  if (hidden.length > 0) {
    const more = linkButton(t('{0} more', hidden.length), () => {
      for (const band of hidden) band.hidden = false;
      more.remove();
    });
    extras.push(more);
  }
  const list = element('ul', { class: 'note-list', hidden: '' }, ...mild.map((one) => noteLine(one)));
  if (mild.length > 0) {
    const toggle = linkButton(
      `${plural(mild.length, 'note', 'notes')}: ${mild.map(brief).join(' · ')}`,
      () => {
        list.hidden = !list.hidden;
        toggle.setAttribute('aria-expanded', String(!list.hidden));
      },
    );
    toggle.classList.add('clip');
    toggle.setAttribute('aria-expanded', 'false');
    extras.push(toggle);
  }
  if (extras.length > 0) {
    const last = bands[Math.min(bands.length, shown) - 1];
    const holder = element('span', { class: 'notes row' }, ...extras);
    if (last) last.append(holder);
    else bands.unshift(element('div', { class: 'band notes-only' }, icon('info'), holder));
  }
  return mild.length > 0 ? [...bands, list] : bands;
}

/** What the size of the sample says against the figures. */
function doubts({ summary }: RunRecord): Warning[] {
  if (!summary || summary.counts.fills === 0) return [];
  const found: Warning[] = [];
  const { backtest_start: start, backtest_end: end, counts } = summary;
  const days = start && end ? Math.round((Date.parse(end) - Date.parse(start)) / 86_400_000) : undefined;
  if (days !== undefined && days < fewDays) {
    found.push({
      code: 'SHORT_PERIOD',
      message: `${plural(days, 'day', 'days')} of data.`,
      next_step: t('Sharpe, CAGR, Calmar and volatility are extrapolated to a year.'),
    });
  }
  const told = summary.warnings.some(({ code }) => code === 'FEW_TRADES');
  if (counts.trades > 0 && counts.trades < fewTrades && !told) {
    found.push({
      code: 'FEW_TRADES_SHOWN',
      message: `${plural(counts.trades, 'trade', 'trades')}.`,
      next_step: t('Below 100, win rate and expectancy carry a wide error.'),
    });
  }
  return found;
}

function warningBand({ code, message, next_step }: Warning): HTMLElement {
  const [fact, rest] = cut(message);
  return element(
    'div',
    { class: 'band warning', 'data-warning': code },
    icon('warning'),
    element('p', {}, element('strong', {}, fact), ' ', [rest, next_step].filter(Boolean).join(' ')),
  );
}

export function failureBand(fact: string, ...rest: Child[]): HTMLElement {
  return element(
    'div',
    { class: 'band failure', role: 'alert' },
    icon('error'),
    element('p', {}, element('strong', {}, fact), ' ', ...rest),
  );
}

function noteLine({ message, next_step }: Warning): HTMLElement {
  return element('li', {}, message, ' ', element('span', { class: 'muted' }, next_step));
}

/** The first sentence is the fact. */
function cut(message: string): [string, string] {
  const end = /[.!?](?=\s)/.exec(message);
  return end ? [message.slice(0, end.index + 1), message.slice(end.index + 2)] : [message, ''];
}

function brief({ code }: Warning): string {
  return code.toLowerCase().replaceAll('_', ' ');
}
