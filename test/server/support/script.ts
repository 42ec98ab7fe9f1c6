import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import * as z from 'zod';
import type { RunAnswer } from '../../../server/tools/runAnswer.ts';
import { python } from './python.ts';

const Printed = z.object({
  counts: z.record(z.string(), z.int()),
  balances: z.array(z.record(z.string(), z.string())),
  pnl: z.record(z.string(), z.record(z.string(), z.number().nullable())),
  returns: z.record(z.string(), z.number().nullable()),
});

/** Runs an exported script with the engine's Python, nothing of ours on its path, and compares what it prints. */
export function expectScriptGives(run: RunAnswer, file: string): void {
  const { PYTHONPATH: _, ...env } = process.env;
  const output = execFileSync(python(), [file], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed = Printed.parse(JSON.parse(output));
  expect(printed.counts).toEqual(run.counts);
  expect(printed.balances).toEqual(run.balances);
  expect(printed.pnl).toEqual(run.statistics?.pnl);
  expect(run.statistics?.returns).toMatchObject(printed.returns);
}
