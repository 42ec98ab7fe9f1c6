import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  ElicitRequestSchema,
  ErrorCode,
  McpError,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { Disposable, EventEmitter, type LogOutputChannel, l10n } from 'vscode';
import * as z from 'zod';
import packageJson from '../package.json';
import { operatorMethod } from '../server/protocol/approval.ts';
import { ErrorObject, QuarterdeckError, toQuarterdeckError } from '../server/protocol/errors.ts';
import { answerApproval } from './approval.ts';
import { loopbackFetch } from './loopbackFetch.ts';
import type { Operator } from './operator.ts';
import type { WorkspaceServer } from './server.ts';

export interface CallOptions {
  onProgress?: (message: string) => void;
  signal?: AbortSignal;
}

const callTimeoutMs = 120_000;
const pingTimeoutMs = 5_000;

/**
 * Our session with the workspace's server. When the server went away the next request finds or starts it again
 * and what was being watched is watched on.
 */
export class ServerClient implements Disposable {
  private session: Promise<Client> | undefined;
  private live: Client | undefined;
  private readonly watchers = new Map<string, Set<() => void>>();
  private readonly connected = new EventEmitter<void>();
  /** Fires when a session with a server begins. */
  readonly onDidConnect = this.connected.event;

  constructor(
    private readonly server: WorkspaceServer,
    private readonly operator: Operator,
    private readonly log: LogOutputChannel,
  ) {
    operator.onDidChange(() => {
      if (this.live && this.server.known?.operator) this.quietly(this.claim(this.live));
    });
  }

  /**
   * Hands credentials of venues over, null for those that are gone.
   *
   * @throws QuarterdeckError OPERATOR_REFUSED where another editor is the operator
   */
  async handOver(credentials: Record<string, string | null>): Promise<void> {
    const params = { ...(await this.operator.claim()), credentials };
    await this.request((client) => client.request({ method: operatorMethod, params }, z.object({})));
  }

  /** Calls a tool and parses its structured result. @throws QuarterdeckError */
  async call<T>(tool: string, args: object, result: z.ZodType<T>, options: CallOptions = {}): Promise<T> {
    const { onProgress, signal } = options;
    const answer = await this.request((client) =>
      client.callTool({ name: tool, arguments: { ...args } }, undefined, {
        timeout: callTimeoutMs,
        resetTimeoutOnProgress: true,
        ...(signal ? { signal } : {}),
        ...(onProgress ? { onprogress: ({ message }) => onProgress(message ?? '') } : {}),
      }),
    );
    if (answer.isError) throw QuarterdeckError.fromObject(parseError(answer.content));
    // That something was left out for a model's sake is no part of the shape.
    const { left_out: _, ...told } = z.looseObject({}).parse(answer.structuredContent ?? {});
    return result.parse(told);
  }

  /** Reads a resource as JSON. @throws QuarterdeckError */
  async read<T>(uri: string, result: z.ZodType<T>): Promise<T> {
    const { contents } = await this.request((client) => client.readResource({ uri }));
    return result.parse(JSON.parse(Contents.parse(contents)[0].text));
  }

  /** Opens the session in the background: a person can be asked from then on, and the status bar shows what runs. */
  greet(): void {
    this.quietly(this.connect());
  }

