import * as z from 'zod';
import { Warning } from './values.ts';

const time = z.string().nullable();

/** `funnel.json`: the way of a run from data to fills. Written by the worker, bounded there to 7 kB. */
export const Funnel = z.strictObject({
  findings: z.array(Warning).describe('What kept the run from trading, in the order things happen.'),
  data: z
    .array(z.strictObject({ type: z.string(), of: z.string(), count: z.int(), first: time, last: time }))
    .describe('What the engine was given.'),
  data_complete: z
    .boolean()
    .describe('False when data came mixed or streamed, so that it is not all in `data`.'),
  components: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      subscriptions: z.array(
        z.strictObject({
          kind: z.string(),
          of: z.string(),
          line: z.string().nullable(),
          subscribed_at: time,
          unsubscribed_at: time.optional(),
          delivered: z.int().nullable().describe('null where it is not known.'),
          first: time,
          last: time,
          handler: z.string().nullable().describe('null when the class has none.'),
          handler_calls: z.int().describe('Over all subscriptions of the kind.'),
        }),
      ),
      indicators: z.array(
        z.strictObject({
          name: z.string(),
          initialized: z.boolean(),
          initialized_at: time.describe('null when it never was, or when no handler was called since.'),
          has_inputs: z.boolean(),
        }),
      ),
      stopped_early: time,
      orders: z.int(),
    }),
  ),
  orders: z
    .record(z.string(), z.int())
    .describe('Orders that came to each stage: created, denied, submitted, rejected, accepted, filled, …'),
  reasons: z.array(
    z.strictObject({ stage: z.string(), reason: z.string(), line: z.string().nullable(), orders: z.int() }),
  ),
  lines: z
    .array(z.strictObject({ line: z.string().nullable(), orders: z.int(), filled: z.int() }))
    .describe('Source lines that submitted orders.'),
  left_out: z.record(z.string(), z.int()).describe('How many entries of a list are not shown.'),
});
export type Funnel = z.infer<typeof Funnel>;
