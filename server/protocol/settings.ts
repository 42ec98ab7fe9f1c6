import * as z from 'zod';
import { BacktestRequest } from './backtest.ts';
import { DataItem } from './data.ts';
import { NodeProfile } from './node.ts';
import { RiskLimits } from './risk.ts';

/** The name by which a call or an address means the catalog that is used when none is named. */
export const defaultCatalog = 'default';

/** Arguments of `run_backtest` but for the strategies; the engine's own names for them are understood as well. */
export const BacktestDefaults = z
  .looseObject({ ...BacktestRequest.partial().shape, data: z.array(DataItem).min(1) })
  .describe('What a backtest started in the editor runs on: arguments of run_backtest but the strategies.');

const PythonName = z
  .string()
  .optional()
  .describe('Python with nautilus_trader: an interpreter, a folder of an environment, or a command.');

/** `config.json` in the user data folder: what no workspace may overrule. */
export const UserSettings = z.strictObject({
  $schema: z.string().optional(),
  python: PythonName,
  profiles: z
    .record(z.string(), NodeProfile.extend({ risk: RiskLimits.optional() }))
    .default({})
    .describe('Trading nodes by name.'),
  risk: z
    .strictObject({ live: RiskLimits.optional(), simulated: RiskLimits.optional() })
    .default({})
    .describe('Limits of nodes with real money and of simulated ones; a workspace may only tighten them.'),
});
export type UserSettings = z.infer<typeof UserSettings>;

/** `quarterdeck.json` in the workspace. Its JSON Schema, with which editors complete it, is made from this. */
export const WorkspaceSettings = z
  .strictObject({
    $schema: z.string().optional(),
    python: PythonName,
    catalogs: z
      .record(
        z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'is no name (letters, digits, _ and -)'),
        z.string().min(1).describe('Folder, relative to the workspace, or fsspec URL.'),
      )
      .default({})
      .describe(
        `Data catalogs by name, as "catalog" takes them; "${defaultCatalog}" is used when none is named. Read-only unless named as the target of an import.`,
      ),
    profiles: z.record(z.string(), NodeProfile).default({}).describe('Trading nodes by name.'),
    defaults: z
      .strictObject({ backtest: BacktestDefaults.optional() })
      .default({})
      .describe('What is used where a command names nothing.'),
  })
  .meta({ title: 'Settings of Quarterdeck for this workspace' });
export type WorkspaceSettings = z.infer<typeof WorkspaceSettings>;
