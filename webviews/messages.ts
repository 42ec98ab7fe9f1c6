import * as z from 'zod';
import { ErrorObject } from '../server/protocol/errors.ts';

export const PageAddress = z.discriminatedUnion('page', [
  z.strictObject({ page: z.literal('report'), run: z.string() }),
  z.strictObject({ page: z.literal('compare'), runs: z.array(z.string()) }),
  z.strictObject({ page: z.literal('blotter'), source: z.string() }),
  z.strictObject({ page: z.literal('strategies'), source: z.string().optional() }),
]);

/** What the editor keeps of a page over a reload of the window. */
export const PageState = z.object({ address: PageAddress });

/** What a page asks of the editor. */
export const PageMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('call'),
    id: z.int(),
    tool: z.string(),
    args: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({ type: z.literal('read'), id: z.int(), uri: z.string() }),
  z.strictObject({ type: z.literal('watch'), uri: z.string() }),
  z.strictObject({ type: z.literal('unwatch'), uri: z.string() }),
  z.strictObject({ type: z.literal('source'), place: z.string() }),
  z.strictObject({ type: z.literal('page'), address: PageAddress }),
  z.strictObject({ type: z.literal('shows'), address: PageAddress }),
  z.strictObject({ type: z.literal('save'), name: z.string(), text: z.string() }),
  z.strictObject({ type: z.literal('copy'), text: z.string() }),
  z.strictObject({ type: z.literal('ask'), prompt: z.string() }),
  z.strictObject({ type: z.literal('remember'), name: z.string().max(100), value: z.unknown() }),
]);
export type PageMessage = z.infer<typeof PageMessage>;

/** What the editor tells a page. */
export const HostMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('answer'), id: z.int(), value: z.unknown() }),
  z.strictObject({ type: z.literal('refusal'), id: z.int(), error: ErrorObject }),
  z.strictObject({ type: z.literal('changed'), uri: z.string() }),
]);
export type HostMessage = z.infer<typeof HostMessage>;
