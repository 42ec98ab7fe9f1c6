import type { CallContext } from '../context.ts';
import { tools } from '../tools/index.ts';
import { catalogResources } from './catalogs.ts';
import { nodeResources } from './nodes.ts';
import { matchTemplate, type Resource } from './resource.ts';
import { runResources } from './runs.ts';
import { parseUri, unknownResource } from './uri.ts';

/** Every resource there is, in the order clients see them. */
export const resources: readonly Resource[] = [
  {
    uriTemplate: 'nautilus://environment',
    name: 'environment',
    title: 'Engine environment',
    description: 'What get_environment answers: versions, paths, catalog, load.',
    async read(_variables, _query, context) {
      return tools.find((tool) => tool.name === 'get_environment')?.call({}, context);
    },
  },
  ...catalogResources,
  ...runResources,
  ...nodeResources,
];

/** Reads the resource at `uri`. @throws QuarterdeckError */
export async function readResource(uri: string, context: CallContext, table = resources): Promise<unknown> {
  const { segments, query } = parseUri(uri);
  for (const resource of table) {
    const variables = matchTemplate(resource.uriTemplate, segments);
    if (variables) return resource.read(variables, query, context);
  }
  throw unknownResource(uri);
}
