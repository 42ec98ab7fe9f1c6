import * as z from 'zod';

/** The vocabulary both sides of the Python line speak. Money, prices and quantities never travel as numbers. */
export const Decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe('Decimal number as a string, for example "1000000.25".');

export const Nanoseconds = z
  .string()
  .regex(/^\d{1,20}$/)
  .describe('Nanoseconds since 1970-01-01 UTC as a string: as a JSON number it would be rounded.');

export const Time = z
  .string()
  .min(4)
  .describe('ISO-8601 time, UTC by default ("2024-01-31T14:30:00Z"), or nanoseconds as a string.');

export const Json = z.record(z.string(), z.unknown());

export const Count = z.int().min(0);

/** Something the engine imports by name: a strategy, an actor, a module, a model. */
export const Importable = z
  .strictObject({
    source: z
      .string()
      .min(1)
      .describe(
        '"path/to/file.py:Class" relative to the workspace, or "package.module:Class". ' +
          'NautilusTrader\'s own classes work too: "nautilus_trader.examples.strategies.ema_cross:EMACross".',
      ),
    config: Json.default({}).describe(
      'Fields of its config class; a field that wants a table takes {"file": path}.',
    ),
    config_path: z
      .string()
      .optional()
      .describe('Config class as "module:Class"; found from the class itself when left out.'),
  })
  .meta({ id: 'Importable' });
export type Importable = z.infer<typeof Importable>;

export const Warning = z
  .strictObject({
    code: z.string(),
    message: z.string(),
    next_step: z.string(),
  })
  .meta({ id: 'Warning' });
export type Warning = z.infer<typeof Warning>;

export const InstrumentSpec = z
  .union([z.string(), Json])
  .describe(
    'Instrument id known to the catalog ("EUR/USD.SIM"), NautilusTrader\'s to_dict() form (nanoseconds as strings), ' +
      '{"template": "fx|equity|crypto|future|…", "id": "EUR/USD.SIM"}, ' +
      'or {"file": "definitions.dbn.zst"}: the definitions of a Databento file.',
  );
export type InstrumentSpec = z.infer<typeof InstrumentSpec>;

export const CatalogName = z
  .string()
  .optional()
  .describe('Data catalog: name in quarterdeck.json, path or fsspec URL; default the workspace’s.');

export const Mode = z
  .enum(['auto', 'sync', 'async'])
  .describe(
    'auto waits up to 45 s and then answers status "running" with the id; sync waits; async answers at once.',
  );
