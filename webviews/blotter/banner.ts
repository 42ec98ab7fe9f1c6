import { announce } from '../announce.ts';
import { iconButton } from '../controls.ts';
import { element } from '../elements.ts';
import { icon } from '../icons.ts';
import { t } from '../strings.ts';
import { clock, duration, zoneName } from '../time.ts';

/** What stands above everything: a connection that is gone, what cannot be read, what was refused. */
export class Banner {
  readonly root: HTMLElement;
  private readonly lostBand = element('div', { class: 'band failure', role: 'alert', hidden: '' });
  private readonly age = element('span', {});
  private readonly trouble = element('div', { class: 'band failure', role: 'alert', hidden: '' });
  private readonly refusal = element('div', { class: 'band failure', role: 'alert', hidden: '' });
  private since = 0;
  /** Venues that are not connected; undefined when all are. */
  lost: string | undefined;

  constructor() {
    this.root = element('div', {}, this.lostBand, this.trouble, this.refusal);
  }

  /** Whether what is shown may be older than it looks. */
  get uncertain(): boolean {
    return this.lost !== undefined || !this.trouble.hidden;
  }

  /** Says which venues are gone; answers whether that is new. */
  setLost(venues: string | undefined): boolean {
    if (venues === this.lost) return false;
    const was = this.lost;
    this.lost = venues;
    this.lostBand.hidden = venues === undefined;
    if (venues === undefined) {
      if (was !== undefined) announce(t('Connected again at {0} {1}.', clock(Date.now()), zoneName));
      return true;
    }
    this.since = Date.now();
    this.lostBand.replaceChildren(
      icon('disconnect'),
      element(
        'p',
        {},
        element(
          'strong',
          {},
          t('Disconnected from {0} since {1} {2}', venues, clock(this.since), zoneName),
          this.age,
        ),
        ' ',
        t(
          'Orders at the venue may fill or change without showing here. Halt trading works; other commands wait.',
        ),
      ),
    );
    this.tick();
    return true;
  }

  /** The age of the loss, once a second, outside what is read aloud. */
  tick(): void {
    if (this.lost === undefined) return;
    const age = Date.now() - this.since;
    this.age.textContent = age < 2000 ? '.' : `, ${t('{0} ago.', duration(age))}`;
    this.age.setAttribute('aria-live', 'off');
  }

  /** Nothing can be read: shown until it can. */
  setTrouble(message: string | undefined): void {
    if (message === undefined && this.trouble.hidden) return;
    this.trouble.hidden = message === undefined;
    if (message === undefined) return;
    this.trouble.replaceChildren(
      icon('disconnect'),
      element('p', {}, element('strong', {}, t('Not live.')), ' ', message),
    );
  }

  refuse(message: string, next: string): void {
    this.refusal.hidden = false;
    this.refusal.replaceChildren(
      icon('error'),
      element('p', {}, element('strong', {}, message), ' ', next),
      iconButton('close', t('Dismiss'), () => {
        this.refusal.hidden = true;
      }),
    );
  }
}
