import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';

const notOurs = new Set(['node_modules', 'dist', '.git', '.demo', '.quarterdeck', '__pycache__']);

/** All files of ours below a folder, relative to `base`, with forward slashes. */
export function* walk(folder, base = root) {
  if (!existsSync(path.join(base, folder))) return;
  for (const entry of readdirSync(path.join(base, folder), { withFileTypes: true })) {
    const name = path.posix.join(folder, entry.name);
    if (notOurs.has(entry.name) || /_cache$|^\.hypothesis$/.test(entry.name)) continue;
    if (entry.isDirectory()) yield* walk(name, base);
    else if (entry.isFile()) yield name;
  }
}

/** One hash for the names and contents of files. */
export function hashOf(files, base = root) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    const contents = readFileSync(path.join(base, file));
    hash.update(`${file}\0${contents.length}\0`).update(contents);
  }
  return hash.digest('hex');
}
