import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { closestMatch } from 'leven';
import * as z from 'zod';
import type { Engine } from '../engine/engine.ts';
import type { NodeClients } from '../engine/inheritance.ts';
import { isAlive } from '../lock.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import type { NodeDescription, NodeKind, NodeProfile, NodeRecord, StopNodeResult } from '../protocol/node.ts';
import type { RiskLimits } from '../protocol/risk.ts';
import type { ConnectVenueParams } from '../protocol/venues.ts';
import type { RunStore } from '../runs/store.ts';
import { atPracticeVenue, endPracticeVenue, practiceVenue } from './practiceVenue.ts';
import { withoutSecretValues } from './redacted.ts';
import { keepSession, takeFarewell } from './sessions.ts';
import type { NodeStore } from './store.ts';
import { type NodeListener, TradingNode } from './tradingNode.ts';

/** A part of the engine that keeps what it has in a database. */
const Database = z.object({ database: z.object({ password_env: z.string() }) });

/** What a node is started with. */
export interface NodeOrder {
  name: string;
  kind: NodeKind;
  /** Name of the profile, or "config". */
  profileName: string;
  /** As it was asked for: kept. */
  request: NodeProfile;
  /** The same with every path absolute: what the engine gets. */
  resolved: NodeProfile;
  /** Limits of the user's own, which nothing of the workspace's loosens. */
  userLimits: RiskLimits;
  workspace: string;
  catalog: string;
  /** It is there for one question: no list shows it and nothing of it is kept. */
  temporary?: true;
}

export interface StopOrder {
  flatten: boolean;
  reason: string;
  timeoutSeconds: number;
  /** Who asked; nobody where the server itself ends. */
  by?: string;
}

/** How much longer than its own limit a stopping node is waited for before its process is ended. */
const stopGraceSeconds = 10;
const closeSeconds = 8;
const byHand = 'Look at the venue itself for orders that are still open.';
/** A node without a server has ended after this long, or is stuck. */
const farewellPatienceMs = 25_000;

/** The trading nodes of a workspace: those that run, and what is known of those that did. */
export class Nodes {
  private readonly nodes = new Map<string, TradingNode>();
  private readonly listeners = new Set<NodeListener>();
  /** What each node of this server was started with. */
  private readonly orders = new Map<string, NodeOrder>();
  /** The workspace, once its practice venue was needed. */
  private practising: string | undefined;

  constructor(
    private readonly engine: Engine,
    readonly store: NodeStore,
    private readonly runs: RunStore,
  ) {}

  get activeCount(): number {
    return this.all().filter((node) => node.active).length;
  }

