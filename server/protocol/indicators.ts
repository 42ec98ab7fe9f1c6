import * as z from 'zod';
import { Time } from './values.ts';

export const ReadIndicatorsParams = z
  .strictObject({
    run_directory: z.string(),
    start: Time.optional(),
    end: Time.optional(),
    points: z.int().min(2).max(4000).default(1000),
  })
  .meta({ id: 'ReadIndicatorsParams' });

/** One output of an indicator as the engine computed it; `ts_event` is of the data after which it had the value. */
export const IndicatorSeries = z
  .strictObject({
    component: z.string().describe('The strategy or actor that has it.'),
    name: z.string(),
    output: z.string().describe('value, upper, lower, …'),
    instrument_id: z.string().nullable().describe('Whose data it follows; null when it was not registered.'),
    every: z.int().min(1).describe('One value of so many data was kept.'),
    ts_event: z.array(z.string()),
    values: z.array(z.number()),
  })
  .meta({ id: 'IndicatorSeries' });
export type IndicatorSeries = z.infer<typeof IndicatorSeries>;

export const ReadIndicatorsResult = z
  .strictObject({ series: z.array(IndicatorSeries) })
  .meta({ id: 'ReadIndicatorsResult' });
export type ReadIndicatorsResult = z.infer<typeof ReadIndicatorsResult>;
