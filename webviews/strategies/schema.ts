import * as z from 'zod';

/** A field of a strategy's config as the form shows it. */
export interface Field {
  name: string;
  kind: 'boolean' | 'integer' | 'number' | 'decimal' | 'choice' | 'instrument' | 'bars' | 'text' | 'json';
  required: boolean;
  nullable: boolean;
  default: unknown;
  choices: string[];
  /** Of the class itself rather than of all strategies. */
  own: boolean;
  minimum?: number | undefined;
}

const Property = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z
    .array(
      z.looseObject({
        type: z.string().optional(),
        $ref: z.string().optional(),
        format: z.string().optional(),
      }),
    )
    .optional(),
  $ref: z.string().optional(),
  default: z.unknown().optional(),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
});
type Property = z.infer<typeof Property>;
const Definition = z.looseObject({
  properties: z.record(z.string(), Property).default({}),
  required: z.array(z.string()).default([]),
  enum: z.array(z.unknown()).optional(),
});
const Schema = z.looseObject({
  $ref: z.string().optional(),
  $defs: z.record(z.string(), z.unknown()).default({}),
});

/** The fields of a config from its JSON schema; `own` are the names the class itself declares. */
export function fieldsOf(schema: unknown, own: ReadonlySet<string>): Field[] {
  const whole = Schema.parse(schema);
  const definition = (ref: string | undefined) =>
    Definition.parse(whole.$defs[ref?.split('/').at(-1) ?? ''] ?? (ref ? {} : whole));
  const root = definition(whole.$ref);
  return Object.entries(root.properties).map(([name, property]): Field => {
    const parts = property.anyOf ?? [property];
    const nullable = parts.some(({ type }) => type === 'null');
    const main = parts.find(({ type }) => type !== 'null') ?? property;
    const choices = (property.enum ?? (main.$ref ? definition(main.$ref).enum : undefined) ?? []).map(String);
    return {
      name,
      kind: kindOf(name, main, choices),
      required: root.required.includes(name),
      nullable,
      default: property.default,
      choices,
      own: own.size === 0 || own.has(name),
      minimum:
        property.minimum ??
        (property.exclusiveMinimum === undefined ? undefined : property.exclusiveMinimum + 1),
    };
  });
}

function kindOf(name: string, { type, format, $ref }: Property, choices: string[]): Field['kind'] {
  if (choices.length > 0) return 'choice';
  if (type === 'boolean') return 'boolean';
  if (type === 'integer') return 'integer';
  if (type === 'number') return 'number';
  if (format === 'decimal') return 'decimal';
  if (type === 'array' || type === 'object' || $ref) return 'json';
  if (/(^|_)instrument_id$/.test(name)) return 'instrument';
  return /(^|_)bar_type$/.test(name) ? 'bars' : 'text';
}

/** What a person typed as the value the config takes. @throws Error that says what is wrong */
export function parseValue(field: Field, text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') {
    if (field.nullable) return null;
    throw new Error('is needed');
  }
  if (field.kind === 'json') return JSON.parse(trimmed);
  if (field.kind !== 'integer' && field.kind !== 'number' && field.kind !== 'decimal') return trimmed;
  const plain = trimmed.replaceAll(',', '');
  const value = Number(plain);
  if (!Number.isFinite(value) || !/^-?[\d.]+$/.test(plain)) throw new Error('is no number');
  if (field.kind === 'integer' && !Number.isInteger(value)) throw new Error('is no whole number');
  if (field.minimum !== undefined && value < field.minimum) throw new Error(`is less than ${field.minimum}`);
  return field.kind === 'decimal' ? plain : value;
}

/** How a value stands in its field. */
export function writeValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
