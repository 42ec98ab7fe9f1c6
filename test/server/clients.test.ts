import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emaCross } from './support/data.ts';
import { inspector } from './support/inspector.ts';
import { python } from './support/python.ts';
import { pythonClient } from './support/pythonClient.ts';
import { main, TestWorkspace } from './support/workspace.ts';

/** Clients that others wrote: what they accept counts more than what our own does. */
let workspace: TestWorkspace;
beforeAll(() => {
  workspace = new TestWorkspace();
});
afterAll(() => workspace.close());

describe.skipIf(!inspector.available)(`the MCP Inspector (${inspector.reason ?? 'its command line'})`, () => {
  const inspect = (...args: string[]) => {
    const server = [process.execPath, main, 'stdio', '--workspace', workspace.root];
    // Like most clients it passes little of its environment on to the server.
    const { QUARTERDECK_HOME, QUARTERDECK_PYTHON } = workspace.env;
    const env = [
      '-e',
      `QUARTERDECK_HOME=${QUARTERDECK_HOME}`,
      '-e',
      `QUARTERDECK_PYTHON=${QUARTERDECK_PYTHON}`,
    ];
    return inspector.run([...env, ...args, ...server], { ...workspace.env, HOME: workspace.folder });
  };

  it('lists our tools and finds their schemas portable', () => {
    expect(inspect('--method', 'tools/list')).toContain('"run_backtest"');
    expect(inspect('--method', 'tools/list', '--strict')).toContain('"import_data"');
  });

  it('runs a backtest and reads its resource', () => {
    const text = inspect(
      '--method',
      'tools/call',
      '--tool-name',
      'run_backtest',
      '--tool-args-json',
      JSON.stringify(emaCross()),
    );
    expect(text).toContain('"completed"');
    expect(inspect('--method', 'resources/read', '--uri', 'nautilus://runs')).toContain('completed');
  });
});

it('the Python client lists our tools and runs a backtest', () => {
  const script = workspace.write('client.py', pythonClient);
  const args = [
    script,
    JSON.stringify([process.execPath, main, 'stdio', '--workspace', workspace.root]),
    JSON.stringify(emaCross()),
  ];
  const env = { ...workspace.env, PYTHONPATH: process.env.QUARTERDECK_TEST_PYTHONPATH ?? '' };
  const answer = JSON.parse(execFileSync(python(), args, { encoding: 'utf8', env }));
  expect(answer.tools).toContain('run_backtest');
  expect(answer.result).toMatchObject({ status: 'completed', api: 'engine', counts: { iterations: 2000 } });
  expect(answer.progress).toBeGreaterThan(0);
  expect(answer.error).toMatchObject({ code: 'UNKNOWN_TOOL' });
});
