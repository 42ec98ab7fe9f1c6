import * as z from 'zod';

/** The argument by which a call means one of several trading nodes. */
export const nodeArgument = z
  .string()
  .optional()
  .describe('Trading node; may be left out while only one is running.');
