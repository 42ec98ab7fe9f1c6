import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { packageRoot } from '../paths.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import type { NodeClient, NodeProfile } from '../protocol/node.ts';

/** What the practice venue says of itself in its first line, and what of it is kept for the next who asks. */
export const PracticeAddress = z.object({
  pid: z.int(),
  base_url_http: z.string(),
  base_url_ws: z.string(),
  base_url_ws_api: z.string(),
  api_key: z.string(),
  api_secret: z.string(),
});
export type PracticeAddress = z.infer<typeof PracticeAddress>;

const idleMinutes = 10;
const patienceMs = 15_000;

/**
 * The practice venue of a workspace, a process of its own: it outlives server and nodes, as a venue does, and ends when
 * nobody has asked it anything for ten minutes. Its ledger is in `.quarterdeck/exchange`.
 *
 * @throws QuarterdeckError VENUE_UNREACHABLE
 */
export async function practiceVenue(workspace: string): Promise<PracticeAddress> {
  const folder = path.join(workspace, '.quarterdeck', 'exchange');
  const file = path.join(folder, 'exchange.json');
  const known = PracticeAddress.safeParse(await readJson(file)).data;
  if (known && (await answers(known))) return known;
  await mkdir(folder, { recursive: true });
  const started = await start(workspace, folder);
  await writeFile(file, `${JSON.stringify(started, null, 2)}\n`);
  return started;
}

/** Ends the practice venue of a workspace, if there is one; its ledger stays. */
export async function endPracticeVenue(workspace: string): Promise<void> {
  const file = path.join(workspace, '.quarterdeck', 'exchange', 'exchange.json');
  const known = PracticeAddress.safeParse(await readJson(file)).data;
  // Who answers at its address is it: a pid alone may be another's by now.
  if (known && (await answers(known))) process.kill(known.pid);
  await rm(file, { force: true });
}

/**
 * A profile whose Binance clients speak with the practice venue, whatever addresses they name themselves: what counts
 * as play money because of it must not end anywhere else. The key is the one everybody may use there, unless they bring
 * their own.
 */
export function atPracticeVenue(profile: NodeProfile, address: PracticeAddress): NodeProfile {
  const { api_key, api_secret, base_url_http, base_url_ws, base_url_ws_api } = address;
  const clients = (named: Record<string, NodeClient> | undefined, base_url_ws: string) =>
    Object.fromEntries(
      Object.entries(named ?? {}).map(([name, client]) => [
        name,
        client.adapter === 'binance'
          ? { ...client, config: { api_key, api_secret, ...client.config, base_url_http, base_url_ws } }
          : client,
      ]),
    );
  return {
    ...profile,
    data_clients: clients(profile.data_clients, base_url_ws),
    exec_clients: clients(profile.exec_clients, base_url_ws_api),
  };
}

async function answers({ base_url_http }: PracticeAddress): Promise<boolean> {
  try {
    const answer = await fetch(`${base_url_http}/api/v3/ping`, { signal: AbortSignal.timeout(2000) });
    return answer.ok;
  } catch {
    return false;
  }
}

async function start(workspace: string, folder: string): Promise<PracticeAddress> {
  const main = path.join(packageRoot, 'dist', 'server', 'main.js');
  const args = [main, 'exchange', '--ledger', folder, '--idle-minutes', String(idleMinutes)];
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
    cwd: workspace,
    env: { ...process.env, ...(process.versions.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {}) },
  });
  child.unref();
  const timer = setTimeout(() => child.kill(), patienceMs);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      return PracticeAddress.parse(JSON.parse(line));
    }
  } finally {
    clearTimeout(timer);
    child.stdout.destroy();
  }
  throw new QuarterdeckError(
    'VENUE_UNREACHABLE',
    'The practice venue did not start.',
    `Run "quarterdeck exchange --ledger ${folder}" to see why.`,
    { path: 'profile' },
  );
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
