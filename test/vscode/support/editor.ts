import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  type Browser,
  chromium,
  errors,
  type Frame,
  type FrameLocator,
  type Locator,
  type Page,
} from 'playwright-core';
import * as z from 'zod';
import { until } from './until.ts';

/** Where `run.mjs` found or put the editor and the browser. */
const Parts = z.object({
  node: z.string(),
  vscode: z.string(),
  chromium: z.string(),
  chromiumLibraries: z.string(),
  chromiumFonts: z.string(),
});

export interface EditorSettings {
  /** Empty folder for the editor's own data. */
  data: string;
  workspace: string;
  /** Unpacked extensions. */
  extensions: string[];
  /** Packed extensions, installed as people do it. */
  packages?: string[];
  /** The oldest VS Code we support in place of the current one. */
  oldest?: boolean;
  env: Record<string, string>;
  /** Lets Copilot's agent mode run with the scripted model, offline and without an account. */
  agentMode?: boolean;
}

/** A real VS Code with a browser in front of it. */
export class Editor {
  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
    private readonly server: ChildProcess,
    private readonly address: string,
  ) {}

  static async open(settings: EditorSettings): Promise<Editor> {
    const current = Parts.parse(JSON.parse(process.env.QUARTERDECK_TEST_EDITOR ?? 'null'));
    const oldest = JSON.parse(process.env.QUARTERDECK_TEST_EDITOR_OLDEST ?? '{}');
    const parts = settings.oldest ? Parts.parse({ ...current, ...oldest }) : current;
    await prepare(settings);
    await installPackages(parts, settings);
    const { server, url } = await startServer(parts, settings);
    try {
      const browser = await chromium.launch({
        executablePath: parts.chromium,
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
        env: {
          PATH: process.env.PATH,
          LD_LIBRARY_PATH: parts.chromiumLibraries,
          FONTCONFIG_PATH: parts.chromiumFonts,
          XDG_CACHE_HOME: path.join(settings.data, 'cache'),
          XDG_CONFIG_HOME: path.join(settings.data, 'config'),
          HOME: settings.data,
          TMPDIR: process.env.TMPDIR,
        },
      });
      const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, locale: 'en-US' });
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      const editor = new Editor(
        page,
        browser,
        server,
        `${url}/?folder=${encodeURIComponent(settings.workspace)}`,
      );
      if (settings.agentMode)
        await rememberState(page, url, { builtinChatExtensionEnablementMigration: 'true' });
      await editor.show();
      return editor;
    } catch (error) {
      await endGroup(server);
      throw error;
    }
  }

  /** Runs a command of the palette by its exact title: the palette itself would take a similar one. */
  async command(title: string): Promise<void> {
    await this.palette(`>${title}`, title);
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await until(`${name} in the editor`, async () => {
      await this.palette(name, name);
      return isShown(this.activeTab(name), 5_000);
    });
  }

  /** Brings a tab to the front by the beginning of its title. */
  async showTab(title: string): Promise<void> {
    await this.page.locator('.tab', { hasText: title }).first().click();
    await this.activeTab(title).waitFor();
  }

  /** Shows a container of the activity bar. A click on one that is shown would hide it. */
  async showContainer(name: string): Promise<void> {
    const title = this.page.locator('.composite.title', { hasText: new RegExp(name, 'i') }).first();
    await until(`the container ${name}`, async () => {
      if (await title.isVisible()) return true;
      await this.page.locator(`.activitybar .action-label[aria-label^="${name}"]`).click();
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
      await this.row(row).hover();
      return succeeds(button.click({ timeout: 3_000 }));
    });
  }

  /** Picks an entry of a row's context menu. */
  async contextAction(row: string, action: string): Promise<void> {
    await this.row(row).click({ button: 'right' });
    const entry = this.page.locator('.monaco-menu .action-label', { hasText: action });
    await entry.waitFor();
    // A menu that has just opened takes no click: the pointer might still be on its way from the row.
    await until(`"${action}" in the menu`, async () => {
      await entry.click({ timeout: 3_000 }).catch(() => undefined);
      return (await entry.count()) === 0;
    });
  }

  /** Picks a row of the quick pick that is open. */
  async pick(label: string): Promise<void> {
    await this.quickRow(label).click();
  }

  /** Picks the first row of the quick pick that asks `question`. */
  async pickFirst(question: string): Promise<void> {
    await this.asked(question);
    await this.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** Ticks every row of the quick pick that asks `question`, and accepts. */
  async pickAll(question: string): Promise<void> {
    await this.asked(question);
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    await rows.first().waitFor();
    for (const row of await rows.all()) await row.click();
    await this.page.keyboard.press('Enter');
  }

  /** Presses a button of the modal question that is open. */
  async confirm(button: string): Promise<void> {
    const exactly = new RegExp(`^${literal(button)}$`);
    await this.page.locator('.monaco-dialog-box .monaco-button', { hasText: exactly }).click();
  }

  /** The text of the modal question that is open. */
  async question(): Promise<string> {
    return (await this.page.locator('.monaco-dialog-box').textContent()) ?? '';
  }

  /** Answers the input box that is open. */
  async answer(text: string): Promise<void> {
    await this.page.locator('.quick-input-widget .quick-input-list').first().waitFor({ state: 'hidden' });
    // Between two questions nothing is asked, and what was answered then could not be told from what comes.
    const asked = await until('a question', () => this.asking());
    await this.quickInput.fill(text);
    await this.page.keyboard.press('Enter');
    // The next question comes in the same box, and would lose what is typed before it is there.
    await until(`what comes after "${asked}"`, async () => (await this.asking()) !== asked);
  }

  /** What the box that is open says; nothing where none is. */
  private async asking(): Promise<string> {
    const said = this.page.locator('.quick-input-widget:visible .quick-input-message');
    return (await said.allTextContents()).join(' ');
  }

  /** Leaves the input box that asks `question` as it proposes. */
  async accept(question: string): Promise<void> {
    await this.page.locator('.quick-input-widget:visible', { hasText: question }).waitFor();
    await this.quickInput.press('Enter');
  }

  /** Answers the editor's own dialog for a file, whose title begins so. */
  async chooseFile(title: string, file: string): Promise<void> {
    const dialog = this.page.locator('.quick-input-widget:visible', { hasText: title });
    await dialog.waitFor();
    await until(`the file ${file} to be taken`, async () => {
      await this.quickInput.fill(file);
      await this.quickInput.press('Enter');
      return succeeds(dialog.waitFor({ state: 'detached', timeout: 3_000 }));
    });
  }

  /** What the person would paste now. */
  async clipboard(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** The page shown in the active webview. */
  get webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview').frameLocator('#active-frame');
  }

  /** Makes the chat at the right as wide as this, in pixels. */
  async widenChat(width: number): Promise<void> {
    const box = await this.page.locator('.part.auxiliarybar').boundingBox();
    if (!box) throw new Error('The chat is not shown.');
    const { mouse } = this.page;
    const middle = box.y + box.height / 2;
    await mouse.move(box.x - 1, middle);
    await mouse.down();
    await mouse.move(box.x + box.width - width, middle, { steps: 5 });
    await mouse.up();
  }

  /** What a tool's page shows in the chat: it sits in frames within frames. */
  async chatCard(text: string): Promise<Frame> {
    return until(`"${text}" in a card of the chat`, async () => {
      for (const frame of this.page.frames()) {
        const shown = await frame
          .locator('main', { hasText: text })
          .count()
          .catch(() => 0);
        if (shown > 0 && frame !== this.page.mainFrame()) return frame;
      }
      return undefined;
    });
  }

  async setTheme(name: string): Promise<void> {
    await this.command('Preferences: Color Theme');
    await this.quickInput.fill(name);
    await this.acceptRow(name, 30_000);
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** How long the editor says that an extension took to load and activate, in milliseconds. */
  async activationTime(extension: string): Promise<number> {
    await this.command('Developer: Show Running Extensions');
    const row = this.page.locator('.runtime-extensions-editor .extension', { hasText: extension }).first();
    const said = (await row.locator('.activation-time').textContent()) ?? '';
    await this.page.keyboard.press('Escape');
    return Number(/(\d+)\s*ms/.exec(said)?.[1] ?? Number.NaN);
  }

  /** Resident memory of the process that runs the extensions, in megabytes. */
  async extensionHostMemory(): Promise<number> {
    const { stdout } = await promisify(execFile)('ps', ['-eo', 'pgid=,rss=,args=']);
    const lines = stdout.split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line));
    const host = lines.find(
      (line) => Number(line?.[1]) === this.server.pid && line?.[3]?.includes('--type=extensionHost'),
    );
    if (!host) throw new Error('There is no process that runs extensions.');
    return Number(host[2]) / 1024;
  }

  /** Keeps a picture when a folder for them is named. */
  async screenshot(name: string): Promise<void> {
    const folder = process.env.QUARTERDECK_TEST_SCREENSHOTS;
    if (!folder) return;
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

  /** The palette's own list is still there for a moment when a command asks something. */
  private asked(question: string): Promise<void> {
    return this.page.locator(`.quick-input-widget input[placeholder^="${question}"]`).waitFor();
  }

  private get quickInput() {
    return this.page.locator('.quick-input-widget').locator('input[type=text], input[type=password]').first();
  }

  private quickRow(label: string) {
    const exactly = this.page.locator('.label-name', { hasText: new RegExp(`^\\s*${literal(label)}$`) });
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ has: exactly }).first();
  }

  /** The palette fills as the editor wakes up: an attempt that found nothing is made again. */
  private async palette(query: string, label: string): Promise<void> {
    await until(`"${label}" in the palette`, async () => {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press(query.startsWith('>') ? 'F1' : 'Control+P');
      return succeeds(
        this.quickInput.fill(query, { timeout: 3_000 }).then(() => this.acceptRow(label, 3_000)),
      );
    });
  }

  /**
   * Accepts a row by the keyboard, once it is the one that would be accepted: while a list is being filtered its rows move,
   * and a click meets whatever is there by then.
   */
  private async acceptRow(label: string, timeout: number): Promise<void> {
    await this.quickRow(label).waitFor({ timeout });
    const focused = this.quickRow(label).and(this.page.locator('.focused'));
    const deadline = Date.now() + timeout;
    while (!(await isShown(focused, 300))) {
      if (Date.now() > deadline)
        throw new errors.TimeoutError(`"${label}" is not to be reached in the list.`);
      await this.quickInput.press('ArrowDown', { timeout });
    }
    await this.quickInput.press('Enter', { timeout });
  }

  private activeTab(title: string) {
    return this.page.locator('.tab.active', { hasText: title });
  }
}

