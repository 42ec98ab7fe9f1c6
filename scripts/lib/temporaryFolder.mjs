import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** @param {(folder: string) => Promise<T>} work @template T gets a folder that is gone afterwards */
export async function withTemporaryFolder(work) {
  // Sockets are made below it and a socket's path may have 104 bytes, which macOS's own folder all but fills.
  const parent = process.platform === 'win32' ? os.tmpdir() : '/tmp';
  const folder = mkdtempSync(path.join(parent, 'quarterdeck-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
