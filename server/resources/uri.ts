import { QuarterdeckError } from '../protocol/errors.ts';

/** A parsed `nautilus://` address: decoded path segments and query. */
export interface ResourceUri {
  segments: string[];
  query: URLSearchParams;
}

/**
 * Parses an address. Ids are percent-encoded (`EUR%2FUSD.SIM`); the query is optional, in any order.
 *
 * @throws QuarterdeckError UNKNOWN_RESOURCE
 */
export function parseUri(uri: string): ResourceUri {
  const match = /^nautilus:\/\/([^?#]*)(?:\?([^#]*))?$/.exec(uri);
  if (!match) throw unknownResource(uri);
  try {
    const segments = (match[1] ?? '').split('/').filter(Boolean).map(decodeURIComponent);
    return { segments, query: new URLSearchParams(match[2] ?? '') };
  } catch {
    throw unknownResource(uri);
  }
}

/** A whole number from the query, within bounds. @throws QuarterdeckError INVALID_ARGUMENTS */
export function countFrom(
  query: URLSearchParams,
  name: string,
  bounds: { min: number; max: number },
): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= bounds.min && value <= bounds.max) return value;
  throw new QuarterdeckError(
    'INVALID_ARGUMENTS',
    `"${name}=${text}" is not a whole number between ${bounds.min} and ${bounds.max}.`,
    'Correct the query of the address.',
    { path: name },
  );
}

/** Which rows a query asks for: `?after=<rows to skip>&limit=<rows>`. @throws QuarterdeckError INVALID_ARGUMENTS */
export function pageFrom(
  query: URLSearchParams,
  { usual, most, furthest = 1e9 }: { usual: number; most: number; furthest?: number },
): { after: number; limit: number } {
  return {
    after: countFrom(query, 'after', { min: 0, max: furthest }) ?? 0,
    limit: countFrom(query, 'limit', { min: 1, max: most }) ?? usual,
  };
}

export function unknownResource(uri: string): QuarterdeckError {
  return new QuarterdeckError(
    'UNKNOWN_RESOURCE',
    `There is no resource "${uri}".`,
    'resources/list and resources/templates/list show what there is; ids are percent-encoded.',
  );
}
