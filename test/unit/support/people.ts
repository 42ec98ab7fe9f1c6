import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import {
  type ElicitRequestParams,
  ElicitRequestSchema,
  type ElicitResult,
} from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { Approvals } from '../../../server/approvals/approvals.ts';
import { type ApprovalEntry, ApprovalFile } from '../../../server/approvals/log.ts';
import { Application } from '../../../server/instance/application.ts';
import { Session } from '../../../server/mcp/session.ts';
import { operatorMethod } from '../../../server/protocol/approval.ts';
import { ErrorObject } from '../../../server/protocol/errors.ts';
import { defineTool } from '../../../server/tools/tool.ts';

export const operatorSecret = 'o'.repeat(43);

export type Answering = (
  params: ElicitRequestParams,
  signal: AbortSignal,
) => ElicitResult | Promise<ElicitResult>;

/** A server with one tool that moves money, and the people who may be asked about it. */
export class Desk {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'quarterdeck-desk-'));
  /** What was really done. */
  readonly spent: unknown[] = [];
  readonly approvals: Approvals;
  private readonly application = new Application({ workspace: this.folder, home: this.folder });
  private readonly clients: Client[] = [];

  constructor(settings: { live?: boolean; patienceMs?: number; logFile?: string } = {}) {
    const { live = false, patienceMs = 5000, logFile = path.join(this.folder, 'approvals.jsonl') } = settings;
    this.approvals = new Approvals({ log: new ApprovalFile(logFile), live, patienceMs });
  }

  /** What the log says, in order. */
  get log(): ApprovalEntry['outcome'][] {
    return this.entries.map(({ outcome }) => outcome);
  }

  get entries(): ApprovalEntry[] {
    const text = readFileSync(path.join(this.folder, 'approvals.jsonl'), 'utf8');
    return text
      .trim()
      .split('\n')
      .map((line): ApprovalEntry => JSON.parse(line));
  }

  /** A client that answers questions so, or cannot be asked. */
  async client(answering?: Answering): Promise<Client> {
    const context = { ...this.application.context, approvals: this.approvals };
    const tables = { tools: [this.tool], resources: [], prompts: [] };
    const session = new Session(context, { roots: [], readOnly: false }, 'in-process', tables);
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await session.connect(theirs);
    const capabilities = answering ? { elicitation: { form: {} } } : {};
    const client = new Client({ name: 'someone', version: '1' }, { capabilities });
    if (answering) {
      client.setRequestHandler(ElicitRequestSchema, ({ params }, { signal }) => answering(params, signal));
    }
    await client.connect(ours);
    this.clients.push(client);
    return client;
  }

  /** The editor, with real money armed. */
  async operator(answering?: Answering, armed = true, secret = operatorSecret): Promise<Client> {
    this.approvals.key.appoint(operatorSecret);
    const client = await this.client(answering);
    await client.request({ method: operatorMethod, params: { secret, armed } }, z.object({}));
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
    await this.application.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private readonly tool = defineTool({
    name: 'spend',
    title: 'Spend',
    description: 'Spends money.',
    toolset: 'trading',
    policy: 'trade',
    input: z.strictObject({ amount: z.string(), real: z.boolean().default(true) }),
    output: z.strictObject({ spent: z.string(), asked: z.string().optional() }),
    confirmation: ({ amount, real }) =>
      real ? { action: `Spend ${amount}`, facts: [{ name: 'Amount', value: amount }] } : undefined,
    handler: async (args, { approval }) => {
      this.spent.push(args);
      return { spent: args.amount, ...(approval ? { asked: approval.asked } : {}) };
    },
  });
}

/** Calls the tool. @returns its result or the code of its error */
export async function spend(client: Client, amount = '5 USD', signal?: AbortSignal): Promise<unknown> {
  const options = signal ? { signal } : {};
  const result = await client.callTool({ name: 'spend', arguments: { amount } }, undefined, options);
  if (!result.isError) return result.structuredContent;
  const [block] = z.array(z.object({ text: z.string() })).parse(result.content);
  return ErrorObject.parse(JSON.parse(block?.text ?? '')).code;
}
