import type { Confirmation } from '../approvals/question.ts';
import type { CallContext } from '../context.ts';

/** What a person must confirm before a call that may move real money; nothing for a node whose fills are simulated. */
export function confirmWhenLive(
  node: string | undefined,
  context: CallContext,
  action: string,
  facts: Record<string, string | undefined>,
): Confirmation | undefined {
  const { record } = context.nodes.find(node);
  if (record.kind !== 'live') return undefined;
  const known = Object.entries({ node: record.node, account: record.trader_id ?? undefined, ...facts });
  return {
    action,
    facts: known.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }])),
  };
}