const quiet = {
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'window.autoDetectColorScheme': false,
  'workbench.colorTheme': 'Dark Modern',
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'chat.byokUtilityModelDefault': 'mainAgent',
};

/** A report that comes while a list is open takes the focus: a person opens the list again, a test does not know. */
const steady = { 'workbench.quickOpen.closeOnFocusLost': false };

async function prepare({ data, extensions, packages = [], agentMode }: EditorSettings): Promise<void> {
  await mkdir(path.join(data, 'extensions'), { recursive: true });
  for (const folder of extensions) {
    await symlink(folder, path.join(data, 'extensions', path.basename(folder)), 'dir');
  }
  const shown = agentMode ? { 'workbench.secondarySideBar.defaultVisibility': 'visible' } : {};
  // What is installed as people do it meets the settings they have.
  const lists = packages.length === 0 ? steady : {};
  await writeUserFile(data, 'settings.json', { ...quiet, ...lists, ...shown });
  if (agentMode)
    await writeUserFile(data, 'chatLanguageModels.json', [{ vendor: 'scripted', name: 'Scripted' }]);
}

async function installPackages(
  { node, vscode }: z.infer<typeof Parts>,
  { data, packages = [] }: EditorSettings,
): Promise<void> {
  const main = path.join(vscode, 'out/server-main.js');
  for (const file of packages) {
    await promisify(execFile)(node, [main, '--server-data-dir', data, '--install-extension', file]);
  }
}