  /** Calls `listener` when the resource may have changed, over restarts of the server too. */
  watch(uri: string, listener: () => void): Disposable {
    const listeners = this.watchers.get(uri) ?? new Set();
    this.watchers.set(uri, listeners.add(listener));
    if (listeners.size === 1) {
      // Told once it is watched, or cannot be: whoever reads then misses no change and sees the error.
      void this.request((client) => client.subscribeResource({ uri })).then(listener, listener);
    }
    return new Disposable(() => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      this.watchers.delete(uri);
      this.quietly(this.live?.unsubscribeResource({ uri }));
    });
  }

  dispose(): void {
    this.connected.dispose();
    this.quietly(this.live?.close());
  }

  /** A request that certainly never reached the server is sent again to the one that is there now. */
  private async request<T>(send: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.connect();
    try {
      return await send(client);
    } catch (error) {
      if (!neverArrived(error)) throw toError(error);
      this.drop(client);
      return send(await this.connect()).catch((again: unknown) => {
        throw toError(again);
      });
    }
  }

  private connect(): Promise<Client> {
    this.session ??= this.open().catch((error: unknown) => {
      this.session = undefined;
      throw toError(error);
    });
    return this.session;
  }

  private async open(): Promise<Client> {
    const { url, token, operator } = await this.server.attach();
    const client = new Client(
      { name: 'quarterdeck-extension', version: packageJson.version },
      { capabilities: { elicitation: { form: {} } } },
    );
    client.setRequestHandler(ElicitRequestSchema, ({ params }) =>
      answerApproval(params, this.operator.dialog, l10n.t),
    );
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
      for (const listener of this.watchers.get(params.uri) ?? []) listener();
    });
    client.onerror = (error) => this.check(client, error);
    const headers = { Authorization: `Bearer ${token}` };
    const transport = { requestInit: { headers }, fetch: loopbackFetch };
    await client.connect(new StreamableHTTPClientTransport(new URL(url), transport));
    this.live = client;
    if (operator) await this.claim(client);
    for (const [uri, listeners] of this.watchers) {
      await client.subscribeResource({ uri });
      for (const listener of listeners) listener();
    }
    this.connected.fire();
    return client;
  }

  /** Tells the server that this session is the operator's, and whether real money is armed. */
  private async claim(client: Client): Promise<void> {
    await client.request({ method: operatorMethod, params: await this.operator.claim() }, z.object({}));
  }

  /** A broken stream may be a passing thing or a server that is gone; only then are its callers told. */
  private check(client: Client, error: Error): void {
    this.log.debug(`Connection: ${error.message}`);
    client.ping({ timeout: pingTimeoutMs }).catch(() => this.drop(client));
  }

  private drop(client: Client): void {
    if (this.live !== client) return;
    this.log.warn('The connection to the server was lost.');
    this.live = undefined;
    this.session = undefined;
    client.onerror = undefined;
    this.quietly(client.close());
    if (this.watchers.size > 0) this.quietly(this.connect());
  }

  private quietly(work: Promise<unknown> | undefined): void {
    work?.catch((error: unknown) => this.log.debug(String(error)));
  }
}

const Contents = z.tuple([z.object({ text: z.string() })]);

/** True when the server refused the session or nobody listened: the request was never acted on. */
function neverArrived(error: unknown): boolean {
  if (error instanceof StreamableHTTPError) return error.code === 404 || error.code === 401;
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}

function toError(error: unknown): QuarterdeckError {
  if (error instanceof McpError) {
    const object = ErrorObject.safeParse(error.data);
    if (object.success) return QuarterdeckError.fromObject(object.data);
    if (error.code === ErrorCode.ConnectionClosed) return lost(error.message);
  }
  const isNetwork =
    error instanceof StreamableHTTPError || (error instanceof TypeError && error.cause !== undefined);
  return isNetwork ? lost(error.message) : toQuarterdeckError(error);
}

function lost(reason: string): QuarterdeckError {
  return new QuarterdeckError(
    'SERVER_UNREACHABLE',
    l10n.t("The connection to Quarterdeck's server was lost ({0}).", reason),
    l10n.t('Try again: the server is started when it is needed.'),
  );
}

function parseError(content: unknown): ErrorObject {
  const text = z.tuple([z.object({ text: z.string() })]).safeParse(content).data?.[0].text ?? '';
  try {
    return ErrorObject.parse(JSON.parse(text));
  } catch {
    return toQuarterdeckError(new Error(text || l10n.t('The tool failed and did not say why.'))).toObject();
  }
}
