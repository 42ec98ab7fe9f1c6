import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json';
import { packageForNpm } from '../../scripts/lib/npmPackage.mjs';
import { describeTools } from '../../server/mcp/toolList.ts';
import serverJson from '../../server.json';
import { python } from './support/python.ts';
import { TestWorkspace } from './support/workspace.ts';

/** The package as `npx quarterdeck` gets it, installed in a folder that knows nothing of this repository. */
let workspace: TestWorkspace;
let folder: string;
let installed: string;
beforeAll(async () => {
  workspace = new TestWorkspace();
  folder = mkdtempSync(path.join(os.tmpdir(), 'quarterdeck-npm-'));
  const archive = await packageForNpm(folder);
  const windows = process.platform === 'win32';
  const args = ['install', '--offline', '--no-audit', '--no-fund', '--prefix', folder, archive];
  execFileSync(windows ? 'npm.cmd' : 'npm', args, { cwd: folder, shell: windows, stdio: 'pipe' });
  installed = path.join(folder, 'node_modules', 'quarterdeck');
});
afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Where in a user's home Claude Desktop, which `mcp install` writes for, keeps its configuration. */
const claudeFolder: string[] = {
  win32: ['AppData', 'Roaming', 'Claude'],
  darwin: ['Library', 'Application Support', 'Claude'],
}[process.platform as string] ?? ['.config', 'Claude'];

/** Connects with what a client's configuration says, lets go, and tells what was there. */
async function toolsOf(command: string, args: string[], cwd: string, env: Record<string, string> = {}) {
  const client = new Client({ name: 'test', version: '0' });
  const options = { command, args, cwd, env: { ...workspace.env, ...env }, stderr: 'inherit' as const };
  await client.connect(new StdioClientTransport(options));
  try {
    const { tools } = await client.listTools();
    const answer = await client.callTool({ name: 'get_environment', arguments: {} });
    return { tools: tools.map(({ name }) => name), environment: Object(answer.structuredContent) };
  } finally {
    await client.close();
  }
}

describe('the package from npm', () => {
  it('brings its command and all it needs', () => {
    const bin = path.join(folder, 'node_modules', '.bin', 'quarterdeck');
    const shell = process.platform === 'win32';
    const printed = execFileSync(bin, ['--version'], { encoding: 'utf8', shell, env: workspace.env });
    expect(printed.trim()).toBe(packageJson.version);
    const manifest = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ name: 'quarterdeck', mcpName: serverJson.name });
    expect(manifest.dependencies).toBeUndefined();
  });

  it('brings the list of tools as the sources make it', () => {
    const listed = readFileSync(path.join(installed, 'dist', 'server', 'tools.json'), 'utf8');
    expect(JSON.parse(listed)).toEqual(JSON.parse(JSON.stringify(describeTools())));
  });

  it('is described for the registry as what it is', () => {
    const [described] = serverJson.packages;
    expect([serverJson.version, described?.version]).toEqual([packageJson.version, packageJson.version]);
    expect(described).toMatchObject({ identifier: packageJson.name, transport: { type: 'stdio' } });
    expect(serverJson.description.length).toBeLessThanOrEqual(100);
  });

  it('is started by the configurations it prints', async () => {
    const main = path.join(installed, 'dist', 'server', 'main.js');
    for (const [client, key] of [
      ['vscode', 'servers'],
      ['claude', 'mcpServers'],
      ['cursor', 'mcpServers'],
    ] as const) {
      const args = [main, 'doctor', '--print-config', client, '--workspace', workspace.root];
      const printed = execFileSync(process.execPath, args, {
        encoding: 'utf8',
        stdio: 'pipe',
        env: workspace.env,
      });
      const entry = JSON.parse(printed)[key]['nautilus-trader'];
      const { tools } = await toolsOf(entry.command, entry.args, folder);
      expect(tools).toContain('run_backtest');
    }
  });
});

describe('nautilus_trader_server.py', () => {
  it('is a server for a host that runs "python nautilus_trader_server.py" beside it', async () => {
    const env = { API_KEY: 'your_api_key', QUARTERDECK_WORKSPACE: workspace.root };
    const { tools, environment } = await toolsOf(python(), ['nautilus_trader_server.py'], installed, env);
    expect(tools).toContain('run_backtest');
    expect(environment.workspace).toBe(workspace.root);
  });

  it('works in the folder it is started in, with the flags of the command line', async () => {
    const args = [path.join(installed, 'nautilus_trader_server.py'), 'stdio', '--read-only', '--alone'];
    const { tools, environment } = await toolsOf(python(), args, workspace.root);
    expect(environment).toMatchObject({ workspace: workspace.root, read_only: true });
    expect(tools).not.toContain('run_backtest');
  });

  it('is installed by "mcp install" with its variables, and started by the "mcp run" that it writes', async () => {
    // What the command `mcp` consists of.
    const mcp = ['-c', 'from mcp.cli import app; app()'];
    const home = path.join(folder, 'home of mcp install');
    const config = path.join(home, ...claudeFolder, 'claude_desktop_config.json');
    mkdirSync(path.dirname(config), { recursive: true });
    const env = { PYTHONPATH: process.env.QUARTERDECK_TEST_PYTHONPATH ?? '' };
    const ofHome = { HOME: home, USERPROFILE: home, XDG_CONFIG_HOME: path.join(home, '.config') };
    execFileSync(python(), [...mcp, 'install', 'nautilus_trader_server.py', '-v', 'KEY=a value'], {
      ...{ cwd: installed, stdio: 'pipe', env: { ...workspace.env, ...env, ...ofHome } },
    });
    const { mcpServers } = JSON.parse(readFileSync(config, 'utf8'));
    const { args, env: variables } = mcpServers['nautilus-trader'];
    expect(variables).toEqual({ KEY: 'a value' });
    // Before it stands how uv, which may fetch packages, is to make the environment in which it runs.
    const written: string[] = args.slice(args.indexOf('mcp'));
    expect(written).toEqual(['mcp', 'run', path.join(installed, 'nautilus_trader_server.py')]);
    const more = { ...env, ...variables, QUARTERDECK_WORKSPACE: workspace.root };
    expect((await toolsOf(python(), [...mcp, ...written.slice(1)], folder, more)).tools).toContain(
      'run_backtest',
    );
  });

  it.each([
    ['no Node.js', { QUARTERDECK_NODE: '', PATH: '/nowhere' }, 'Install it from nodejs.org'],
    ['a Node.js that does not start', { QUARTERDECK_NODE: '/nowhere/node' }, 'Correct QUARTERDECK_NODE'],
  ])('says what to do about %s', (_what, env, advice) => {
    const script = path.join(installed, 'nautilus_trader_server.py');
    const cwd = path.join(folder, 'empty');
    mkdirSync(cwd, { recursive: true });
    expect(() =>
      execFileSync(python(), [script], { cwd, env: { ...workspace.env, ...env }, stdio: 'pipe' }),
    ).toThrow(advice);
  });
});
