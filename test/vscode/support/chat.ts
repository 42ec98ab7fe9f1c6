import type { Frame, Page } from 'playwright-core';
import { isGone, isShown, succeeds } from './gestures.ts';
import { until } from './until.ts';

/** The chat at the right, in agent mode. */
export class Chat {
  constructor(private readonly page: Page) {}

  /** Says something to the agent. */
  async say(text: string): Promise<void> {
    const input = this.page.locator('.interactive-session .interactive-input-part');
    await input.getByText('Scripted One').first().waitFor({ timeout: 60_000 });
    const box = input.locator('.monaco-editor').first();
    const asked = this.page.locator('.interactive-session .interactive-request', { hasText: text });
    await until(`"${text}" to be asked`, async () => {
      if ((await asked.count()) > 0) return true;
      await succeeds(box.click({ timeout: 5_000 }));
      await this.page.keyboard.press('Control+A');
      await this.page.keyboard.type(text);
      if (!(await isShown(box.locator('.view-lines', { hasText: spaced(text) }), 5_000))) return false;
      await this.page.keyboard.press('Enter');
      return isShown(asked.first(), 10_000);
    });
  }

  /** Waits until this stands in the conversation. */
  async read(text: string): Promise<void> {
    const list = this.page.locator('.interactive-session .interactive-list');
    await list.getByText(text).first().waitFor({ timeout: 120_000 });
  }

  /** Presses a button of the question that is open, which says `what` it is about. */
  async press(label: RegExp, what = ''): Promise<void> {
    const button = this.button(label, what);
    await button.waitFor({ timeout: 120_000 });
    await until(`${label} to be pressed`, async () => {
      await succeeds(button.click({ timeout: 5_000 }));
      return isGone(button, 5_000);
    });
  }

  /** Waits for the question with such a button about `what`. */
  async asks(label: RegExp, what: string): Promise<void> {
    await this.button(label, what).waitFor({ timeout: 120_000 });
  }

  /** What a tool's page shows: it sits in frames within frames, which come anew when the list is drawn anew. */
  async card(...texts: string[]): Promise<Frame> {
    return until(`a card with ${texts.join(', ')}`, async () => {
      for (const frame of this.page.frames()) {
        if (frame === this.page.mainFrame()) continue;
        const said = await frame
          .locator('main')
          .allTextContents()
          .catch(() => []);
        if (said.some((one) => texts.every((text) => one.includes(text)))) return frame;
      }
      return undefined;
    });
  }

  /** Makes it as wide as this, in pixels. */
  async widen(width: number): Promise<void> {
    const part = this.page.locator('.part.auxiliarybar');
    const { mouse } = this.page;
    await until(`a chat of ${width} pixels`, async () => {
      const box = await part.boundingBox();
      if (!box) return false;
      if (Math.abs(box.width - width) < 20) return true;
      const middle = box.y + box.height / 2;
      await mouse.move(box.x - 1, middle);
      await mouse.down();
      await mouse.move(box.x + box.width - width, middle, { steps: 5 });
      await mouse.up();
      return false;
    });
  }

  private button(label: RegExp, what: string) {
    const question = this.page.locator('.interactive-session .chat-confirmation-widget-container', {
      hasText: what,
    });
    return question.locator('.monaco-button:visible', { hasText: label }).last();
  }
}

/** As the editor's own text has it: with blanks that do not break. */
function spaced(text: string): RegExp {
  const words = text.split(' ').map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(words.join('\\s'));
}
