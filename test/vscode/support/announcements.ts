import type { Page } from 'playwright-core';
import { until } from './until.ts';

declare global {
  interface Window {
    /** Given to the page by {@link Announcements}. */
    quarterdeckTestHears(text: string): void;
  }
}

/**
 * What the editor says to a screen reader: every notification, as it comes. A toast may be gone before a test looks, or wait
 * behind others; this may not.
 */
export class Announcements {
  private readonly heard: string[] = [];

  /** Begins to listen, over reloads of the page too. */
  async listen(page: Page): Promise<void> {
    await page.exposeFunction('quarterdeckTestHears', (text: string) => this.heard.push(text));
    await page.addInitScript(() => {
      if (window !== window.top) return;
      const listening = new MutationObserver((changes) => {
        for (const { target, addedNodes } of changes) {
          if (!(target instanceof HTMLElement) || !target.classList.contains('monaco-alert')) continue;
          for (const node of addedNodes) window.quarterdeckTestHears(node.textContent ?? '');
        }
      });
      listening.observe(document, { childList: true, subtree: true });
    });
  }

  /** Waits for a notification; each one counts once. */
  async expect(text: string | RegExp, limitMs = 60_000): Promise<void> {
    const fits = (said: string) => (typeof text === 'string' ? said.includes(text) : text.test(said));
    const waited = until(
      `the notification ${text}`,
      async () => {
        const index = this.heard.findIndex(fits);
        if (index >= 0) this.heard.splice(index, 1);
        return index >= 0;
      },
      limitMs,
    );
    await waited.catch((error: Error) => {
      throw new Error(`${error.message} Said instead: ${JSON.stringify(this.heard)}`);
    });
  }
}
