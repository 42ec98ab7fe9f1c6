import path from 'node:path';
import type { CallContext } from '../context.ts';
import type { FeedTopic } from '../nodes/tradingNode.ts';
import type { NodeTopic } from '../protocol/node.ts';
import { readLines, readLog } from '../runs/log.ts';
import { instrumentOfBarType } from './barType.ts';
import type { Resource } from './resource.ts';
import { countFrom, pageFrom } from './uri.ts';

const complete = { node: completeNode };
const completeInstrument = { node: completeNode, id: instrumentsOf };
const lists = {
  order: 'orders',
  fill: 'fills',
  position: 'positions',
  account: 'accounts',
  strategy: 'strategies',
};
const series = ['quotes', 'trades'] as const;

export const nodeResources: Resource[] = [
  {
    uriTemplate: 'nautilus://nodes',
    name: 'nodes',
    title: 'Trading nodes',
    description: 'Every trading node of this workspace and its state.',
    async read(_variables, _query, context) {
      return {
        nodes: context.nodes.all().map(({ record: { request: _, ...record } }) => ({
          ...record,
          uri: nodeUri(record.node),
        })),
      };
    },
  },
  {
    uriTemplate: 'nautilus://nodes/{node}',
    name: 'node',
    title: 'Trading node',
    description: 'A trading node: state, venues, instruments, strategies, counts.',
    complete,
    async list(context) {
      return context.nodes
        .all()
        .map(({ name, record }) => ({ uri: nodeUri(name), name: `Node ${name} (${record.state})` }));
    },
    async read({ node: name }, _query, context) {
      const node = context.nodes.find(name ?? '');
      return node.active ? node.call('describe_node', {}, { signal: context.signal }) : node.record;
    },
  },
  ...Object.entries(lists).map(
    ([topic, plural]): Resource => ({
      uriTemplate: `nautilus://nodes/{node}/${plural}{?after,limit}`,
      name: `node-${plural}`,
      title: `Node ${plural}`,
      description: `The ${plural} of a trading node as they are now, in the order they last changed; ?after=<next of the page before> gives what changed since.`,
      complete,
      async read({ node }, query, context) {
        const { after, limit } = pageFrom(query, {
          usual: 200,
          most: 1000,
          furthest: Number.MAX_SAFE_INTEGER,
        });
        return context.nodes.find(node ?? '').feeds[topic as FeedTopic].read(after, limit);
      },
    }),
  ),
  {
    uriTemplate: 'nautilus://nodes/{node}/audit{?after,limit}',
    name: 'node-audit',
    title: 'Node audit log',
    description:
      'The audit log of a trading node, hash-chained, oldest first: what was asked, what left, what was refused, halts and limits. ?after=<lines to skip>&limit=<lines>.',
    complete,
    async read({ node }, query, context) {
      const { after, limit } = pageFrom(query, { usual: 200, most: 1000, furthest: Number.MAX_SAFE_INTEGER });
      return readLines(
        path.join(context.nodes.store.directory(context.nodes.find(node ?? '').name), 'audit.jsonl'),
        after,
        limit,
      );
    },
  },
  {
    uriTemplate: 'nautilus://nodes/{node}/log{?after,limit}',
    name: 'node-log',
    title: 'Node log',
    description:
      'The log of a trading node, oldest first: the engine’s own JSON lines. ?after=<lines to skip>&limit=<lines>.',
    complete,
    async read({ node }, query, context) {
      const { after, limit } = pageFrom(query, { usual: 200, most: 1000, furthest: Number.MAX_SAFE_INTEGER });
      return readLog(context.nodes.store.directory(context.nodes.find(node ?? '').name), after, limit);
    },
  },
  ...series.map(
    (kind): Resource => ({
      uriTemplate: `nautilus://nodes/{node}/${kind}/{id}{?history}`,
      name: `node-${kind}`,
      title: `Node ${kind}`,
      description: `Latest ${kind} of an instrument in a trading node, oldest first: ?history=<how many>.`,
      complete: completeInstrument,
      async read({ node, id }, query, context) {
        const history = countFrom(query, 'history', { min: 1, max: 500 }) ?? 50;
        const data = await marketData({ instrument_id: id ?? '', history }, node, context);
        return { instrument_id: data.instrument_id, synthetic: data.synthetic, rows: data[kind] ?? [] };
      },
    }),
  ),
  {
    uriTemplate: 'nautilus://nodes/{node}/bars/{bar_type}{?history}',
    name: 'node-bars',
    title: 'Node bars',
    description: 'Latest bars of a bar type in a trading node, oldest first: ?history=<how many>.',
    complete,
    async read({ node, bar_type = '' }, query, context) {
      const history = countFrom(query, 'history', { min: 1, max: 500 }) ?? 50;
      const instrument_id = instrumentOfBarType(bar_type);
      const data = await marketData({ instrument_id, bar_type, history }, node, context);
      return { bar_type, synthetic: data.synthetic, rows: data.bar_history ?? [] };
    },
  },
  {
    uriTemplate: 'nautilus://nodes/{node}/book/{id}{?depth}',
    name: 'node-book',
    title: 'Node order book',
    description: 'Order book of an instrument in a trading node: ?depth=<levels>.',
    complete: completeInstrument,
    async read({ node, id }, query, context) {
      const depth = countFrom(query, 'depth', { min: 1, max: 100 }) ?? 10;
      const { instrument_id, synthetic, book, quote } = await marketData(
        { instrument_id: id ?? '', depth },
        node,
        context,
      );
      return { instrument_id, synthetic, book, quote };
    },
  },
];

export function nodeUri(node: string): string {
  return `nautilus://nodes/${encodeURIComponent(node)}`;
}

/** The addresses whose content one change in a node alters. */
export function changedUris(node: string, topic: NodeTopic, key: string): string[] {
  const uri = nodeUri(node);
  if (topic === 'state') return ['nautilus://nodes', uri];
  if (topic === 'log') return [`${uri}/log`];
  if (topic !== 'market') return [uri, `${uri}/${lists[topic]}`];
  const id = encodeURIComponent(key);
  return [...series.map((kind) => `${uri}/${kind}/${id}`), `${uri}/book/${id}`, `${uri}/bars/${id}`];
}

type MarketParams = { instrument_id: string; bar_type?: string; history?: number; depth?: number };

function marketData(params: MarketParams, node: string | undefined, context: CallContext) {
  return context.nodes.find(node).call('get_market_data', params, { signal: context.signal });
}

export async function completeNode(prefix: string, context: CallContext): Promise<string[]> {
  return context.nodes
    .all()
    .map(({ name }) => name)
    .filter((name) => name.startsWith(prefix));
}

/** Instruments of the node that was chosen, while it runs. */
async function instrumentsOf(prefix: string, context: CallContext, { node: name }: Record<string, string>) {
  const node = context.nodes.find(name);
  if (!node.active) return [];
  const { instruments } = await node.call('describe_node', {}, { signal: context.signal });
  return instruments.filter((id) => id.startsWith(prefix));
}
