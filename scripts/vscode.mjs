import './lib/requireNode.mjs';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { runAsEntry } from './lib/entry.mjs';
import { root } from './lib/paths.mjs';
import { packageExtension } from './lib/vsix.mjs';

runAsEntry(import.meta.url, open);

/**
 * `npm run vscode`: a VS Code with a fresh profile, our .vsix and nothing else, on a copy of the sample workspace: the
 * desktop's when there is one, else one served on this machine for a browser. `--served` asks for the latter.
 */
async function open(args) {
  await install();
  await build();
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'qd-'));
  try {
    const workspace = path.join(scratch, 'workspace');
    cpSync(path.join(root, 'python', 'samples', 'workspace'), workspace, { recursive: true });
    const vsix = await packageExtension(path.join(scratch, 'quarterdeck.vsix'));
    const desktop = args.includes('--served') ? undefined : desktopCode();
    const editor = desktop
      ? await openDesktop(desktop, scratch, workspace, vsix)
      : await serve(scratch, workspace, vsix);
    return await untilEnd(editor);
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 500 });
  }
}

function desktopCode() {
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  const { status } = spawnSync(name, ['--version'], { shell: process.platform === 'win32' });
  return status === 0 ? name : undefined;
}

async function openDesktop(code, scratch, workspace, vsix) {
  const profile = [
    '--user-data-dir',
    path.join(scratch, 'data'),
    '--extensions-dir',
    path.join(scratch, 'ext'),
  ];
  const shell = process.platform === 'win32';
  spawnSync(code, [...profile, '--install-extension', vsix], { stdio: 'inherit', shell });
  console.log(`VS Code opens on ${workspace}; close its window to end.`);
  return spawn(code, [...profile, '--new-window', '--wait', workspace], { stdio: 'inherit', shell });
}

async function serve(scratch, workspace, vsix) {
  const { provision, unsupported } = await import('../test/vscode/provision.mjs');
  const reason = unsupported();
  if (reason) throw new Error(`There is no "code" on the PATH, and none can be served: ${reason}.`);
  const { node, vscode } = await provision();
  const data = path.join(scratch, 'data');
  mkdirSync(path.join(data, 'data', 'User'), { recursive: true });
  writeFileSync(path.join(data, 'data', 'User', 'settings.json'), JSON.stringify(settings, null, 2));
  const main = path.join(vscode, 'out', 'server-main.js');
  spawnSync(node, [main, '--server-data-dir', data, '--install-extension', vsix], { stdio: 'inherit' });
  const flags = ['--host', '127.0.0.1', '--port', '8765', '--without-connection-token'];
  const quiet = ['--accept-server-license-terms', '--telemetry-level', 'off', '--server-data-dir', data];
  console.log(
    `Open http://127.0.0.1:8765/?folder=${encodeURIComponent(workspace)} in a browser; Ctrl+C ends it.`,
  );
  return spawn(node, [main, ...flags, ...quiet], { stdio: ['ignore', 'ignore', 'inherit'] });
}

const settings = { 'telemetry.telemetryLevel': 'off', 'workbench.startupEditor': 'none' };

function untilEnd(child) {
  const end = () => child.kill('SIGTERM');
  process.on('SIGINT', end).on('SIGTERM', end);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 0));
  });
}
