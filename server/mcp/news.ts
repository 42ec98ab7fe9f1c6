import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { type LoggingLevel, LoggingLevelSchema, McpError } from '@modelcontextprotocol/sdk/types.js';
import type { ServerContext, SessionOptions } from '../context.ts';
import { LogLine } from '../protocol/engine.ts';
import { changedUris } from '../resources/nodes.ts';
import { runUri } from '../resources/runs.ts';
import { logOrigin } from '../runs/log.ts';

const invalidParams = -32602;
const levels = LoggingLevelSchema.options;
const updatesPerSecond = 10;
const maxSubscriptions = 1000;
const maxUriLength = 2048;

/** What a client is told without asking: log lines, what it subscribed to, and lists that changed. */
export class News {
  /** The least grave line the client hears; until it says, nothing but warnings and errors. */
  level: LoggingLevel = 'warning';
  /** Whether a trading node ran when the client was last told. */
  trading: boolean;
  private nodeCount: number;
  private readonly subscriptions = new Set<string>();
  private readonly pending = new Set<string>();
  private readonly seenRuns = new Set<string>();
  private readonly changedLists = new Set<'tools' | 'resources'>();
  private readonly deaf: (() => void)[];
  private flush: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly server: Server,
    private readonly context: ServerContext,
    private readonly options: SessionOptions,
  ) {
    this.trading = context.nodes.activeCount > 0;
    this.nodeCount = context.nodes.all().length;
    this.deaf = [
      context.runs.onChange((id) => {
        this.changed(['nautilus://runs', runUri(id)]);
        this.quietly(this.runsChanged(id));
      }),
      context.nodes.onChange((node, topic, key, data) => {
        this.changed(changedUris(node.name, topic, key));
        if (topic === 'log') this.log(LogLine.parse(data), { node: node.name });
        if (topic === 'state') this.nodesChanged();
      }),
    ];
  }

  close(): void {
    this.closed = true;
    for (const stop of this.deaf) stop();
    clearTimeout(this.flush);
  }

  /** @throws McpError when there are too many already, or the address is too long */
  subscribe(uri: string): void {
    if (this.subscriptions.size >= maxSubscriptions || uri.length > maxUriLength) {
      throw new McpError(
        invalidParams,
        `A session may have ${maxSubscriptions} subscriptions of bounded length.`,
      );
    }
    this.subscriptions.add(uri);
  }

  unsubscribe(uri: string): void {
    this.subscriptions.delete(uri);
    this.pending.delete(uri);
  }

  /** The engine's lines, as grave as this client wants to hear; what they say is somebody else's, and said to be. */
  log({ level, component, message }: LogLine, of: { node?: string } = {}): void {
    if (levels.indexOf(level) < levels.indexOf(this.level)) return;
    const data = { message, ...of, origin: logOrigin };
    this.quietly(this.server.sendLoggingMessage({ level, logger: component, data }));
  }

  /** Tells subscribers of these addresses, and of what is below them or asks them something, at most ten times a second. */
  private changed(uris: string[]): void {
    for (const subscribed of this.subscriptions) {
      if (uris.some((uri) => subscribed === uri || /^[/?]/.test(rest(subscribed, uri))))
        this.pending.add(subscribed);
    }
    this.tellSoon();
  }

  /** A run that came or went changes the list of resources; one that goes on does not. */
  private async runsChanged(id: string): Promise<void> {
    const there = (await this.context.runs.find(id)) !== undefined;
    if (there === this.seenRuns.has(id)) return;
    if (there) this.seenRuns.add(id);
    else this.seenRuns.delete(id);
    this.changedLists.add('resources');
    this.tellSoon();
  }

  /** A node that starts or stops changes which resources there are, and which tools are of use. */
  private nodesChanged(): void {
    const { nodes } = this.context;
    const trading = nodes.activeCount > 0;
    if (trading !== this.trading && !this.options.selection?.toolsets) this.changedLists.add('tools');
    if (nodes.all().length !== this.nodeCount) this.changedLists.add('resources');
    this.trading = trading;
    this.nodeCount = nodes.all().length;
    this.tellSoon();
  }

  private tellSoon(): void {
    if ((this.pending.size === 0 && this.changedLists.size === 0) || this.flush || this.closed) return;
    this.flush = setTimeout(() => {
      this.flush = undefined;
      for (const uri of this.pending) this.quietly(this.server.sendResourceUpdated({ uri }));
      if (this.changedLists.has('tools')) this.quietly(this.server.sendToolListChanged());
      if (this.changedLists.has('resources')) this.quietly(this.server.sendResourceListChanged());
      this.pending.clear();
      this.changedLists.clear();
    }, 1000 / updatesPerSecond);
  }

  /** A client that goes away in the middle of a notification is no error of ours. */
  private quietly(sending: Promise<void>): void {
    sending.catch(() => {});
  }
}

/** What `address` has beyond `uri`; nothing when it is another one. */
function rest(address: string, uri: string): string {
  return address.startsWith(uri) ? address.slice(uri.length) : '';
}
