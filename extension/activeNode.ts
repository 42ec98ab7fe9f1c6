import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { NodeRecord } from '../server/protocol/node.ts';
import { isActive } from './views/node.ts';

/** Whether one of the trading nodes kept in the folder was active when it was last written down. */
export async function hasActiveNode(nodes: string): Promise<boolean> {
  const names = await readdir(nodes).catch(() => []);
  const states = await Promise.all(names.map((name) => wasActive(path.join(nodes, name, 'node.json'))));
  return states.includes(true);
}

async function wasActive(file: string): Promise<boolean> {
  try {
    return isActive(NodeRecord.parse(JSON.parse(await readFile(file, 'utf8'))));
  } catch {
    return false;
  }
}
