import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Replaces a file in one step; leaves it alone when it already says so. */
export function replaceFile(file, contents, mode = 0o644) {
  if (existsSync(file) && readFileSync(file).equals(Buffer.from(contents))) return;
  mkdirSync(path.dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.partial`;
  try {
    writeFileSync(partial, contents, { mode });
    renameSync(partial, file);
  } finally {
    rmSync(partial, { force: true });
  }
}

export function readIfExists(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
