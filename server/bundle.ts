import { createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { BundlePreview } from './protocol/bundle.ts';
import { QuarterdeckError } from './protocol/errors.ts';
import { Funnel } from './protocol/funnel.ts';
import { RunRecord } from './protocol/run.ts';
import { RunTables } from './protocol/statistics.ts';

/** What a bundle may come to, so that a small file cannot fill a disk: none of ours comes near. */
const limits = {
  entries: 5000,
  bytes: 2 * 1024 ** 3,
  ratio: 100,
  spare: 10 * 1024 ** 2,
  inMemory: 64 * 1024 ** 2,
};

/** A `.qdrun` bundle as far as it can be read without an engine. */
export interface RunBundle {
  record: RunRecord;
  /** Absent in a bundle of an earlier version. */
  preview?: BundlePreview;
  funnel?: Funnel;
  /** Monthly returns, rolling statistics and how returns are spread. */
  tables?: RunTables;
  /** The engine's log: JSON lines. */
  log: string;
}

/**
 * Reads a bundle: its record, the first rows of its tables, its funnel and its log.
 *
 * @throws QuarterdeckError FILE_NOT_FOUND, BUNDLE_INVALID
 */
export function readBundle(file: string): Promise<RunBundle> {
  return withBundle(file, async (zip, entries) => {
    const text = async (name: string) => {
      const entry = entries.get(name);
      return entry && (await content(zip, entry, file)).toString('utf8');
    };
    const record = parsed(RunRecord, await text('run.json'), 'run.json', file);
    const [preview, funnel] = [await text('preview.json'), await text('funnel.json')];
    const tables = await text('tables.json');
    return {
      record,
      ...(preview === undefined ? {} : { preview: parsed(BundlePreview, preview, 'preview.json', file) }),
      ...(tables === undefined ? {} : { tables: parsed(RunTables, tables, 'tables.json', file) }),
      ...(funnel === undefined ? {} : { funnel: parsed(Funnel, funnel, 'funnel.json', file) }),
      log: (await text('log.jsonl')) ?? '',
    };
  });
}

/**
 * Writes what a bundle holds, but for the record, into a new folder.
 *
 * @throws QuarterdeckError FILE_NOT_FOUND, BUNDLE_INVALID; the folder may then hold a part.
 */
export function unpackBundle(file: string, directory: string): Promise<void> {
  return withBundle(file, async (zip, entries) => {
    for (const [name, entry] of entries) {
      if (name === 'run.json') continue;
      const target = path.join(directory, ...name.split('/'));
      await mkdir(path.dirname(target), { recursive: true });
      const check = new Checksum();
      await pipeline(
        await zip.openReadStreamPromise(entry),
        check,
        createWriteStream(target, { flags: 'wx' }),
      );
      if (check.sum !== entry.crc32) throw damaged(file, `"${name}" is damaged`);
    }
  });
}

async function withBundle<T>(
  file: string,
  use: (zip: ZipFile, entries: Map<string, Entry>) => Promise<T>,
): Promise<T> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) {
    throw new QuarterdeckError('FILE_NOT_FOUND', `There is no file ${file}.`, 'Check the path.', {
      path: 'path',
    });
  }
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(file, { autoClose: false, strictFileNames: true });
    return await use(zip, await entriesOf(zip, found.size, file));
  } catch (error) {
    if (error instanceof QuarterdeckError) throw error;
    if (isSystemError(error)) throw refused(error, file);
    throw damaged(file, error instanceof Error ? error.message : String(error));
  } finally {
    zip?.close();
  }
}

/** All entries by name; what is wrong with one is said before anything is unpacked. */
async function entriesOf(zip: ZipFile, size: number, file: string): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.entries) throw damaged(file, `it has ${zip.entryCount} entries`);
  const entries = new Map<string, Entry>();
  const taken = new Set<string>();
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName;
    if (name.endsWith('/')) continue;
    if (!name.split('/').every(isPlainName)) throw damaged(file, `"${name}" is no name of a file in it`);
    const folded = name.toLowerCase();
    if (taken.has(folded)) throw damaged(file, `"${name}" is in it twice`);
    const type = (entry.externalFileAttributes >>> 28) & 0xf;
    // 8 is a file in Unix modes, 0 is said by other systems.
    if ((type !== 8 && type !== 0) || !entry.canDecodeFileData())
      throw damaged(file, `"${name}" is no plain file`);
    bytes += entry.uncompressedSize;
    if (bytes > Math.min(limits.bytes, size * limits.ratio + limits.spare)) {
      throw damaged(file, 'it would unpack to far more than it is');
    }
    taken.add(folded);
    entries.set(name, entry);
  }
  return entries;
}

function isPlainName(part: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in a name
  return /^[^<>:"|?*\\\x00-\x1f]{1,200}$/.test(part) && !/[. ]$/.test(part) && !reserved.test(part);
}

/** Names that mean a device on Windows. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

async function content(zip: ZipFile, entry: Entry, file: string): Promise<Buffer> {
  if (entry.uncompressedSize > limits.inMemory)
    throw damaged(file, `"${entry.fileName}" is too large to show`);
  const bytes = await buffer(await zip.openReadStreamPromise(entry));
  if (crc32(bytes) !== entry.crc32) throw damaged(file, `"${entry.fileName}" is damaged`);
  return bytes;
}

class Checksum extends Transform {
  sum = 0;

  override _transform(chunk: Buffer, _encoding: string, done: (error: null, chunk: Buffer) => void): void {
    this.sum = crc32(chunk, this.sum);
    done(null, chunk);
  }
}

function parsed<T>(
  shape: { safeParse(value: unknown): { success: true; data: T } | { success: false; error: Error } },
  text: string | undefined,
  name: string,
  file: string,
): T {
  if (text === undefined) throw damaged(file, `it has no ${name}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged(file, `"${name}" is no JSON`);
  }
  const result = shape.safeParse(json);
  if (result.success) return result.data;
  throw damaged(file, `"${name}" is none of this version of Quarterdeck`);
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function refused(error: NodeJS.ErrnoException, file: string): QuarterdeckError {
  const reading = error.path === file || error.syscall === 'read';
  return new QuarterdeckError(
    reading ? 'FILE_UNREADABLE' : 'FILE_UNWRITABLE',
    `${file} cannot be ${reading ? 'read' : 'unpacked'}: ${error.message}.`,
    'Check permissions and the space on the disk.',
    { path: 'path' },
  );
}

function damaged(file: string, why: string): QuarterdeckError {
  return new QuarterdeckError(
    'BUNDLE_INVALID',
    `${path.basename(file)} is no bundle of a run: ${why.replace(/\.$/, '')}.`,
    'Give a .qdrun file as export_run writes it; export the run again where this one is damaged.',
    { path: 'path' },
  );
}
