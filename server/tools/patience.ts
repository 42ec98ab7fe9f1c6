import type * as z from 'zod';
import type { CallContext } from '../context.ts';
import type { Mode } from '../protocol/values.ts';

/** Clients time out at 60 s. */
const autoWaitMs = 45_000;

/** Aborts when a call should be answered, finished or not. */
export function endOfPatience(mode: z.infer<typeof Mode>, context: CallContext): AbortSignal {
  if (mode === 'async') return AbortSignal.abort();
  return AbortSignal.any([context.signal, ...(mode === 'auto' ? [AbortSignal.timeout(autoWaitMs)] : [])]);
}
