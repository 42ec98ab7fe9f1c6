import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { EnginePool } from '../../server/engine/pool.ts';

const python = process.env.QUARTERDECK_PYTHON;
const canLook = process.platform === 'linux' && python !== undefined;
if (!canLook) console.log('skipped: children are counted on Linux, with QUARTERDECK_PYTHON set');

const pools: EnginePool[] = [];
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

/** Pids of the node workers this process has. */
function nodeWorkers(): number[] {
  const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], {
    encoding: 'utf8',
  });
  return children
    .split('\n')
    .filter((line) => line.includes('--role node'))
    .map((line) => Number.parseInt(line, 10));
}

describe.skipIf(!canLook)('the worker of a further node', () => {
  it('was made ready when nothing else wanted the cores, and goes unused when the pool idles', async () => {
    const pool = new EnginePool({ python: async () => python ?? '', env: process.env, idleMs: 20_000 });
    pools.push(pool);
    expect(nodeWorkers()).toEqual([]);
    const [first, second] = [new AbortController(), new AbortController()];
    const none = { adapters: [], hasOwn: false };
    const worker = await pool.nodeWorker(first.signal, none, () => {});
    expect(nodeWorkers()).toEqual([worker.pid]);
    await expect.poll(() => nodeWorkers().length, { timeout: 60_000 }).toBe(2);
    const spare = nodeWorkers().find((pid) => pid !== worker.pid);
    const next = await pool.nodeWorker(second.signal, none, () => {});
    expect(next.pid).toBe(spare);
    first.abort();
    second.abort();
    await Promise.all([worker.exited, next.exited]);
    await expect.poll(nodeWorkers, { timeout: 120_000, interval: 500 }).toEqual([]);
  });
});