async function writeUserFile(data: string, name: string, value: unknown): Promise<void> {
  const folder = path.join(data, 'data', 'User');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, name), JSON.stringify(value, null, 2));
}

/** In a process group of its own: its helpers outlive it by some seconds and are waited for. */
async function startServer({ node, vscode }: z.infer<typeof Parts>, { data, env }: EditorSettings) {
  const port = await freePort();
  const args = ['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'];
  const quietArgs = ['--accept-server-license-terms', '--telemetry-level', 'off', '--server-data-dir', data];
  const server = spawn(node, [path.join(vscode, 'out/server-main.js'), ...args, ...quietArgs], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  const listening = new Promise<void>((resolve, reject) => {
    for (const stream of [server.stdout, server.stderr]) {
      stream.on('data', (chunk) => {
        said += chunk;
        if (said.includes('Extension host agent listening')) resolve();
      });
    }
    server.once('exit', (code) => reject(new Error(`The editor ended with ${code}: ${said}`)));
  });
  await listening;
  return { server, url: `http://127.0.0.1:${port}` };
}

async function endGroup({ pid }: ChildProcess): Promise<void> {
  if (pid === undefined) return;
  const signal = (name: NodeJS.Signals | 0) => {
    try {
      return process.kill(-pid, name);
    } catch {
      return false;
    }
  };
  signal('SIGTERM');
  const gone = until('the end of the editor', async () => !signal(0), 15_000);
  await gone.catch(() => signal('SIGKILL'));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
    probe.once('error', reject);
  });
}

/** Puts values into the editor's browser storage before its first start. */
async function rememberState(page: Page, url: string, state: Record<string, string>): Promise<void> {
  await page.goto(`${url}/manifest.json`);
  await page.evaluate(
    (values) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('vscode-web-state-db-global', 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore('ItemTable');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const writing = opening.result.transaction('ItemTable', 'readwrite');
          for (const [key, value] of Object.entries(values)) writing.objectStore('ItemTable').put(value, key);
          writing.onerror = () => reject(writing.error);
          writing.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      }),
    state,
  );
}

function isShown(locator: Locator, timeout: number): Promise<boolean> {
  return succeeds(locator.waitFor({ timeout }));
}

/** False when it took too long; whatever else goes wrong is thrown. */
async function succeeds(gesture: Promise<void>): Promise<boolean> {
  try {
    await gesture;
    return true;
  } catch (error) {
    if (error instanceof errors.TimeoutError) return false;
    throw error;
  }
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
