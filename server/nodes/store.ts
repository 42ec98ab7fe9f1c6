import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { NodeRecord } from '../protocol/node.ts';

/** What is known of the workspace's nodes, each a folder with `node.json` in it. This process is their only writer. */
export class NodeStore {
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(private readonly folder: string) {}

  /** The folder with a node's audit, journal and log. */
  directory(node: string): string {
    return path.join(this.folder, node);
  }

  async read(node: string): Promise<NodeRecord | undefined> {
    const text = await readFile(path.join(this.directory(node), 'node.json'), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    return NodeRecord.safeParse(parse(text)).data;
  }

  async list(): Promise<NodeRecord[]> {
    const names = await readdir(this.folder).catch(() => [] as string[]);
    const records = await Promise.all(names.map((name) => this.read(name)));
    return records.filter((record) => record !== undefined);
  }

  /** One write of a node after the other. */
  save(record: NodeRecord): Promise<void> {
    const before = this.turns.get(record.node) ?? Promise.resolve();
    const turn = before.catch(() => {}).then(() => this.write(record));
    this.turns.set(record.node, turn);
    return turn;
  }

  private async write(record: NodeRecord): Promise<void> {
    const folder = this.directory(record.node);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(this.folder, '..', '.gitignore'), '*\n', { flag: 'wx' }).catch(() => {});
    const file = path.join(folder, 'node.json');
    const temporary = `${file}.${randomBytes(4).toString('hex')}`;
    await writeFile(temporary, `${JSON.stringify(record, null, 2)}\n`);
    await rename(temporary, file);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
