import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { Announcements } from './announcements.ts';
import { Chat } from './chat.ts';
import { isGone, isShown, literal, succeeds } from './gestures.ts';
import { type EditorSettings, endGroup, launch } from './launch.ts';
import { collectGarbage, processes } from './processes.ts';
import { QuickInput } from './quickInput.ts';
import { until } from './until.ts';

/** A real VS Code with a browser in front of it. Every gesture ends when it took. */
export class Editor {
  readonly quick: QuickInput;
  readonly chat: Chat;
  readonly announcements = new Announcements();

  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
    private readonly server: ChildProcess,
    private readonly address: string,
  ) {
    this.quick = new QuickInput(page);
    this.chat = new Chat(page);
  }

  static async open(settings: EditorSettings): Promise<Editor> {
    const { page, browser, server, url } = await launch(settings);
    try {
      const address = `${url}/?folder=${encodeURIComponent(settings.workspace)}`;
      const editor = new Editor(page, browser, server, address);
      await editor.announcements.listen(page);
      await editor.show();
      return editor;
    } catch (error) {
      await browser.close();
      await endGroup(server);
      throw error;
    }
  }

  /** Runs a command of the palette by its exact title: the palette itself would take a similar one. */
  async command(title: string): Promise<void> {
    await this.quick.palette(`>${title}`, title);
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await until(`${name} in the editor`, async () => {
      await this.quick.palette(name, name);
      return isShown(this.activeTab(name), 5_000);
    });
  }

  /** Brings a tab to the front by the beginning of its title. */
  async showTab(title: string): Promise<void> {
    const tab = this.page.locator('.tab', { hasText: title }).first();
    await this.click(tab, this.activeTab(title).first());
  }

  /** Shows a container of the activity bar. A click on one that is shown would hide it. */
  async showContainer(name: string): Promise<void> {
    const title = this.page.locator('.composite.title', { hasText: new RegExp(name, 'i') }).first();
    await until(`the container ${name}`, async () => {
      if (await title.isVisible()) return true;
      const icon = this.page.locator(`.activitybar .action-label[aria-label^="${name}"]`);
      await succeeds(icon.click({ timeout: 5_000 }));
      return isShown(title, 5_000);
    });
  }

  /** A row of a tree by the beginning of what a screen reader says of it. */
  row(label: string): Locator {
    return this.page.getByRole('treeitem', { name: new RegExp(`^${literal(label)}`) }).first();
  }

  /** Clicks a button that a row shows under the pointer; a row drawn anew meanwhile shows it no longer. */
  async inlineAction(row: string, action: string): Promise<void> {
    const button = this.row(row).locator(`.action-label[aria-label^="${action}"]`);
    await until(`"${action}" on the row ${row}`, async () => {
      if (!(await succeeds(this.row(row).hover({ timeout: 3_000 })))) return false;
      return succeeds(button.click({ timeout: 3_000 }));
    });
  }

  /** Picks an entry of a row's context menu. */
  async contextAction(row: string, action: string): Promise<void> {
    const entry = this.page.locator('.monaco-menu .action-label', { hasText: action });
    await until(`"${action}" in the menu of ${row}`, async () => {
      if (!(await entry.isVisible()))
        await succeeds(this.row(row).click({ button: 'right', timeout: 3_000 }));
      // A menu that has just opened takes no click: the pointer might still be on its way from the row.
      if (!(await succeeds(entry.click({ timeout: 3_000 })))) return false;
      return isGone(entry, 1_000);
    });
  }

  /** Clicks until what it leads to is shown. */
  async click(target: Locator, shown: Locator): Promise<void> {
    await until(`what ${target} leads to`, async () => {
      if (await shown.isVisible()) return true;
      await succeeds(target.click({ timeout: 5_000 }));
      return isShown(shown, 10_000);
    });
  }

  /** Presses a button of the modal question that is open. */
  async confirm(button: string): Promise<void> {
    const exactly = new RegExp(`^${literal(button)}$`);
    const found = this.page.locator('.monaco-dialog-box .monaco-button', { hasText: exactly });
    await found.waitFor({ timeout: 60_000 });
    await until(`"${button}" to be pressed`, async () => {
      await succeeds(found.click({ timeout: 5_000 }));
      return isGone(found, 5_000);
    });
  }

  /** Presses Cancel in the progress notification of this title, whether it is a toast or in the list of all. */
  async cancelProgress(title: string, ended: () => Promise<unknown>): Promise<void> {
    const cancel = this.page
      .locator('.notification-list-item', { hasText: title })
      .getByText('Cancel', { exact: true })
      .first();
    await until(`"${title}" to be cancelled`, async () => {
      if (!(await isShown(cancel, 5_000))) await this.command('Notifications: Show Notifications');
      if (!(await succeeds(cancel.click({ timeout: 5_000 })))) return false;
      return until('its end', ended, 20_000).catch(() => false);
    });
  }

  /** The text of the modal question that is open. */
  async question(): Promise<string> {
    return (await this.page.locator('.monaco-dialog-box').textContent()) ?? '';
  }

  /** Waits for a notification; each counts once. */
  async notified(text: string | RegExp, limitMs?: number): Promise<void> {
    await this.announcements.expect(text, limitMs);
  }

  /** What the person would paste now. */
  async clipboard(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** The page shown in the active webview. */
  get webview(): FrameLocator {
    // One that is being left may still be there beside it, and one that goes on while hidden always is.
    return this.page.locator('iframe.webview:visible').last().contentFrame().frameLocator('#active-frame');
  }

  async setTheme(name: string): Promise<void> {
    await this.command('Preferences: Color Theme');
    await this.quick.pickTyped('Select Color Theme', name);
  }

  /** How long the editor says that an extension took to load and activate, in milliseconds. */
  async activationTime(extension: string): Promise<number> {
    // The list draws what is in sight, the slowest first.
    await this.page.setViewportSize({ width: 1400, height: 4000 });
    const row = this.page.locator('.runtime-extensions-editor .extension', { hasText: extension }).first();
    await until('the running extensions', async () => {
      await this.command('Developer: Show Running Extensions');
      return isShown(row, 10_000);
    });
    const said = (await row.locator('.activation-time').textContent()) ?? '';
    await this.page.keyboard.press('Escape');
    await this.page.setViewportSize({ width: 1400, height: 900 });
    return Number(/(\d+)\s*ms/.exec(said)?.[1] ?? Number.NaN);
  }

  /** Resident memory of the process that runs the extensions, in megabytes, with what nobody uses any more given back. */
  async extensionHostMemory(): Promise<number> {
    const host = (await processes()).find(
      ({ group, args }) => group === this.server.pid && args.includes('--type=extensionHost'),
    );
    if (!host) throw new Error('There is no process that runs extensions.');
    await collectGarbage(host.pid);
    return (await processes()).find(({ pid }) => pid === host.pid)?.megabytes ?? Number.NaN;
  }

  /** Keeps a picture when a folder for them is named. */
  async screenshot(name: string): Promise<void> {
    const folder = process.env.QUARTERDECK_TEST_SCREENSHOTS;
    if (!folder) return;
    // The palette that ran the last command may be on its way out.
    await isGone(this.page.locator('.quick-input-widget'), 3_000);
    const file = `${name.replaceAll('/', ' ')}.png`;
    await this.page.screenshot({ path: path.join(folder, file), animations: 'disabled' });
  }

  /** Closes the window, with the extensions that ran in it, and opens one on the same folder. */
  async reopen(): Promise<void> {
    await this.page.goto('about:blank');
    await this.show();
  }

  async close(): Promise<void> {
    await this.browser.close();
    await endGroup(this.server);
  }

  private async show(): Promise<void> {
    await this.page.goto(this.address);
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  }

  private activeTab(title: string) {
    return this.page.locator('.tab.active', { hasText: title });
  }
}
