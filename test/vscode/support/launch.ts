import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
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
  /** The folder is not trusted until the person says so. */
  asksForTrust?: boolean;
  /** Undefined takes a variable away. */
  env: Record<string, string | undefined>;
  /** Lets Copilot's agent mode run with the scripted model, offline and without an account. */
  agentMode?: boolean;
}

/** The editor's process and the browser to look at it. */
export interface Launched {
  server: ChildProcess;
  browser: Browser;
  page: Page;
  url: string;
}

export async function launch(settings: EditorSettings): Promise<Launched> {
  const current = Parts.parse(JSON.parse(process.env.QUARTERDECK_TEST_EDITOR ?? 'null'));
  const oldest = JSON.parse(process.env.QUARTERDECK_TEST_EDITOR_OLDEST ?? '{}');
  const parts = settings.oldest ? Parts.parse({ ...current, ...oldest }) : current;
  await prepare(settings);
  await installPackages(parts, settings);
  const { server, url } = await startServer(parts, settings);
  try {
    const browser = await startBrowser(parts, settings);
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, locale: 'en-US' });
    // There to fail, not to measure.
    page.setDefaultTimeout(60_000);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    if (settings.agentMode)
      await rememberState(page, url, { builtinChatExtensionEnablementMigration: 'true' });
    return { server, browser, page, url };
  } catch (error) {
    await endGroup(server);
    throw error;
  }
}

function startBrowser(parts: z.infer<typeof Parts>, { data }: EditorSettings): Promise<Browser> {
  return chromium.launch({
    executablePath: parts.chromium,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    env: {
      PATH: process.env.PATH,
      LD_LIBRARY_PATH: parts.chromiumLibraries,
      FONTCONFIG_PATH: parts.chromiumFonts,
      XDG_CACHE_HOME: path.join(data, 'cache'),
      XDG_CONFIG_HOME: path.join(data, 'config'),
      HOME: data,
      TMPDIR: process.env.TMPDIR,
    },
  });
}

const quiet = {
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

async function prepare(settings: EditorSettings): Promise<void> {
  const { data, extensions, packages = [], agentMode, asksForTrust = false } = settings;
  await mkdir(path.join(data, 'extensions'), { recursive: true });
  for (const folder of extensions) {
    await symlink(folder, path.join(data, 'extensions', path.basename(folder)), 'dir');
  }
  const shown = agentMode ? { 'workbench.secondarySideBar.defaultVisibility': 'visible' } : {};
  // What is installed as people do it meets the settings they have.
  const lists = packages.length === 0 ? steady : {};
  await writeUserFile(data, 'settings.json', {
    ...{ ...quiet, ...lists, ...shown },
    'security.workspace.trust.enabled': asksForTrust,
    'security.workspace.trust.startupPrompt': 'never',
  });
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

/** Ends the editor with all it started, and waits for it. */
export async function endGroup({ pid }: ChildProcess): Promise<void> {
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
