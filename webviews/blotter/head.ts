import { button } from '../controls.ts';
import { element } from '../elements.ts';
import { decimal } from '../format.ts';
import { icon } from '../icons.ts';
import { t } from '../strings.ts';
import type { Commands } from './commands.ts';
import { kindWord, type Quote, type Status } from './source.ts';

export interface HeadOptions {
  quote: Quote | undefined;
  /** Absent where nothing can ever be done. */
  commands: Commands | undefined;
  /** Why it cannot be done now. */
  because: string | undefined;
  narrow: boolean;
  /** Offers the other nodes. */
  pick(at: HTMLElement): void;
}

/** Whose orders these are, how it stands, and what stops it: the halt is always there and always works. */
export function headOf(
  status: Status,
  { quote, commands, because, narrow, pick }: HeadOptions,
): HTMLElement[] {
  const live = status.kind === 'live';
  const venues = status.venues.map(({ name, connected }) =>
    element(
      'span',
      { class: `row venue ${connected ? 'up' : 'down'}` },
      element('span', { class: 'dot', 'aria-hidden': 'true' }),
      connected ? name : t('{0} disconnected', name),
    ),
  );
  const trading = status.state === 'halted' ? 'stop' : status.state === 'running' ? 'play' : 'clock';
  const text = element(
    'div',
    { class: 'text' },
    element(
      'span',
      { class: 'row' },
      status.kind === 'run'
        ? icon('beaker')
        : button(
            status.name,
            'secondary',
            ({ currentTarget }) => {
              if (currentTarget instanceof HTMLElement) pick(currentTarget);
            },
            { icon: 'server', menu: true, title: t('Orders of another node') },
          ),
      element('h1', { class: status.kind === 'run' ? undefined : 'sr-only' }, status.name),
    ),
    element(
      'span',
      { class: `chip${live ? ' live' : ' dashed'}` },
      status.kind !== 'run' && !live && icon('beaker'),
      kindWord(status.kind),
    ),
    status.synthetic &&
      element(
        'span',
        { class: 'chip dashed', title: t('Prices here are made, not traded.') },
        t('Synthetic data'),
      ),
    ...venues,
    element('span', { class: `row trading ${status.state}` }, icon(trading), stateWord(status.state)),
    element('span', { class: 'muted quote' }, quote ? quoteText(quote) : ''),
  );
  if (!commands) return [text];
  const actions = element(
    'div',
    { class: 'actions' },
    button(t('Cancel all…'), 'secondary', () => void commands.cancelAll(), {
      disabledBecause: because,
      class: 'wide-only',
    }),
    button(t('Flatten…'), 'secondary', () => void commands.flatten(), {
      disabledBecause: because,
      class: 'wide-only',
    }),
    button(narrow ? t('Halt') : t('Halt trading'), 'danger', () => void commands.halt(), { icon: 'stop' }),
  );
  return [text, actions];
}

export function quoteText({ instrument, bid, ask }: Quote): string {
  return `${instrument} ${decimal(bid)} / ${decimal(ask)}`;
}

function stateWord(state: string): string {
  const known: Record<string, string> = {
    running: t('Trading active'),
    degraded: t('Degraded'),
    halted: t('Halted'),
    completed: t('Finished'),
    stopped: t('Stopped'),
    starting: t('Starting'),
    stopping: t('Stopping'),
    failed: t('Failed'),
  };
  return known[state] ?? state;
}
