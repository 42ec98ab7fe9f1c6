import { errors, type Locator, type Page } from 'playwright-core';
import { isGone, isShown, literal, succeeds } from './gestures.ts';
import { until } from './until.ts';

/** How long a gesture may take before it is made again. */
const patience = 3_000;

/**
 * The box in which the editor asks: its palette, lists, questions and file dialogs are one widget by turns. So each gesture names
 * what it answers, and ends when that is no longer asked.
 */
export class QuickInput {
  constructor(private readonly page: Page) {}

  /** Runs a command of the palette by its exact title, or opens a file: it would take a similar one as well. */
  async palette(query: string, label: string): Promise<void> {
    // It fills as the editor wakes up: an attempt that found nothing is made again.
    await until(`"${label}" in the palette`, async () => {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press(query.startsWith('>') ? 'F1' : 'Control+P');
      return succeeds(this.input.fill(query, { timeout: patience }).then(() => this.acceptRow(label)));
    });
  }

  /** Picks a row by its label. */
  async pick(label: string): Promise<void> {
    await until(`"${label}" to be picked`, async () => {
      if (!(await succeeds(this.row(label).click({ timeout: patience })))) return false;
      return isGone(this.row(label), patience);
    });
  }

  /** Picks the first row of the list that asks `question`. */
  async pickFirst(question: string): Promise<void> {
    await this.asked(question).waitFor();
    await this.rows.first().waitFor();
    await this.enter(question);
  }

  /** Picks a row of the list that asks `question`, which may be filled slowly. */
  async pickTyped(question: string, label: string): Promise<void> {
    await this.asked(question).waitFor();
    await until(`"${label}" to be found`, () =>
      succeeds(this.input.fill(label, { timeout: patience }).then(() => this.acceptRow(label))),
    );
    await until('the choice', () => isGone(this.asked(question), patience));
  }

  /** Ticks every row of the list that asks `question`, and accepts. */
  async pickAll(question: string): Promise<void> {
    await this.asked(question).waitFor();
    await this.rows.first().waitFor();
    await until('every row to be ticked', async () => {
      const open = this.rows.and(this.page.locator('[aria-checked=false]'));
      if ((await open.count()) === 0) return true;
      await succeeds(open.first().click({ timeout: patience }));
      return false;
    });
    await this.enter(question);
  }

  /** Answers the input box that is open. */
  async answer(text: string): Promise<void> {
    await this.page.locator('.quick-input-widget .quick-input-list').first().waitFor({ state: 'hidden' });
    // Between two questions nothing is asked, and what was answered then could not be told from what comes.
    const asked = await until('a question', () => this.asking());
    await until(`what comes after "${asked}"`, async () => {
      // The next question comes in the same box, and would lose what is typed before it is there.
      if ((await this.asking()) !== asked) return true;
      await succeeds(
        this.input
          .fill(text, { timeout: patience })
          .then(() => this.input.press('Enter', { timeout: patience })),
      );
      const next = until('the next question', async () => (await this.asking()) !== asked, patience);
      return next.catch(() => false);
    });
  }

  /** Leaves the input box that asks `question` as it proposes. */
  async accept(question: string): Promise<void> {
    await this.saying(question).waitFor();
    await until(`"${question}" to be answered`, async () => {
      await succeeds(this.input.press('Enter', { timeout: patience }));
      return isGone(this.saying(question), patience);
    });
  }

  /** Answers the editor's own dialog for a file, whose title begins so. */
  async chooseFile(title: string, file: string): Promise<void> {
    await this.saying(title).waitFor();
    await until(`the file ${file} to be taken`, async () => {
      if (!(await this.saying(title).isVisible())) return true;
      await succeeds(this.input.fill(file, { timeout: patience }).then(() => this.input.press('Enter')));
      return isGone(this.saying(title), patience);
    });
  }

  /** The labels of the list that asks `question`, which is closed again. */
  async labels(question: string): Promise<string[]> {
    await this.asked(question).waitFor();
    const labels = this.rows.locator('.label-name');
    await labels.first().waitFor();
    const texts = await labels.allTextContents();
    await until('the end of the list', async () => {
      await this.page.keyboard.press('Escape');
      return isGone(this.asked(question), patience);
    });
    return texts;
  }

  /** A row by its whole label. */
  row(label: string): Locator {
    const exactly = this.page.locator('.label-name', { hasText: new RegExp(`^\\s*${literal(label)}$`) });
    return this.rows.filter({ has: exactly }).first();
  }

  /** The list whose empty input says `question`: the palette's own is still there for a moment when a command asks something. */
  private asked(question: string): Locator {
    return this.page.locator(`.quick-input-widget input[placeholder^="${question}"]:visible`);
  }

  /** The box while it says `text` anywhere. */
  private saying(text: string): Locator {
    return this.page.locator('.quick-input-widget:visible', { hasText: text });
  }

  /** What the box that is open says; nothing where none is. */
  private async asking(): Promise<string> {
    const said = this.page.locator('.quick-input-widget:visible .quick-input-message');
    return (await said.allTextContents()).join(' ');
  }

  private async enter(question: string): Promise<void> {
    await until(`"${question}" to be answered`, async () => {
      if (!(await this.asked(question).isVisible())) return true;
      await succeeds(this.asked(question).press('Enter', { timeout: patience }));
      return isGone(this.asked(question), patience);
    });
  }

  private get input(): Locator {
    return this.page.locator('.quick-input-widget').locator('input[type=text], input[type=password]').first();
  }

  private get rows(): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row');
  }

  /**
   * Accepts a row by the keyboard, once it is the one that would be accepted: while a list is being filtered its rows move,
   * and a click meets whatever is there by then.
   */
  private async acceptRow(label: string): Promise<void> {
    const timeout = patience;
    await this.row(label).waitFor({ timeout });
    const focused = this.row(label).and(this.page.locator('.focused'));
    const deadline = Date.now() + timeout;
    while (!(await isShown(focused, 300))) {
      if (Date.now() > deadline)
        throw new errors.TimeoutError(`"${label}" is not to be reached in the list.`);
      await this.input.press('ArrowDown', { timeout });
    }
    await this.input.press('Enter', { timeout });
  }
}
