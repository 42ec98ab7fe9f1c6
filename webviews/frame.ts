import { ReadFrameResult } from '../server/protocol/engine.ts';
import type { Host } from './host.ts';

/** A row of a frame as the server sends it. */
export type FrameRow = Record<string, unknown>;

/** Rows asked for at once: an answer holds a megabyte, and rows of orders are the longest, with over a kilobyte. */
export const page = 400;
const mostRows = 100_000;

export interface ReadRowsOptions {
  most?: number;
  /** How many there will be, when that is known: their pages are asked for at once. */
  expected?: number | undefined;
}

/** The first rows of a frame, and how many it has. */
export async function readRows(
  host: Host,
  uri: string,
  { most = mostRows, expected = 0 }: ReadRowsOptions = {},
): Promise<{ rows: FrameRow[]; total: number }> {
  const read = async (after: number) =>
    ReadFrameResult.parse(await host.read(`${uri}?after=${after}&limit=${page}`));
  const from = (first: number, end: number) => {
    const pages: Promise<ReadFrameResult>[] = [];
    for (let after = first; after < Math.min(end, most); after += page) pages.push(read(after));
    return Promise.all(pages);
  };
  const known = await from(0, Math.max(1, expected));
  const total = known[0]?.total ?? 0;
  const later = await from(known.length * page, total);
  return { rows: [...known, ...later].flatMap(({ rows }) => rows), total };
}
