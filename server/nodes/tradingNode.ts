import type { EngineWorker } from '../engine/worker.ts';
import type { EngineParams, EngineResult, NodeMethod } from '../protocol/engine.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import { type NodeEvent, type NodeRecord, NodeState, type NodeTopic } from '../protocol/node.ts';
import { ChangeFeed } from './feed.ts';

export interface CallOptions {
  signal?: AbortSignal;
}

/** Topics whose latest states are kept for resources, in the order they last changed. */
export const feedTopics = ['order', 'fill', 'position', 'account', 'strategy'] as const;
export type FeedTopic = (typeof feedTopics)[number];

const activeStates: readonly NodeState[] = ['starting', 'running', 'degraded', 'halted', 'stopping'];

/** Hears what changes in a node; `data` is how it is now, or the line of its log. */
export type NodeListener = (
  node: TradingNode,
  topic: NodeTopic,
  key: string,
  data?: NodeEvent['data'],
) => void;

/** One trading node: its process, what it says, and what is known of it when it is gone. */
export class TradingNode {
  readonly feeds: Record<FeedTopic, ChangeFeed> = {
    order: new ChangeFeed(),
    fill: new ChangeFeed(),
    position: new ChangeFeed(),
    account: new ChangeFeed(),
    strategy: new ChangeFeed(),
  };
  /** Latest quote, trade, bars and book by instrument. */
  readonly markets = new ChangeFeed();
  private readonly abort = new AbortController();
  private worker: EngineWorker | undefined;
  /** See NodeOrder. */
  temporary = false;

  constructor(
    public record: NodeRecord,
    private readonly changed: NodeListener,
  ) {}

  get name(): string {
    return this.record.node;
  }

  get active(): boolean {
    return activeStates.includes(this.record.state);
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  get pid(): number | undefined {
    return this.worker?.pid;
  }

  /** Takes over the process; `lost` is called when it ends, with why. */
  attach(worker: EngineWorker, lost: (reason: QuarterdeckError) => void): void {
    this.worker = worker;
    void worker.lost.then(lost);
  }

  /**
   * Calls a method of the node; calls run side by side.
   *
   * @throws QuarterdeckError NODE_NOT_RUNNING, what the node answers, or why it could not
   */
  async call<M extends NodeMethod>(
    method: M,
    params: EngineParams<M>,
    options: CallOptions = {},
  ): Promise<EngineResult<M>> {
    if (!this.worker || !this.active) throw notRunning(this.record);
    return this.worker.call(method, params, options);
  }

  /** Calls a method of a node that has stopped and whose process is still there. */
  async last<M extends NodeMethod>(method: M, params: EngineParams<M>): Promise<EngineResult<M>> {
    if (!this.worker) throw notRunning(this.record);
    return this.worker.call(method, params);
  }

  /** Ends the process, whatever it is doing. */
  kill(): void {
    this.abort.abort();
  }

  /** Takes in what the node says, in order. */
  take(events: NodeEvent[]): void {
    for (const { topic, key, seq, data } of events) {
      if (topic === 'state') {
        const state = NodeState.safeParse(data.state).data;
        if (state) this.record = { ...this.record, state, reason: textOrNull(data.reason) };
      } else if (topic === 'market') {
        this.markets.put({ seq, key, data });
        for (const barType of Object.keys(data.bars ?? {})) this.changed(this, 'market', barType);
      } else if (topic !== 'log') {
        this.feeds[topic].put({ seq, key, data });
      }
      this.changed(this, topic, key, data);
    }
  }
}

function notRunning({ node, state, reason }: NodeRecord): QuarterdeckError {
  return new QuarterdeckError(
    'NODE_NOT_RUNNING',
    `The node ${node} is ${state}${reason ? `: ${reason}` : '.'}`,
    `Start it again with initialize_trading_node {"name": "${node}"}.`,
    { path: 'node' },
  );
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
