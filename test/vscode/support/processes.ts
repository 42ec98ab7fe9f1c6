import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { until } from './until.ts';

interface Process {
  pid: number;
  group: number;
  /** Resident. */
  megabytes: number;
  args: string;
}

export async function processes(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,pgid=,rss=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, group, rss, args = ''] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined
      ? []
      : [{ pid: Number(pid), group: Number(group), megabytes: Number(rss) / 1024, args }];
  });
}

const Targets = z.array(z.object({ webSocketDebuggerUrl: z.string() }));

/**
 * Makes a Node process give back what it no longer uses: when it does so by itself depends on what else happens in it, and tells
 * two processes apart by tens of megabytes. Its inspector takes the same of each.
 */
export async function collectGarbage(pid: number): Promise<void> {
  process.kill(pid, 'SIGUSR1');
  const [target] = await until('the inspector', async () => {
    const answer = await fetch('http://127.0.0.1:9229/json/list').catch(() => undefined);
    return answer?.ok ? Targets.parse(await answer.json()) : undefined;
  });
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
  await new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('message', resolve);
    socket.once('open', () => socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' })));
  });
  socket.close();
}
