import { element } from '../elements.ts';
import { icon } from '../icons.ts';
import { t } from '../strings.ts';
import type { Line } from './arrangement.ts';
import type { BlotterModel } from './model.ts';
import type { Order } from './order.ts';
import { type Group, groupNames, groups } from './states.ts';

/** Lines that are one cell: heads of groups, and why an order failed, in full and in the words of who refused it. */
export function wideLine(line: Line): Node | undefined {
  if (line.kind === 'group') {
    return element(
      'span',
      { class: 'row twist-row' },
      icon(line.open ? 'chevronDown' : 'chevronRight'),
      element('strong', {}, line.title),
      element('span', { class: 'muted' }, line.note),
    );
  }
  if (line.kind !== 'reason') return undefined;
  const { order } = line;
  return element(
    'span',
    { class: 'row reason-row' },
    element('span', { class: 'branch' }, '└'),
    ' ',
    element('span', { class: 'muted' }, refusedBy(order)),
    ' ',
    element('span', { class: 'reason' }, order.reason),
  );
}

/** The whole of a reason's line, as it is read. */
export function reasonText(order: Order): string {
  return `└ ${refusedBy(order)} ${order.reason ?? ''}`;
}

function refusedBy({ status, instrument }: Order): string {
  return status === 'DENIED'
    ? t('Denied by the risk engine, never sent:')
    : t('Rejected by {0}:', instrument.split('.').at(-1) ?? '');
}

/** How many orders are in each group; pressed ones are shown, none pressed shows all. */
export function showPills(box: HTMLElement, model: BlotterModel, again: () => void): void {
  const { counts } = model.orders;
  const pill = (group: Group | undefined, word: string, number: number) => {
    const pressed = group === undefined ? model.shownGroups.size === 0 : model.shownGroups.has(group);
    const one = element(
      'button',
      { type: 'button', class: group, 'aria-pressed': String(pressed), 'aria-label': `${word} ${number}` },
      group && icon(groupNames[group].icon),
      element('span', { class: group ? 'pill-word' : undefined }, word),
      ` ${number.toLocaleString('en-US')}`,
    );
    one.addEventListener('click', () => {
      const shown = new Set(group === undefined ? [] : model.shownGroups);
      if (group !== undefined && !shown.delete(group)) shown.add(group);
      model.setShownGroups(shown);
      again();
    });
    return one;
  };
  const focused = document.activeElement === null ? -1 : [...box.children].indexOf(document.activeElement);
  box.replaceChildren(
    pill(undefined, t('All'), model.orders.size),
    ...groups.map((group) => pill(group, groupNames[group].word, counts[group])),
  );
  const kept = box.children[focused];
  if (kept instanceof HTMLElement) kept.focus();
}
