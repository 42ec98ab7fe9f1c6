import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CallContext } from '../context.ts';
import { readablePath, resolveImportable } from '../files.ts';
import { nameOf } from '../protocol/identity.ts';
import { DeploymentState } from '../protocol/node.ts';
import { DeployStrategyParams, StopStrategyParams } from '../protocol/trading.ts';
import { given, onRealMoney } from './confirmation.ts';
import { nodeArgument } from './nodeArgument.ts';
import { defineTool } from './tool.ts';

/** The file a strategy stands in, where its source names one, and what it says now. */
async function codeOf(source: string, context: CallContext): Promise<{ file?: string; digest: string }> {
  const [, named] = /^(.+\.py):[^:]+$/.exec(source) ?? [];
  if (named === undefined) return { digest: '— (an installed module)' };
  const text = await readFile(readablePath(named, 'source', context));
  return { file: named, digest: createHash('sha256').update(text).digest('hex') };
}

export const deploymentTools = [
  defineTool({
    name: 'deploy_strategy',
    title: 'Deploy a strategy',
    description:
      'Start a NautilusTrader Strategy in a running trading node. Its project is imported anew each time, so an edit is really a new version; strategies that run already keep their own. One that raises is stopped and reported, the node and the others go on. With replace, it takes the place of a running one.',
    toolset: 'node',
    policy: 'trade',
    input: DeployStrategyParams.omit({ by: true }).extend({ node: nodeArgument }),
    output: DeploymentState,
    confirmation: ({ node: name, source, config, replace }, context) =>
      onRealMoney(name, context, async () => {
        const { file = '', digest } = await codeOf(source, context);
        return {
          action: `Let ${source} trade by itself`,
          facts: [
            ...given('File', file || undefined),
            { name: 'SHA-256 of the file', value: digest },
            { name: 'Config', value: JSON.stringify(config) },
            ...given('In place of', replace),
          ],
        };
      }),
    handler({ node, replace, ...item }, context) {
      const by = nameOf(context.session.identity);
      const params = { ...resolveImportable(item, 'source', context), ...(replace ? { replace } : {}), by };
      return context.nodes.find(node).call('deploy_strategy', params);
    },
  }),
  defineTool({
    name: 'stop_strategy',
    title: 'Stop a strategy',
    description:
      'Stop a strategy of a NautilusTrader trading node: cancel its open orders, close its positions where asked (flatten), forget it where asked (remove). The node goes on.',
    toolset: 'node',
    policy: 'trade',
    input: StopStrategyParams.omit({ by: true }).extend({ node: nodeArgument }),
    output: DeploymentState,
    handler: ({ node, ...params }, context) =>
      context.nodes.find(node).call('stop_strategy', { ...params, by: nameOf(context.session.identity) }),
  }),
];
