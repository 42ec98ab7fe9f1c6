import type { Duplex } from 'node:stream';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { type GetPromptResult, McpError } from '@modelcontextprotocol/sdk/types.js';
import { ErrorObject, QuarterdeckError } from '../protocol/errors.ts';
import type { Session } from './session.ts';
import { StreamTransport } from './streamTransport.ts';

export interface ToolProgress {
  progress: number;
  total?: number;
  message?: string;
}

/** A minimal MCP client for our own front ends: tools and resources, errors as they were thrown. */
export class McpClient {
  private constructor(private readonly client: Client) {}

  /** Over a socket that was already greeted. */
  static overStream(stream: Duplex, version: string): Promise<McpClient> {
    return McpClient.connect(new StreamTransport(stream), version);
  }

  /** Spawns a server and speaks stdio with it, as an editor does. */
  static overStdio(
    command: string,
    args: string[],
    env: Record<string, string>,
    version: string,
  ): Promise<McpClient> {
    return McpClient.connect(new StdioClientTransport({ command, args, env, stderr: 'inherit' }), version);
  }

  /** To a session of this very process. */
  static async inProcess(session: Session, version: string): Promise<McpClient> {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await session.connect(theirs);
    return McpClient.connect(ours, version);
  }

  private static async connect(transport: Transport, version: string): Promise<McpClient> {
    const client = new Client({ name: 'quarterdeck-cli', version });
    await client.connect(transport);
    return new McpClient(client);
  }

  get serverInfo(): { name: string; version: string } | undefined {
    return this.client.getServerVersion();
  }

  async listTools(): Promise<string[]> {
    return (await this.client.listTools()).tools.map((tool) => tool.name);
  }

  /** @throws QuarterdeckError what the tool answered when it failed */
  async callTool(
    name: string,
    args: Record<string, unknown>,
    options: { onProgress?: (progress: ToolProgress) => void; signal?: AbortSignal } = {},
  ): Promise<Record<string, unknown>> {
    const { onProgress, signal } = options;
    const result = await this.client.callTool({ name, arguments: args }, undefined, {
      // A tool decides itself how long it takes; "mode" is the way to not wait.
      timeout: 2 ** 31 - 1,
      ...(onProgress ? { onprogress: onProgress } : {}),
      ...(signal ? { signal } : {}),
    });
    if (result.isError) throw QuarterdeckError.fromObject(errorFrom(result.content));
    return (result.structuredContent ?? {}) as Record<string, unknown>;
  }

  /** @returns the JSON value. @throws QuarterdeckError */
  async readResource(uri: string): Promise<unknown> {
    const { contents } = await typed(this.client.readResource({ uri }));
    const first = contents[0];
    return JSON.parse(first && 'text' in first ? first.text : 'null');
  }

  /** @returns the prompt's description and messages. @throws QuarterdeckError */
  getPrompt(name: string, args: Record<string, string>): Promise<GetPromptResult> {
    return typed(this.client.getPrompt({ name, arguments: args }));
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

/** What the server threw, where it was an error of ours. */
async function typed<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    const object = error instanceof McpError ? ErrorObject.safeParse(error.data) : undefined;
    throw object?.success ? QuarterdeckError.fromObject(object.data) : error;
  }
}

function errorFrom(content: unknown): ErrorObject {
  const first = Array.isArray(content) ? content[0] : undefined;
  const text = typeof first === 'object' && first !== null && 'text' in first ? String(first.text) : '';
  return ErrorObject.parse(JSON.parse(text));
}
