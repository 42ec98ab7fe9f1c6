import type * as z from 'zod';
import type { CheckStrategyResult } from '../../server/protocol/strategies.ts';
import { element } from '../elements.ts';
import { icon } from '../icons.ts';
import { sourceLink } from '../report/header.ts';
import { t } from '../strings.ts';
import { clock, zoneName } from '../time.ts';

export interface Found {
  kind: 'warning' | 'error';
  fact: string;
  rest: string;
  /** `file:line` */
  place?: string | undefined;
}

export interface Refusal {
  message: string;
  path?: string | undefined;
  next_step: string;
}

/** What stands in the way of a run, worst to be mended first: the form, the class, what its source shows. */
export function findings(
  problems: string[],
  answer: z.infer<typeof CheckStrategyResult> | undefined,
  refusal: Refusal | undefined,
): Found[] {
  return [
    ...problems.map((text): Found => ({ kind: 'warning', fact: `${text}.`, rest: '' })),
    ...(refusal
      ? [{ kind: 'error' as const, fact: refusal.message, rest: refusal.next_step, place: refusal.path }]
      : []),
    ...(answer?.problems ?? []).map(
      ({ message, next_step, path }): Found => ({
        kind: 'warning',
        fact: message,
        rest: next_step,
        place: path,
      }),
    ),
    ...(answer?.warnings ?? []).map(
      ({ message, next_step }): Found => ({ kind: 'warning', fact: message, rest: next_step }),
    ),
  ];
}

export function checking(): HTMLElement[] {
  return [
    element(
      'div',
      { class: 'section-head' },
      element('h2', {}, t('Checks')),
      element('span', { class: 'hint', role: 'status' }, t('checking…')),
    ),
  ];
}

/** The findings, each with its fact, its reason and its place; the all-clear is one line. */
export function checkLines(found: Found[], open: (place: string) => void): HTMLElement[] {
  const lines = found.map(({ kind, fact, rest, place }) =>
    element(
      'div',
      { class: `check ${kind}` },
      icon(kind),
      element('span', { class: 'grow' }, element('strong', {}, fact), ' ', rest),
      place && /\.py:\d+$/.test(place) && sourceLink(place, open),
    ),
  );
  const clear = element(
    'div',
    { class: 'check muted' },
    icon('check'),
    t('The class imports, its config is understood, and its source shows no known mistake.'),
  );
  return [
    element(
      'div',
      { class: 'section-head' },
      element('h2', {}, t('Checks')),
      element('span', { class: 'hint' }, t('ran at {0} {1}', clock(Date.now()), zoneName)),
    ),
    ...(lines.length > 0 ? lines : [clear]),
  ];
}
