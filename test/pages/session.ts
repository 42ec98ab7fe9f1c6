import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpError, ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { ErrorObject, QuarterdeckError } from '../../server/protocol/errors.ts';
import { main } from '../server/support/workspace.ts';
import type { Session } from './pageServer.ts';

const Attached = z.object({ url: z.string(), token_file: z.string() });
const Contents = z.tuple([z.object({ text: z.string() })]);

/** A session over HTTP with the real server of a workspace, as the extension has one. */
export class HttpSession implements Session {
  private readonly watchers = new Map<string, Set<() => void>>();

  private constructor(private readonly client: Client) {
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
      for (const listener of this.watchers.get(params.uri) ?? []) listener();
    });
  }

  static async attach(
    workspace: string,
    env: Record<string, string>,
    flags: string[] = [],
  ): Promise<HttpSession> {
    const args = [main, 'attach', '--workspace', workspace, '--json', ...flags];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, cwd: workspace });
    const { url, token_file } = Attached.parse(JSON.parse(stdout));
    const token = (await readFile(token_file, 'utf8')).trim();
    const client = new Client({ name: 'pages', version: '0' });
    const headers = { Authorization: `Bearer ${token}` };
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
    return new HttpSession(client);
  }

  async call(tool: string, args: Record<string, unknown>): Promise<unknown> {
    const result = await this.client.callTool({ name: tool, arguments: args }, undefined, {
      timeout: 120_000,
    });
    if (!result.isError) return result.structuredContent;
    const [block] = Contents.parse(result.content);
    throw QuarterdeckError.fromObject(ErrorObject.parse(JSON.parse(block.text)));
  }

  async read(uri: string): Promise<unknown> {
    try {
      const { contents } = await this.client.readResource({ uri });
      return JSON.parse(Contents.parse(contents)[0].text);
    } catch (error) {
      const object = error instanceof McpError ? ErrorObject.safeParse(error.data) : undefined;
      throw object?.success ? QuarterdeckError.fromObject(object.data) : error;
    }
  }

  async tools() {
    return (await this.client.listTools()).tools;
  }

  /** A resource that is no JSON: a page. */
  async document(uri: string): Promise<{ mimeType: string; text: string }> {
    const { contents } = await this.client.readResource({ uri });
    return z.tuple([z.object({ mimeType: z.string(), text: z.string() })]).parse(contents)[0];
  }

  watch(uri: string, listener: () => void): () => void {
    const known = this.watchers.get(uri) ?? new Set();
    this.watchers.set(uri, known.add(listener));
    void this.client.subscribeResource({ uri }).then(listener, listener);
    return () => {
      known.delete(listener);
    };
  }

  close(): Promise<void> {
    return this.client.close();
  }
}
