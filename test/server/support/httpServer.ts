import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { main, type TestWorkspace } from './workspace.ts';

const First = z.object({
  url: z.string(),
  sse_url: z.string().optional(),
  pid: z.int(),
  token_file: z.string().nullable(),
});

/** `quarterdeck http`, as a user starts it. */
export class HttpServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly at: z.infer<typeof First>,
  ) {}

  static async start(
    workspace: TestWorkspace,
    flags: string[] = [],
    env: Record<string, string> = {},
  ): Promise<HttpServer> {
    const child = spawn(process.execPath, [main, 'http', '--workspace', workspace.root, ...flags], {
      env: { ...workspace.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    return new HttpServer(child, First.parse(JSON.parse(String(line))));
  }

  get token(): string {
    return readFileSync(this.at.token_file ?? '', 'utf8').trim();
  }

  get headers(): Record<string, string> {
    return this.at.token_file === null ? {} : { authorization: `Bearer ${this.token}` };
  }

  /** What a client sends first, or another body; over fetch. */
  post(body: unknown = initialize, headers: Record<string, string> = {}, url = this.at.url) {
    return fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...this.headers,
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  async close(): Promise<void> {
    const closed = once(this.child, 'close');
    if (this.child.exitCode === null && this.child.kill('SIGTERM')) await closed;
  }
}

export const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '0' } },
};
