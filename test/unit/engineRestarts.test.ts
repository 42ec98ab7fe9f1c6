import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EnginePool } from '../../server/engine/pool.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

it('an engine that fails five times in three minutes is left alone until they are over', async () => {
  // Node is no Python: it ends at once, and says why.
  const pool = new EnginePool({ python: async () => process.execPath, env: process.env });
  const asked = () =>
    pool.queryWorker().then(
      () => 'started',
      (error: { code?: string }) => error.code,
    );
  const codes: unknown[] = [];
  for (let i = 0; i < 6; i++) codes.push(await asked());
  expect(new Set(codes.slice(0, 5))).toEqual(new Set(['ENGINE_LOST']));
  expect(codes[5]).toBe('ENGINE_RESTARTS');
  vi.setSystemTime(Date.now() + 3 * 60_000 + 1000);
  expect(await asked()).toBe('ENGINE_LOST');
  await pool.close();
});
