import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { isShown, succeeds } from './support/gestures.ts';
import { Journey } from './support/journey.ts';
import { until } from './support/until.ts';

const { QUARTERDECK_PYTHON: python = '' } = process.env;
let journey: Journey;

/** A folder of unknown authors, in an editor that has the Python extension and no engine yet. */
beforeAll(async () => {
  journey = await Journey.begin({
    asksForTrust: true,
    pythonExtension: true,
    variables: { QUARTERDECK_PYTHON: undefined },
  });
});
beforeEach(({ task, onTestFailed }) => onTestFailed(() => journey.editor.screenshot(`failed ${task.name}`)));
afterAll(() => journey?.end());

test('in a folder that is not trusted nothing of it runs, and no server', async () => {
  const { editor } = journey;
  const settings = JSON.parse(await journey.read('quarterdeck.json'));
  await journey.write('quarterdeck.json', JSON.stringify({ ...settings, python: './python.sh' }));
  const canary = `#!/bin/sh\ntouch "${journey.path('canary')}"\nexec "${python}" "$@"\n`;
  await journey.write('python.sh', canary);
  await promisify(execFile)('chmod', ['+x', journey.path('python.sh')]);
  await editor.page.locator('.part.banner', { hasText: 'Restricted Mode' }).waitFor();
  await editor.openFile('trend.py');
  // Extensions run, and ours is not among them.
  await editor.command('Developer: Show Running Extensions');
  const running = editor.page.locator('.runtime-extensions-editor .extension');
  await running.first().waitFor();
  expect(await running.filter({ hasText: 'Quarterdeck' }).count()).toBe(0);
  await editor.page.keyboard.press('Escape');
  expect(await editor.page.locator('.activitybar .action-label[aria-label^="Quarterdeck"]').count()).toBe(0);
  expect(await journey.files('.quarterdeck')).toEqual([]);
  expect(await journey.files('../home')).toEqual([]);
  expect(await journey.files('.')).not.toContain('canary');
  await editor.screenshot('restricted');
  await journey.write('quarterdeck.json', JSON.stringify(settings));
});

test('with trust it is there', async () => {
  const { editor } = journey;
  const icon = editor.page.locator('.activitybar .action-label[aria-label^="Quarterdeck"]');
  await until('trust', async () => {
    await editor.command('Workspaces: Manage Workspace Trust');
    const trust = editor.page.locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust$/ });
    await succeeds(trust.first().click({ timeout: 5_000 }));
    return isShown(icon, 10_000);
  });
  await editor.command('View: Close All Editors');
});

test('a set-up that is cancelled ends with its installer, and leaves nothing half done', async () => {
  const { editor } = journey;
  await editor.command('Quarterdeck: Set Up Engine');
  await until('an environment that is being filled', async () => (await built()).length > 0, 120_000);
  const progress = editor.page.locator('.notification-list-item', { hasText: 'Setting up NautilusTrader' });
  await editor.screenshot('set-up');
  await editor.cancelProgress('Setting up NautilusTrader', async () => (await progress.count()) === 0);
  await until('no trace of it', async () => (await built()).length === 0);
  await until('the end of its processes', async () => {
    const { stdout } = await promisify(execFile)('ps', ['-eo', 'args=']);
    return !stdout.includes(journey.path('../home/env'));
  });
});

test('the interpreter chosen in the Python extension runs the engine', async () => {
  const { editor } = journey;
  await writeFile(journey.path('../interpreter'), python);
  await editor.command('Quarterdeck: Set Up Engine');
  await editor.notified('NautilusTrader is set up');
  expect(await built()).toEqual([]);
  await editor.showContainer('Quarterdeck');
  await editor.row('Trend').waitFor();
  expect(await journey.call('get_environment', {})).toMatchObject({
    origin: 'extension',
    executable: python,
  });
});

/** Environments of our own, whole or not. */
async function built(): Promise<string[]> {
  const names = await readdir(journey.path('../home/env'), { recursive: true }).catch(() => []);
  return names.filter((name) => path.basename(name) === 'pyvenv.cfg');
}
