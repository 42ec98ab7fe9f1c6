import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { ensureEnvironment } from '../environment/environment.ts';
import { version } from '../instance/application.ts';
import { stopServer } from '../instance/attach.ts';
import { instanceFiles, readRecord } from '../instance/record.ts';
import { McpClient, type ToolProgress } from '../mcp/client.ts';
import { homeDirectory, packageRoot } from '../paths.ts';
import { ImportAnswer } from '../tools/importAnswer.ts';
import { RunAnswer } from '../tools/runAnswer.ts';
import type { Command } from './command.ts';
import { runSummaryLines } from './runSummary.ts';

export const demo: Command = {
  name: 'demo',
  usage: 'demo',
  summary: 'set up, import the sample data and run a backtest with each API of NautilusTrader',
  async run() {
    const home = homeDirectory();
    const workspace = copyTemplate();
    const environment = await ensureEnvironment({
      workspace,
      home,
      report: (step) => console.log(`  ${step}`),
    });
    console.log(
      `NautilusTrader ${environment.nautilusTrader}, Python ${environment.pythonVersion} (${environment.origin})`,
    );

    const alreadyRunning = readRecord(instanceFiles(home, workspace)) !== undefined;
    const client = await connect(workspace);
    try {
      await importSamples(client, workspace);
      for (const file of requestFiles(workspace)) await backtest(client, workspace, file);
    } finally {
      await client.close();
      if (!alreadyRunning) await stopServer({ workspace, home });
    }
    printNextSteps();
    return 0;
  },
};

/** The demo's workspace: the shipped template, copied anew; runs and catalog of earlier times stay. */
function copyTemplate(): string {
  const workspace = path.join(packageRoot, '.demo');
  mkdirSync(workspace, { recursive: true });
  cpSync(path.join(packageRoot, 'python', 'samples', 'workspace'), workspace, { recursive: true });
  return workspace;
}

/** Spawns our own stdio command, so that what is shown is what any MCP client gets. */
async function connect(workspace: string): Promise<McpClient> {
  const args = [process.argv[1] ?? '', 'stdio', '--workspace', workspace];
  const env = Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const client = await McpClient.overStdio(process.execPath, args, env, version);
  const { name, version: served } = client.serverInfo ?? { name: 'unknown', version: '' };
  console.log(
    `\nConnected over stdio to MCP server "${name}" ${served}: ${(await client.listTools()).join(', ')}`,
  );
  return client;
}

async function importSamples(client: McpClient, workspace: string): Promise<void> {
  console.log('\nimport_data');
  const result = await client.callTool('import_data', readJson(workspace, 'import.json'), {
    onProgress: progressLine(),
  });
  clearLine();
  for (const { data_type, instrument_id, bar_type, rows, start, end } of ImportAnswer.parse(result)
    .imported) {
    console.log(`  ${bar_type ?? instrument_id}: ${rows} × ${data_type}, ${day(start)} to ${day(end)}`);
  }
}

async function backtest(client: McpClient, workspace: string, file: string): Promise<void> {
  console.log(`\nrun_backtest ${path.basename(file)}`);
  const args = { ...readJson(workspace, file), mode: 'sync' };
  const answer = await client.callTool('run_backtest', args, { onProgress: progressLine() });
  clearLine();
  for (const line of runSummaryLines(RunAnswer.parse(answer))) console.log(`  ${line}`);
}

function requestFiles(workspace: string): string[] {
  const folder = path.join(workspace, 'backtests');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => path.join('backtests', name));
}

function readJson(workspace: string, file: string): Record<string, unknown> {
  return z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(readFileSync(path.join(workspace, file), 'utf8')));
}

/** One line that rewrites itself on a terminal; every tenth step elsewhere. */
function progressLine(): (progress: ToolProgress) => void {
  let told = -10;
  return ({ progress, total, message }) => {
    const percent = total ? Math.floor((100 * progress) / total) : 0;
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K  ${percent} % ${message ?? ''}`);
    else if (percent >= told + 10) {
      told = percent;
      console.log(`  ${percent} % ${message ?? ''}`);
    }
  };
}

function clearLine(): void {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
}

function day(time: string): string {
  return time.slice(0, 10);
}

function printNextSteps(): void {
  console.log(`
Add the server to an agent:
  VS Code / Copilot   npm run package, then "Extensions: Install from VSIX…"; agent mode finds the tools by itself
  Claude Desktop      node dist/server/main.js doctor --print-config claude
  Cursor              node dist/server/main.js doctor --print-config cursor`);
}
