import * as z from 'zod';
import { Count, Json } from './values.ts';

/** Version of {@link BundlePreview}; a reader leaves out a preview of another. */
export const previewFormat = 1;

/**
 * `preview.json` of a `.qdrun` bundle: so much of its tables that a page can show the run without an engine to read
 * Parquet. Rows as `get_run` gives them.
 */
export const BundlePreview = z.object({
  format: z.literal(previewFormat),
  equity: z.array(Json).describe('Down-sampled to at most 2000 points.'),
  benchmark: z.array(Json).optional(),
  tables: z.partialRecord(
    z.enum(['orders', 'fills', 'positions', 'trades', 'account']),
    z.object({ total: Count, rows: z.array(Json).describe('The first 200.') }),
  ),
});
export type BundlePreview = z.infer<typeof BundlePreview>;
