export type Rows = Record<string, unknown>[];

/** A bundle has the first rows in a form that needs no engine; the rest are in its Parquet files. */
export function pageOf(rows: Rows, total: number, query: URLSearchParams) {
  const after = Number(query.get('after') ?? 0);
  return { rows: rows.slice(after, after + Number(query.get('limit') ?? rows.length)), total };
}
