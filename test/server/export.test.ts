import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { emaCross } from './support/data.ts';
import { python } from './support/python.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

const Exported = z.object({ files: z.array(z.object({ path: z.string(), bytes: z.int() })) });

let workspace: TestWorkspace;
let client: TestClient;
let runId: string;
beforeAll(async () => {
  workspace = new TestWorkspace();
  client = await workspace.connect();
  runId = (await client.run(emaCross())).run_id;
});
afterAll(() => workspace.close());

async function exportRun(args: Record<string, unknown>): Promise<string[]> {
  const answer = Exported.parse(await client.call('export_run', { run_id: runId, ...args }));
  for (const { path: file, bytes } of answer.files) expect(statSync(file).size).toBe(bytes);
  return answer.files.map((file) => file.path);
}

describe('an export of a run', () => {
  it('writes the tables as CSV and Parquet', async () => {
    const csv = await exportRun({ format: 'csv' });
    const folder = path.join(workspace.root, '.quarterdeck', 'exports', runId);
    expect(csv.map((file) => path.dirname(file))).toEqual(csv.map(() => folder));
    const names = csv.map((file) => path.basename(file, '.csv'));
    expect(names).toEqual(expect.arrayContaining(['orders', 'fills', 'positions', 'account', 'equity']));
    const { total, rows } = z
      .object({ total: z.int(), rows: z.array(z.record(z.string(), z.unknown())) })
      .parse(await client.call('get_run', { run_id: runId, detail: 'orders', limit: 1 }));
    const orders = readFileSync(path.join(folder, 'orders.csv'), 'utf8').trimEnd().split('\n');
    expect(orders).toHaveLength(total + 1);
    expect(orders[1]).toContain(String(rows[0]?.ts_init));

    const parquet = await exportRun({ format: 'parquet', path: 'out/tables' });
    expect(parquet).toContain(path.join(workspace.root, 'out', 'tables', 'fills.parquet'));
    expect(readdirSync(path.join(workspace.root, 'out', 'tables'))).toHaveLength(csv.length);
  });

  it('gives the same JSON for the same run made twice', async () => {
    const again = await client.run(emaCross());
    const [first] = await exportRun({ format: 'json', path: 'out/first.json' });
    const [second] = await exportRun({ run_id: again.run_id, format: 'json', path: 'out/second.json' });
    const text = readFileSync(first ?? '', 'utf8');
    expect(text).toBe(readFileSync(second ?? '', 'utf8'));
    const content = JSON.parse(text);
    expect(content.run.summary.counts).toEqual(again.counts);
    expect(content.orders).toHaveLength(again.counts?.orders ?? 0);
    expect(text).not.toContain(workspace.root);
  });

  it('refuses to overwrite unless told to, and to write elsewhere', async () => {
    const target = workspace.write('kept.json', 'mine');
    const refused = await client.error('export_run', { run_id: runId, format: 'json', path: 'kept.json' });
    expect(refused).toMatchObject({ code: 'FILE_EXISTS', path: 'path' });
    expect(readFileSync(target, 'utf8')).toBe('mine');
    await exportRun({ format: 'json', path: 'kept.json', overwrite: true });
    expect(JSON.parse(readFileSync(target, 'utf8'))).toHaveProperty('run');
    for (const outside of ['../out.json', '/tmp/out.json', `.quarterdeck/runs/${runId}/run.json`]) {
      const args = { run_id: runId, format: 'json', path: outside, overwrite: true };
      expect(await client.error('export_run', args)).toMatchObject({ code: 'PATH_OUTSIDE_WORKSPACE' });
    }
    writeFileSync(path.join(workspace.root, 'file'), '');
    const blocked = { run_id: runId, format: 'json', path: 'file/below.json' };
    expect(await client.error('export_run', blocked)).toMatchObject({ code: 'FILE_UNWRITABLE' });
  });

  it('bundles all a run keeps', async () => {
    const [bundle] = await exportRun({ format: 'qdrun' });
    const listed = execFileSync(python(), ['-m', 'zipfile', '-l', bundle ?? ''], { encoding: 'utf8' });
    for (const name of ['run.json', 'orders.parquet', 'equity.parquet', 'log.jsonl']) {
      expect(listed).toContain(name);
    }
    expect(existsSync(`${bundle}.partial`)).toBe(false);
  });
});