  /** Calls `listener` with each thing that changes in a node; returns how to stop. */
  onChange(listener: NodeListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  all(): TradingNode[] {
    return [...this.nodes.values()].filter(({ temporary }) => !temporary);
  }

  /** Stops a temporary node and forgets that it was there. */
  async forget(name: string, reason: string): Promise<void> {
    const node = this.nodes.get(name);
    if (!node?.temporary) return;
    const orderly = { flatten: false, reason, timeout_seconds: closeSeconds };
    if (node.active) await node.call('stop_node', orderly).catch(() => {});
    node.kill();
    this.nodes.delete(name);
    this.orders.delete(name);
  }

  /**
   * The node a call means: the one it names, or the only one that runs.
   *
   * @throws QuarterdeckError NODE_NOT_FOUND
   */
  find(name?: string): TradingNode {
    if (name === undefined) return this.only();
    const node = this.nodes.get(name);
    if (node) return node;
    const close = closestMatch(name, [...this.nodes.keys()], { maxDistance: 3 });
    throw new QuarterdeckError(
      'NODE_NOT_FOUND',
      `There is no node "${name}".`,
      close ? `Did you mean "${close}"?` : 'Start one with initialize_trading_node.',
      { path: 'node' },
    );
  }

  /**
   * Builds a node in a process of its own and starts it.
   *
   * @throws QuarterdeckError NODE_EXISTS, or why it did not start
   */
  async start(order: NodeOrder): Promise<NodeDescription> {
    const { name, kind, workspace, catalog } = order;
    if (this.nodes.get(name)?.active) throw alreadyRuns(name);
    const node = new TradingNode(newRecord(order), (...change) => this.tell(...change));
    node.temporary = order.temporary ?? false;
    // At once, so that nobody starts a second one of this name meanwhile.
    this.nodes.set(name, node);
    this.orders.set(name, order);
    try {
      const earlier = await this.store.read(name);
      await this.change(node, { starts: (earlier?.starts ?? 0) + 1 });
      const directory = this.store.directory(name);
      const worker = await this.engine.nodeWorker(node.signal, clientsOf(order.resolved), (events) =>
        this.take(node, events),
      );
      node.attach(worker, (reason) => this.lost(node, reason));
      await this.change(node, worker.pid === undefined ? {} : { pid: worker.pid });
      const run_directory = path.join(directory, `session-${randomBytes(4).toString('hex')}`);
      await mkdir(run_directory, { recursive: true });
      const description = await node.call('start_node', {
        ...{ node: name, kind, workspace, directory, run_directory, catalog },
        profile: await this.withVenue(order),
        user_limits: order.userLimits,
      });
      await this.change(node, {
        state: description.state,
        reason: description.reason,
        trader_id: description.trader_id,
        started_at: description.started_at,
      });
      return description;
    } catch (error) {
      await this.failed(node, error);
      node.kill();
      throw error;
    }
  }

  /**
   * Ends a node whose loop does not turn and starts it anew without its strategies, so that somebody is there to cancel
   * what it left at its venues.
   *
   * @throws QuarterdeckError why the new one did not start
   */
  async startAnew(node: TradingNode, reason: string): Promise<TradingNode> {
    const order = this.orders.get(node.name);
    node.kill();
    await this.failed(node, new QuarterdeckError('ENGINE_UNRESPONSIVE', reason, 'A new process took over.'));
    if (!order)
      throw new QuarterdeckError('NODE_NOT_FOUND', `Nobody knows how ${node.name} was started.`, byHand);
    await this.start({ ...order, resolved: { ...order.resolved, strategies: [] } });
    // Whoever started it with its strategies meant those for the next time as well.
    this.orders.set(node.name, order);
    return this.find(node.name);
  }

  private async withVenue({ resolved, workspace }: NodeOrder): Promise<NodeProfile> {
    if (!resolved.practice_venue) return resolved;
    this.practising = workspace;
    return atPracticeVenue(resolved, await practiceVenue(workspace));
  }

  /** Halts, cancels, flattens where asked, stops; a node that does not manage within its time is ended. */
  async stop(node: TradingNode, { flatten, reason, timeoutSeconds, by }: StopOrder): Promise<StopNodeResult> {
    const patience = AbortSignal.timeout((timeoutSeconds + stopGraceSeconds) * 1000);
    patience.addEventListener('abort', () => node.kill(), { once: true });
    const result = await node.call('stop_node', {
      ...{ flatten, reason, timeout_seconds: timeoutSeconds },
      ...(by ? { by } : {}),
    });
    const run_id = await this.keepSession(node).catch((error: unknown) => {
      process.stderr.write(`The session of ${node.name} is not kept: ${String(error)}\n`);
      return undefined;
    });
    await this.change(node, {
      state: 'stopped',
      reason,
      stopped_at: new Date().toISOString(),
      ...(run_id ? { run_id } : {}),
    });
    node.kill();
    return { ...result, ...(run_id ? { run_id } : {}) };
  }

  private async keepSession(node: TradingNode): Promise<string> {
    return keepSession(this.runs, node.record, await node.last('keep_session', {}));
  }

  /** Finds out what became of nodes that a server left running when it died. */
  async recover(): Promise<void> {
    for (const record of await this.store.list()) {
      const node = new TradingNode(record, (...change) => this.tell(...change));
      this.nodes.set(record.node, node);
      if (node.active) void this.settle(node);
    }
  }

  /** Waits for a node without a server to end, and takes down what it says of that. */
  private async settle(node: TradingNode): Promise<void> {
    const deadline = Date.now() + farewellPatienceMs;
    const { pid } = node.record;
    while (pid !== undefined && isAlive(pid) && Date.now() < deadline) await sleep(50);
    const farewell = await takeFarewell(this.store.directory(node.name));
    // Somebody may have started it anew meanwhile.
    if (this.nodes.get(node.name) !== node) return;
    if (!farewell) {
      await this.change(node, {
        state: 'failed',
        reason: 'Server and node ended without a word; the journal says what was open then.',
        stopped_at: new Date().toISOString(),
      });
      return;
    }
    const { stopped, run } = farewell;
    const run_id = run && (await keepSession(this.runs, node.record, run).catch(() => undefined));
    await this.change(node, {
      state: 'stopped',
      reason: whatBecame(stopped),
      stopped_at: new Date().toISOString(),
      ...(run_id ? { run_id } : {}),
    });
  }

  async close(): Promise<void> {
    const stopping = this.all().filter((node) => node.active);
    await Promise.allSettled(
      stopping.map((node) =>
        this.stop(node, {
          flatten: node.record.request.on_server_loss === 'flatten',
          reason: 'The server was stopped.',
          timeoutSeconds: closeSeconds,
        }),
      ),
    );
    for (const node of this.nodes.values()) node.kill();
    if (this.practising) await endPracticeVenue(this.practising);
  }

  private only(): TradingNode {
    const active = this.all().filter((node) => node.active);
    const [node] = active;
    if (node && active.length === 1) return node;
    if (node) {
      throw new QuarterdeckError(
        'NODE_NOT_FOUND',
        'Several nodes are running; say which one is meant.',
        `Give node: ${active.map(({ name }) => `"${name}"`).join(' or ')}.`,
        { path: 'node' },
      );
    }
    throw new QuarterdeckError(
      'NODE_NOT_FOUND',
      'No trading node is running.',
      'Start one with initialize_trading_node; {"profile": "demo"} needs nothing.',
      { path: 'node' },
    );
  }

  private take(node: TradingNode, events: Parameters<TradingNode['take']>[0]): void {
    const before = node.record.state;
    node.take(events);
    if (node.record.state !== before) this.keep(node);
  }

  private lost(node: TradingNode, reason: QuarterdeckError): void {
    if (this.nodes.get(node.name) !== node || !node.active) return;
    void this.failed(node, reason);
  }

  private failed(node: TradingNode, error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    return this.change(node, {
      state: 'failed',
      reason: message,
      stopped_at: new Date().toISOString(),
      ...(error instanceof QuarterdeckError ? { error: error.toObject() } : {}),
    });
  }

  private async change(node: TradingNode, changes: Partial<NodeRecord>): Promise<void> {
    node.record = { ...node.record, ...changes };
    this.tell(node, 'state', node.name);
    await this.store.save(node.record);
  }

  private keep(node: TradingNode): void {
    this.store
      .save(node.record)
      .catch((error: unknown) => process.stderr.write(`node.json of ${node.name}: ${String(error)}\n`));
  }

  private tell(...change: Parameters<NodeListener>): void {
    for (const listener of this.listeners) listener(...change);
  }
}

/** Adds clients to a running node, or connects those it has again. */
export async function connectVenue(
  engine: Engine,
  node: TradingNode,
  params: ConnectVenueParams,
): Promise<NodeDescription> {
  const { venue, data_client, exec_client } = params;
  const variables = engine.signInOf(
    clientsOf({
      ...(data_client ? { data_clients: { [venue]: data_client } } : {}),
      ...(exec_client ? { exec_clients: { [venue]: exec_client } } : {}),
    }),
  );
  // By its input, as everything: an argument or a file would be seen by others.
  if (Object.keys(variables).length > 0) await node.call('take_credentials', { variables });
  return node.call('connect_venue', params);
}

function clientsOf({ data_clients = {}, exec_clients = {}, engine = {} }: NodeProfile): NodeClients {
  const clients = [...Object.values(data_clients), ...Object.values(exec_clients)];
  return {
    adapters: clients.flatMap(({ adapter }) => adapter ?? []),
    hasOwn: clients.some(({ factory }) => factory !== undefined),
    named: Object.values(engine).flatMap(
      (part) => Database.safeParse(part).data?.database.password_env ?? [],
    ),
  };
}

function newRecord({ name, kind, profileName, request }: NodeOrder): NodeRecord {
  return {
    node: name,
    kind,
    state: 'starting',
    reason: null,
    profile: profileName,
    request: withoutSecretValues(request),
    trader_id: null,
    created_at: new Date().toISOString(),
    starts: 1,
  };
}

function whatBecame({ cancelled, closed, orders_left, positions_left }: StopNodeResult): string {
  const left = [...orders_left, ...positions_left];
  return [
    `The server was gone: the node cancelled ${cancelled} orders, closed ${closed} positions and stopped.`,
    ...(left.length > 0 ? [`Still open: ${left.join(', ')}.`] : []),
  ].join(' ');
}

function alreadyRuns(name: string): QuarterdeckError {
  return new QuarterdeckError(
    'NODE_EXISTS',
    `A node "${name}" is running already.`,
    'Use it, stop it with stop_trading_node, or give another name.',
    { path: 'name' },
  );
}
