import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Confirmation } from '../approvals/question.ts';
import type { CallContext } from '../context.ts';
import type { Nodes } from '../nodes/registry.ts';
import type { TradingNode } from '../nodes/tradingNode.ts';
import type { EngineParams } from '../protocol/engine.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import { nameOf } from '../protocol/identity.ts';
import { HaltTradingResult, RiskLimits, RiskState } from '../protocol/risk.ts';
import { nodeArgument } from './nodeArgument.ts';
import { defineTool } from './tool.ts';

/** How long cancelling may take; the switch itself is thrown when the node reads the request. */
const haltSeconds = 5;
/** A node that has answered nothing at all by then has a loop that does not turn: its process is ended. */
const silentMs = 3_000;
/** So is one whose loop turns and which has not halted by then. */
const blockedMs = 8_000;
/** How long a call waits for the successor of a blocked node; clients give up after a minute. */
const recoveryMs = 35_000;

type HaltParams = EngineParams<'halt_trading'>;

export const riskTools = [
  defineTool({
    name: 'get_risk',
    title: 'Risk state and limits',
    description:
      'Risk limits of a NautilusTrader trading node and how far they are used: trading state (ACTIVE, REDUCING, HALTED), notional per order and day, position size, order rate, price band, daily loss, allowed instruments; how many orders were refused.',
    toolset: 'risk',
    policy: 'read',
    input: z.strictObject({ node: nodeArgument }),
    output: RiskState,
    handler: ({ node }, context) => context.nodes.find(node).call('get_risk', {}, { signal: context.signal }),
  }),
  defineTool({
    name: 'set_risk_limits',
    title: 'Change risk limits',
    description:
      'Change the risk limits of a NautilusTrader trading node: those given, the others stay; null is no limit. Tightening is done at once, loosening only after a person has confirmed it. They hold for orders of strategies and tools alike, and after a restart.',
    toolset: 'risk',
    policy: 'trade',
    input: RiskLimits.extend({ node: nodeArgument }),
    output: RiskState,
    async confirmation({ node: name, ...limits }, context) {
      const node = context.nodes.find(name);
      const { fields } = await node.call('looser_limits', { limits }, { signal: context.signal });
      if (fields.length === 0) return undefined;
      const { limits: before } = await node.call('get_risk', {}, { signal: context.signal });
      const facts = fields.map((field) => ({
        name: field,
        value: `${shown(before, field)} → ${shown(limits, field)}`,
      }));
      return asked(`Loosen the risk limits of node ${node.name}`, node, facts);
    },
    handler: ({ node, ...limits }, context) =>
      context.nodes
        .find(node)
        .call(
          'set_risk_limits',
          { limits, by: nameOf(context.session.identity) },
          { signal: context.signal },
        ),
  }),
  defineTool({
    name: 'halt_trading',
    title: 'Halt trading (kill switch)',
    description:
      'Kill switch of a NautilusTrader trading node: halt all trading, of every node when none is named. New orders are refused from this moment, working ones are cancelled, positions are closed where asked (flatten). HALTED lets only cancels through, REDUCING also what makes a position smaller. Works in read-only sessions, survives a restart, needs no confirmation.',
    toolset: 'risk',
    policy: 'trade',
    always: true,
    input: z.strictObject({
      node: z.string().optional().describe('Trading node; every running one when left out.'),
      state: z.enum(['HALTED', 'REDUCING']).default('HALTED'),
      flatten: z.boolean().default(false).describe('Close open positions as well.'),
      reason: z.string().max(500).optional(),
    }),
    output: z.strictObject({
      nodes: z.array(
        HaltTradingResult.partial().extend({
          node: z.string(),
          process_ended: z
            .boolean()
            .optional()
            .describe('Its loop did not answer: its process was ended, another cancelled its orders.'),
          message: z.string().optional(),
          steps: z.array(z.strictObject({ at: z.string(), done: z.string() })).optional(),
        }),
      ),
    }),
    async handler({ node, state, flatten, reason }, context) {
      const nodes = node === undefined ? running(context) : [context.nodes.find(node)];
      const by = nameOf(context.session.identity);
      const params = {
        ...{ state, flatten, by, timeout_seconds: haltSeconds },
        reason: reason ?? `Halted by ${by}.`,
      };
      return { nodes: await Promise.all(nodes.map((one) => halt(one, params, context))) };
    },
  }),
  defineTool({
    name: 'resume_trading',
    title: 'Resume trading',
    description:
      'Resume trading of a NautilusTrader trading node after a halt. Only a person can: it is asked for confirmation first.',
    toolset: 'risk',
    policy: 'trade',
    input: z.strictObject({ node: nodeArgument }),
    output: RiskState,
    async confirmation({ node: name }, context) {
      const node = context.nodes.find(name);
      const { state, since, by, reason } = await node.call('get_risk', {}, { signal: context.signal });
      if (state === 'ACTIVE') return undefined;
      return asked(`Let orders leave node ${node.name} again`, node, [
        { name: 'State', value: `${state} since ${since ?? '—'}` },
        { name: 'Halted by', value: by ?? '—' },
        { name: 'Reason', value: reason ?? '—' },
      ]);
    },
    handler: ({ node }, context) =>
      context.nodes
        .find(node)
        .call('resume_trading', { by: nameOf(context.session.identity) }, { signal: context.signal }),
  }),
];

