import { closestMatch } from 'leven';
import type * as z from 'zod';
import { QuarterdeckError } from '../protocol/errors.ts';

/** What is wrong with a tool's arguments, where, and what was probably meant. */
export function invalidArguments(error: z.ZodError, schema: unknown): QuarterdeckError {
  const issue = error.issues[0];
  if (!issue)
    return new QuarterdeckError(
      'INVALID_ARGUMENTS',
      'The arguments are not valid.',
      'See the tool’s schema.',
    );
  const path = issue.path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key),
    '',
  );
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const at = path ? `${path}.${key}` : key;
    return new QuarterdeckError(
      'INVALID_ARGUMENTS',
      `"${at}" is not a known argument.`,
      unknownKeyAdvice(key, schema),
      { path: at },
    );
  }
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : '';
  return new QuarterdeckError(
    'INVALID_ARGUMENTS',
    `${path || 'arguments'}: ${issue.message}${more}.`,
    'Correct it and call again.',
    {
      ...(path ? { path } : {}),
    },
  );
}

function unknownKeyAdvice(key: string, schema: unknown): string {
  const maxDistance = Math.max(2, Math.floor(key.length / 3));
  const close = closestMatch(key, [...propertyNames(schema)], { maxDistance });
  return close ? `Did you mean "${close}"?` : 'Leave it out; the tool’s schema lists what it takes.';
}

/** Names of all properties of a schema, at any depth: enough to catch a misspelling. */
function propertyNames(schema: unknown): Set<string> {
  const names = new Set<string>();
  if (typeof schema !== 'object' || schema === null) return names;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties' && typeof value === 'object' && value !== null) {
      for (const name of Object.keys(value)) names.add(name);
    }
    for (const name of propertyNames(value)) names.add(name);
  }
  return names;
}
