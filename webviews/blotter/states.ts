import type { IconName } from '../icons.ts';
import { t } from '../strings.ts';

/** The four things an order can be doing, in the order people look for them. */
export const groups = ['working', 'inflight', 'failed', 'done'] as const;
export type Group = (typeof groups)[number];

export interface StateLook {
  group: Group;
  word: string;
  icon: IconName;
  /** Done without having traded: not as loud as a fill. */
  quiet?: boolean;
}

/** NautilusTrader's order states: where they belong, their word and their icon. */
export const states: Record<string, StateLook> = {
  ACCEPTED: { group: 'working', word: t('Accepted'), icon: 'circle' },
  PARTIALLY_FILLED: { group: 'working', word: t('Partially filled'), icon: 'half' },
  TRIGGERED: { group: 'working', word: t('Triggered'), icon: 'zap' },
  EMULATED: { group: 'working', word: t('Emulated'), icon: 'vm' },
  INITIALIZED: { group: 'inflight', word: t('Initialized'), icon: 'dot' },
  SUBMITTED: { group: 'inflight', word: t('Submitted'), icon: 'arrowUp' },
  RELEASED: { group: 'inflight', word: t('Released'), icon: 'arrowRight' },
  PENDING_UPDATE: { group: 'inflight', word: t('Pending update'), icon: 'edit' },
  PENDING_CANCEL: { group: 'inflight', word: t('Pending cancel'), icon: 'close' },
  DENIED: { group: 'failed', word: t('Denied'), icon: 'error' },
  REJECTED: { group: 'failed', word: t('Rejected'), icon: 'error' },
  VOIDED: { group: 'failed', word: t('Voided'), icon: 'discard' },
  FILLED: { group: 'done', word: t('Filled'), icon: 'pass' },
  CANCELED: { group: 'done', word: t('Canceled'), icon: 'slash', quiet: true },
  EXPIRED: { group: 'done', word: t('Expired'), icon: 'watch', quiet: true },
};

const unknown: StateLook = { group: 'inflight', word: t('Unknown'), icon: 'question' };

export function lookOf(status: string): StateLook {
  return states[status] ?? { ...unknown, word: status };
}

export const groupNames: Record<Group, { word: string; icon: IconName }> = {
  working: { word: t('Working'), icon: 'circle' },
  inflight: { word: t('In flight'), icon: 'arrowUp' },
  failed: { word: t('Failed'), icon: 'error' },
  done: { word: t('Done'), icon: 'pass' },
};
