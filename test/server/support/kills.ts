import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { isAlive } from '../../../server/lock.ts';
import { emaCross, seededRandom } from './data.ts';
import type { TestClient, TestWorkspace } from './workspace.ts';

/**
 * Kills a worker or the server at a random moment of a run, again and again: every run must end with a status and, if
 * it failed, a reason; nothing of a killed server may stay; the next run must work.
 */
export async function killAtRandom(
  workspace: TestWorkspace,
  { rounds, seed }: { rounds: number; seed: number },
) {
  const random = seededRandom(seed);
  let client = await workspace.connect();
  for (let round = 0; round < rounds; round++) {
    const { run_id } = await client.run(emaCross({ mode: 'async' }));
    await sleep(random() * 1500);
    if (random() < 0.5) client = await killServer(workspace, client);
    else killOneOf(workers(workspace), random);
    const run = await settled(client, run_id);
    expect(['completed', 'failed'], `round ${round} of seed ${seed}`).toContain(run.status);
    if (run.status === 'failed')
      expect(run.error).toMatchObject({ code: 'ENGINE_LOST', next_step: expect.any(String) });
    expect(await client.run(emaCross()), `round ${round} of seed ${seed}`).toMatchObject({
      status: 'completed',
    });
  }
}

async function killServer(workspace: TestWorkspace, client: TestClient): Promise<TestClient> {
  const engines = workers(workspace);
  process.kill(serverPid(workspace), 'SIGKILL');
  await client.close();
  await expect.poll(() => engines.filter(isAlive), { timeout: 15_000 }).toEqual([]);
  return workspace.connect();
}

function killOneOf(pids: number[], random: () => number): void {
  const pid = pids[Math.floor(random() * pids.length)];
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
}

async function settled(client: TestClient, run_id: string): Promise<Record<string, unknown>> {
  let run = await client.call('get_run', { run_id });
  for (let i = 0; i < 600 && (run.status === 'queued' || run.status === 'running'); i++) {
    await sleep(100);
    run = await client.call('get_run', { run_id });
  }
  return run;
}

/** Python processes of this workspace's server, the busiest first, straight from the system. */
export function workers(workspace: TestWorkspace): number[] {
  const server = serverPid(workspace);
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,pcpu=,args='], { encoding: 'utf8' }).split('\n');
  return rows
    .map((row) => /^\s*(\d+)\s+(\d+)\s+([\d.]+)\s+(.*)$/.exec(row))
    .filter((match) => match?.[2] === String(server) && match[4]?.includes('-m quarterdeck'))
    .sort((a, b) => Number(b?.[3]) - Number(a?.[3]))
    .map((match) => Number(match?.[1]));
}

export function serverPid(workspace: TestWorkspace): number {
  const folder = `${workspace.home}/servers`;
  const record = readdirSync(folder).find((name) => name.endsWith('.json'));
  return Number(JSON.parse(readFileSync(`${folder}/${record}`, 'utf8')).pid);
}