/** Halts one node; one whose loop is blocked is ended, and another takes its place to cancel what it left. */
async function halt(node: TradingNode, params: HaltParams, { nodes }: CallContext) {
  const asked = new Date();
  const answer = callHalt(node, params);
  answer.catch(() => undefined);
  if (await turns(node, answer)) {
    const late = sleep(blockedMs).then(() => undefined);
    const result = await Promise.race([answer, late]);
    if (result) return { node: node.name, ...result };
  }
  const steps = [step('new orders are refused, as soon as the node has read this', asked)];
  const reason = `${node.name} did not answer a halt: its loop is blocked.`;
  const work = recover(node, params, nodes, reason, steps);
  const answered = await Promise.race([work, sleep(recoveryMs).then(() => undefined)]);
  return {
    ...{ node: node.name, process_ended: true, steps },
    ...(answered ?? {
      message: `${reason} Its successor is still on its way; get_trading_node says how far.`,
    }),
  };
}

/** Starts a successor without strategies, halted, and has it cancel what is open. */
async function recover(
  node: TradingNode,
  params: HaltParams,
  nodes: Nodes,
  reason: string,
  steps: ReturnType<typeof step>[],
) {
  try {
    const starting = nodes.startAnew(node, reason);
    steps.push(step('the process was ended, and its strategies with it'));
    const successor = await starting;
    steps.push(step('a new process is connected, without strategies, and knows the orders from its venues'));
    const result = await callHalt(successor, params);
    steps.push(step(`${result.cancelled} orders were cancelled, ${result.closed} positions closed`));
    return {
      ...result,
      message: `${reason} A new process without strategies took its place and stays halted.`,
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    steps.push(step('no new process could take its place'));
    const where = node.record.kind === 'demo' ? '' : ' What is open at the venue has to be cancelled there.';
    return { message: `${reason} It was ended, but its successor did not cancel its orders: ${why}${where}` };
  }
}

/** Whether a node's loop turns: it answers something small, or the halt itself. */
async function turns(node: TradingNode, answer: Promise<unknown>): Promise<boolean> {
  const small = node.call('get_risk', {}).catch(() => undefined);
  const silent = sleep(silentMs).then(() => 'silent');
  return (await Promise.race([small, answer.catch(() => undefined), silent])) !== 'silent';
}

function step(done: string, at = new Date()) {
  return { at: at.toISOString(), done };
}

function callHalt(node: TradingNode, params: HaltParams) {
  return node.call('halt_trading', params);
}

function running(context: CallContext): TradingNode[] {
  const active = context.nodes.all().filter((node) => node.active);
  if (active.length > 0) return active;
  throw new QuarterdeckError(
    'NODE_NOT_FOUND',
    'No trading node is running, so there is nothing to halt.',
    'list_orders and get_trading_node say what became of earlier nodes.',
  );
}

function asked(action: string, node: TradingNode, facts: Confirmation['facts']): Confirmation {
  const kind = { name: 'Node', value: `${node.name} (${node.record.kind})` };
  return { action, facts: [kind, ...facts], ...(node.record.kind === 'live' ? {} : { paper: true }) };
}

function shown(limits: RiskLimits, field: string): string {
  const value = Object.entries(limits).find(([name]) => name === field)?.[1];
  return value === null || value === undefined ? 'no limit' : JSON.stringify(value).replaceAll('"', '');
}
