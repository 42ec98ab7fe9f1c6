import * as z from 'zod';

/** Groups of tools, in the order they are shown. */
export const toolsets = ['environment', 'data', 'strategies', 'backtest', 'node', 'trading', 'risk'] as const;
export type Toolset = (typeof toolsets)[number];

/** Which tools a client wants to see; without it the usual ones. */
export const ToolSelection = z.strictObject({
  /** Named toolsets: only these are listed, and only these may be called. */
  toolsets: z.array(z.enum(toolsets)).optional(),
  /** Neither listed nor callable, whatever else is said. */
  exclude: z.array(z.string()).default([]),
});
export type ToolSelection = z.infer<typeof ToolSelection>;
