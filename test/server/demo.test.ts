import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { main, TestWorkspace } from './support/workspace.ts';

let workspace: TestWorkspace;
beforeAll(() => {
  workspace = new TestWorkspace();
});
afterAll(() => workspace.close());

it('the demo, which npm start ends with, imports real data and runs a backtest with each API', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [main, 'demo'], { env: workspace.env });
  expect(stdout).toMatch(/AAPL\.XNAS-1-DAY-LAST-EXTERNAL: \d+ × Bar/);
  expect(stdout).toMatch(/PnL +132\.00 USD/);
  expect(stdout).toMatch(/PnL +47033\.00 USD/);
});
