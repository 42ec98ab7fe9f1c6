import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pageOf } from '../../extension/rowPage.ts';
import { readBundle, unpackBundle } from '../../server/bundle.ts';
import { QuarterdeckError } from '../../server/protocol/errors.ts';

const record = {
  id: 'bt-20240101-000000000-abcdef',
  kind: 'backtest',
  status: 'completed',
  created_at: '2024-01-01T00:00:00.000Z',
  request: { strategies: [], venues: [], data: [] },
  catalog: 'catalog',
  tags: [],
};
const good: ZipEntry = { name: 'run.json', data: Buffer.from(JSON.stringify(record)) };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'quarterdeck-unit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface ZipEntry {
  name: string;
  data: Buffer;
  packed?: boolean;
  /** What the archive says instead of the truth. */
  size?: number;
  sum?: number;
  mode?: number;
}

/** An archive as it stands, whatever its entries say. */
function zip(entries: ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, data, packed, size = data.length, sum = crc32(data), mode = 0o100644 } of entries) {
    const body = packed ? deflateRawSync(data) : data;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(packed ? 8 : 0, 4);
    common.writeUInt32LE(sum, 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), body]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(mode * 0x10000, 6);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common, tail, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

function bundle(content: Buffer): string {
  const file = path.join(folder, 'a.qdrun');
  writeFileSync(file, content);
  return file;
}

async function failure(work: Promise<unknown>): Promise<QuarterdeckError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof QuarterdeckError) return error;
  throw new Error(`Expected a QuarterdeckError, got ${String(error)}`);
}

describe('a bundle', () => {
  it('is read and unpacked, but for its record', async () => {
    const log = { name: 'log.jsonl', data: Buffer.from('{}\n'.repeat(1000)), packed: true };
    const source = { name: 'source/desk/a b.py', data: Buffer.from('x = 1\n') };
    const file = bundle(zip([good, log, source]));
    expect(await readBundle(file)).toMatchObject({ record: { id: record.id }, log: log.data.toString() });
    const target = path.join(folder, 'unpacked');
    await unpackBundle(file, target);
    expect(readdirSync(target, { recursive: true }).map(String).sort()).toEqual(
      ['log.jsonl', 'source', path.join('source', 'desk'), path.join('source', 'desk', 'a b.py')].sort(),
    );
  });

  it('is shown a page at a time, as far as it goes without an engine', () => {
    const rows = Array.from({ length: 200 }, (_, i) => ({ trade: i + 1 }));
    const page = (query: string) => pageOf(rows, 1000, new URLSearchParams(query));
    expect(page('after=0&limit=400')).toEqual({ total: 1000, rows });
    expect(page('after=150&limit=10')).toEqual({ total: 1000, rows: rows.slice(150, 160) });
    expect(page('after=400&limit=400')).toEqual({ total: 1000, rows: [] });
  });

  const evil = Buffer.from('x');
  it.each<[string, Buffer]>([
    ['no archive', Buffer.from('not a zip')],
    ['empty', Buffer.alloc(0)],
    ['cut off', zip([good]).subarray(0, 60)],
    ['without a record', zip([{ name: 'log.jsonl', data: evil }])],
    ['with a record that is none', zip([{ name: 'run.json', data: evil }])],
    ['with a name that climbs out', zip([good, { name: '../evil', data: evil }])],
    ['with a name that climbs out further in', zip([good, { name: 'source/../../evil', data: evil }])],
    ['with an absolute name', zip([good, { name: '/tmp/evil', data: evil }])],
    ['with a drive', zip([good, { name: 'C:/evil', data: evil }])],
    ['with a backslash', zip([good, { name: '..\\evil', data: evil }])],
    ['with a device', zip([good, { name: 'source/NUL.py', data: evil }])],
    ['with a name twice', zip([good, { name: 'a', data: evil }, { name: 'A', data: evil }])],
    ['with a symbolic link', zip([good, { name: 'link', data: Buffer.from('/etc/passwd'), mode: 0o120777 }])],
    ['that grows', zip([good, { name: 'bomb', data: Buffer.alloc(64 * 1024 ** 2), packed: true }])],
    ['that says it is small', zip([good, { name: 'liar', data: Buffer.alloc(1e6), packed: true, size: 10 }])],
    ['that is damaged', zip([good, { name: 'a.parquet', data: evil, sum: 1 }])],
  ])('%s is refused', async (_, content) => {
    const file = bundle(content);
    const target = path.join(folder, 'unpacked');
    const error = await failure(readBundle(file).then(() => unpackBundle(file, target)));
    expect(error).toMatchObject({ code: 'BUNDLE_INVALID', extra: { path: 'path' } });
    for (const place of [path.join(folder, 'evil'), '/tmp/evil', path.join(target, 'link')]) {
      expect(existsSync(place)).toBe(false);
    }
  });

  it('that is not there is said to be so', async () => {
    expect((await failure(readBundle(path.join(folder, 'none.qdrun')))).code).toBe('FILE_NOT_FOUND');
  });
});
