import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';

/** What a server must be started with to be looked into: a port of its own for its inspector, once it is asked for. */
export const inspectable = { NODE_OPTIONS: '--inspect-port=0' };

/**
 * Looks into a running server of Node, on systems with signals and /proc: what it holds when all garbage is collected.
 *
 * @param {number} pid
 * @param {string} log where its stderr goes
 */
export async function lookInto(pid, log) {
  const socket = new WebSocket(await inspectorOf(pid, log));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let lastId = 0;
  const waiting = new Map();
  socket.on('message', (text) => {
    const { id, result } = JSON.parse(String(text));
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  const ask = (method, params = {}) => {
    const id = ++lastId;
    socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => waiting.set(id, resolve));
  };
  return {
    /** Megabytes in use, open descriptors, threads, and handles as Node counts them. */
    async holds() {
      for (let i = 0; i < 3; i++) await ask('HeapProfiler.collectGarbage');
      const expression =
        '(({ heapUsed, external }) => ({ megabytes: (heapUsed + external) / 2 ** 20, ' +
        'handles: process.getActiveResourcesInfo().length }))(process.memoryUsage())';
      const { result } = await ask('Runtime.evaluate', { expression, returnByValue: true });
      const count = (folder) => readdirSync(`/proc/${pid}/${folder}`).length;
      return { ...result.value, descriptors: count('fd'), threads: count('task') };
    },
    close: () => socket.close(),
  };
}

async function inspectorOf(pid, log) {
  process.kill(pid, 'SIGUSR1');
  for (;;) {
    const [url] = /ws:\/\/127\.0\.0\.1:\d+\/\S+/.exec(readFileSync(log, 'utf8')) ?? [];
    if (url) return url;
    await sleep(20);
  }
}
