import type { CallContext } from '../context.ts';
import { tools } from '../tools/index.ts';
import { schemaUri } from '../tools/listing.ts';
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
  {
    uriTemplate: schemaUri('{tool}'),
    name: 'schema',
    title: 'Schema of a tool',
    description: 'Every argument of a tool as JSON Schema; a list of tools shows the usual ones.',
    complete: {
      tool: async (prefix) => tools.map(({ name }) => name).filter((name) => name.startsWith(prefix)),
    },
    async read({ tool: wanted = '' }) {
      const tool = tools.find(({ name }) => name === wanted);
      if (!tool) throw unknownResource(schemaUri(wanted));
      return tool.inputSchema();
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
