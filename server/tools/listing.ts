import type { JsonSchema, Tool } from './tool.ts';

/** Where the full schema of a tool's arguments can be read. */
export function schemaUri(tool: string): string {
  return `nautilus://schemas/${tool}`;
}

/** Of shapes with many fields those that most calls need; the others are understood as ever, but not shown in the list. */
const usualFields: Record<string, readonly string[]> = {
  DataItem: [
    ...['file', 'bid_file', 'ask_file', 'as', 'instrument', 'bar_type', 'columns', 'timestamp'],
    ...['data_type', 'instrument_id', 'start', 'end'],
  ],
  BacktestVenue: [
    ...['name', 'oms_type', 'account_type', 'starting_balances', 'base_currency', 'default_leverage'],
    ...['book_type', 'fill_model', 'fee_model', 'latency_model'],
  ],
};

const longestPattern = 40;

/**
 * The schema of a tool's arguments as a list of tools shows it: what models read on every turn, so without what they do
 * not need to make a call. The tool itself accepts and checks what its full schema says.
 */
export function listedSchema(tool: Tool): JsonSchema {
  const full = tool.inputSchema();
  const { $defs, ...shown } = objectOf(shorten(full));
  const shapes = mapped($defs, (shape, name) => usualPart(shape, usualFields[name], tool.name));
  const properties = objectOf(shown.properties);
  for (const [name, description] of Object.entries(tool.brief)) {
    const { type } = objectOf(properties[name]);
    if (!(name in properties)) continue;
    // An array must say that it has items: VS Code offers no tool of a server whose lists do not.
    const rest = type === 'array' ? { items: {} } : {};
    properties[name] = { ...(type === undefined ? {} : { type }), ...rest, description };
  }
  const listed = { ...shown, properties };
  const defs = neededBy(listed, shapes);
  return {
    ...listed,
    ...(full.additionalProperties === false ? { additionalProperties: false } : {}),
    ...(Object.keys(defs).length > 0 ? { $defs: defs } : {}),
    type: 'object',
  };
}

function shorten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shorten);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, child]) => !isNoise(key, child));
  return Object.fromEntries(
    kept.map(([key, child]) => [key, key === 'properties' ? mapped(child, shorten) : shorten(child)]),
  );
}

function usualPart(shape: unknown, fields: readonly string[] | undefined, tool: string): unknown {
  if (!fields) return shape;
  const { properties, ...rest } = objectOf(shape);
  const shown = Object.entries(objectOf(properties)).filter(([name]) => fields.includes(name));
  const description = `More fields: resource ${schemaUri(tool)}.`;
  return { ...rest, description, properties: Object.fromEntries(shown) };
}

function isNoise(key: string, child: unknown): boolean {
  if (key === 'additionalProperties') return child === false || isEmpty(child);
  if (key === 'minimum' || key === 'maximum') return Math.abs(Number(child)) >= Number.MAX_SAFE_INTEGER;
  if (key === 'pattern') return String(child).length > longestPattern;
  if (key === 'default') return Array.isArray(child) && child.length === 0;
  return key === 'minLength' || key === 'propertyNames' || key === 'id';
}

/** The definitions that a schema refers to, and those that these refer to. */
function neededBy(schema: unknown, definitions: Record<string, unknown>): Record<string, unknown> {
  const needed = new Set<string>();
  const visit = (value: unknown) => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/\$defs\/([^"]+)"/g)) {
      if (needed.has(name)) continue;
      needed.add(name);
      visit(definitions[name] ?? null);
    }
  };
  visit(schema);
  return Object.fromEntries(Object.entries(definitions).filter(([name]) => needed.has(name)));
}

function mapped(value: unknown, change: (child: unknown, key: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(objectOf(value)).map(([key, child]) => [key, change(child, key)]));
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
