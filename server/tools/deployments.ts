import { resolveImportable } from '../files.ts';
import { DeploymentState } from '../protocol/node.ts';
import { DeployStrategyParams, StopStrategyParams } from '../protocol/trading.ts';
import { nodeArgument } from './nodeArgument.ts';
import { defineTool } from './tool.ts';

export const deploymentTools = [
  defineTool({
    name: 'deploy_strategy',
    title: 'Deploy a strategy',
    description:
      'Start a NautilusTrader Strategy in a running trading node. Its project is imported anew each time, so an edit is really a new version; strategies that run already keep their own. One that raises is stopped and reported, the node and the others go on. With replace, it takes the place of a running one.',
    toolset: 'node',
    policy: 'trade',
    input: DeployStrategyParams.extend({ node: nodeArgument }),
    output: DeploymentState,
    handler({ node, replace, ...item }, context) {
      const params = { ...resolveImportable(item, 'source', context), ...(replace ? { replace } : {}) };
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
    input: StopStrategyParams.extend({ node: nodeArgument }),
    output: DeploymentState,
    handler: ({ node, ...params }, context) => context.nodes.find(node).call('stop_strategy', params),
  }),
];
