import { element } from '../elements.ts';
import { plural, t } from '../strings.ts';
import { clockMillis, zoneName, zoneNote } from '../time.ts';
import { type BlotterModel, summary } from './model.ts';
import type { Rate } from './rate.ts';

export interface FooterState {
  model: BlotterModel;
  rate: Rate;
  finished: boolean;
  lost: boolean;
  stale: boolean;
  selected: boolean;
  canAct: boolean;
}

/** How many there are, how fresh it is, and the keys. */
export function footerOf({
  model,
  rate,
  finished,
  lost,
  stale,
  selected,
  canAct,
}: FooterState): HTMLElement[] {
  const age = Math.round((Date.now() - rate.last) / 1000);
  const right = finished
    ? t('finished')
    : stale
      ? t('no update for {0} s', age)
      : t('{0} updates/s', rate.perSecond().toLocaleString('en-US'));
  const last = rate.last === 0 || finished ? '' : t('updated {0} {1}', clockMillis(rate.last), zoneName);
  const keys = canAct
    ? t('↑↓ row · → expand · Enter details · F2 modify · Delete cancel · Shift+Esc halt · / filter')
    : t('↑↓ row · → expand · Enter details · F12 source · / filter');
  return [
    element('span', {}, summary(model)),
    element('span', {}, selected ? plural(1, 'selected', 'selected') : ''),
    element('span', { class: 'clip keys' }, t('Times in {0} · {1}', zoneNote ?? zoneName, keys)),
    element('span', { class: 'grow' }),
    element('span', { class: lost ? 'loss' : stale ? 'warn' : undefined }, lost ? t('not live') : right),
    element('span', {}, last),
  ];
}
