import * as z from 'zod';
import { catalogPath } from '../files.ts';
import { Count } from '../protocol/values.ts';
import { namedCatalogs } from '../settings.ts';
import { defineTool } from './tool.ts';

export const environmentTools = [
  defineTool({
    name: 'get_environment',
    title: 'Engine environment',
    description:
      'NautilusTrader engine environment: versions of nautilus_trader and Python, where they are, the workspace, its catalog, and how many backtests run or wait. Call it first when something does not work.',
    toolset: 'environment',
    policy: 'read',
    input: z.strictObject({}),
    output: z.strictObject({
      quarterdeck: z.string(),
      nautilus_trader: z.string(),
      python: z.string(),
      executable: z.string(),
      origin: z.string().describe('How the Python environment was found.'),
      platform: z.string(),
      packages: z.record(z.string(), z.string()),
      workspace: z.string(),
      catalog: z.string().describe('Used when a call names none.'),
      catalogs: z.record(z.string(), z.string()).describe('Named in quarterdeck.json.'),
      runs: z.strictObject({ running: Count, queued: Count }),
      read_only: z.boolean(),
    }),
    async handler(_args, context) {
      const [engine, environment] = await Promise.all([
        context.engine.environment({ signal: context.signal }),
        context.environment(),
      ]);
      return {
        ...engine,
        quarterdeck: context.version,
        origin: environment.origin,
        workspace: context.workspace,
        catalog: catalogPath(undefined, context),
        catalogs: namedCatalogs(context.workspace),
        runs: context.engine.load,
        read_only: context.session.readOnly,
      };
    },
  }),
];
