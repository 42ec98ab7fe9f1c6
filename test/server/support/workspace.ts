import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  type ClientCapabilities,
  ListRootsRequestSchema,
  type LoggingMessageNotification,
  LoggingMessageNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { expect } from 'vitest';
import * as z from 'zod';
import { packageRoot } from '../../../server/paths.ts';
import { ErrorObject } from '../../../server/protocol/errors.ts';
import { RunAnswer } from '../../../server/tools/runAnswer.ts';
import * as data from './data.ts';

export const main = path.join(packageRoot, 'dist', 'server', 'main.js');

type Arguments = Record<string, unknown>;
type Progress = { progress: number; total?: number; message?: string };

/** A client the SDK wrote, speaking stdio with the real command line. */
export class TestClient {
  readonly logs: LoggingMessageNotification['params'][] = [];

  constructor(
    readonly sdk: Client,
    readonly transport: StdioClientTransport,
  ) {
    sdk.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void this.logs.push(params));
  }

  /** The structured result; fails the test when the tool answered with an error. */
  async call(
    name: string,
    args: Arguments = {},
    onprogress?: (progress: Progress) => void,
  ): Promise<Arguments> {
    const result = await this.raw(name, args, onprogress);
    expect(result.isError, JSON.stringify(result.content)).toBeFalsy();
    return z.record(z.string(), z.unknown()).parse(result.structuredContent);
  }

  /** The error object; fails the test when the tool did not answer with one. */
  async error(name: string, args: Arguments): Promise<ErrorObject> {
    const result = await this.raw(name, args);
    expect(result.isError, JSON.stringify(result.structuredContent)).toBe(true);
    expect(result.structuredContent).toBeUndefined();
    const [block] = z.array(z.object({ type: z.literal('text'), text: z.string() })).parse(result.content);
    return ErrorObject.parse(JSON.parse(block?.text ?? ''));
  }

  async run(args: Arguments, onprogress?: (progress: Progress) => void): Promise<RunAnswer> {
    return RunAnswer.parse(await this.call('run_backtest', args, onprogress));
  }

  async read(uri: string): Promise<Arguments> {
    const { contents } = await this.sdk.readResource({ uri });
    const [first] = z.array(z.object({ text: z.string() })).parse(contents);
    return z.record(z.string(), z.unknown()).parse(JSON.parse(first?.text ?? ''));
  }

  close(): Promise<void> {
    return this.sdk.close();
  }

  raw(name: string, args: Arguments, onprogress?: (progress: Progress) => void) {
    const options = { timeout: 120_000, ...(onprogress ? { onprogress } : {}) };
    return this.sdk.callTool({ name, arguments: args }, undefined, options);
  }
}

/** A workspace with data and strategies in a folder of its own, and a user data folder of its own. */
export class TestWorkspace {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'quarterdeck-test-'));
  readonly root = path.join(this.folder, 'workspace');
  readonly home = path.join(this.folder, 'home');
  private readonly clients: TestClient[] = [];

  constructor() {
    mkdirSync(this.root);
    this.write('data/bars.csv', data.barsCsv(2000));
    this.write('data/bid.csv', data.barsCsv(500, { spread: 0 }));
    this.write('data/ask.csv', data.barsCsv(500, { spread: 0.0002 }));
  }

  get env(): Record<string, string> {
    const inherited = Object.entries(process.env).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    );
    return { ...Object.fromEntries(inherited), QUARTERDECK_HOME: this.home };
  }

  write(file: string, text: string | Buffer): string {
    const full = path.join(this.root, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
    return full;
  }

  /** @param roots the folders the client says it keeps to, if it says so. */
  async connect(
    flags: string[] = [],
    env: Record<string, string> = {},
    roots?: () => string[],
    able: ClientCapabilities = {},
    name = 'test',
  ): Promise<TestClient> {
    const args = [main, 'stdio', '--workspace', this.root, ...flags];
    const transport = new StdioClientTransport({
      command: process.execPath,
      args,
      env: { ...this.env, ...env },
      stderr: 'inherit',
    });
    const capabilities = { ...able, ...(roots ? { roots: { listChanged: true } } : {}) };
    const sdk = new Client({ name, version: '0' }, { capabilities });
    if (roots) {
      sdk.setRequestHandler(ListRootsRequestSchema, () => ({
        roots: roots().map((folder) => ({ uri: pathToFileURL(folder).href })),
      }));
    }
    const client = new TestClient(sdk, transport);
    await sdk.connect(transport);
    this.clients.push(client);
    return client;
  }

  spawn(args: string[]): ChildProcess {
    return spawn(process.execPath, [main, ...args, '--workspace', this.root], {
      env: this.env,
      cwd: this.root,
    });
  }

  async cli(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const child = this.spawn(args);
    const output = { stdout: '', stderr: '' };
    child.stdout?.on('data', (text) => (output.stdout += text));
    child.stderr?.on('data', (text) => (output.stderr += text));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, ...output };
  }

  /** Ends every client and the server, and removes the folder. */
  async close(): Promise<void> {
    await Promise.allSettled(this.clients.map((client) => client.close()));
    await this.cli('stop');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
