import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { discoverPythons } from '../../../server/environment/discovery.ts';
import type { Interpreter } from '../../../server/environment/interpreter.ts';
import { pythonIn } from '../../../server/environment/layout.ts';
import { ProbeCache } from '../../../server/environment/probeCache.ts';

/** A Python of this machine that environments can be made with, if there is one. */
export async function basePython(): Promise<Interpreter | undefined> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'quarterdeck-unit-'));
  try {
    const { usable } = await discoverPythons(folder, new ProbeCache(folder, process.env), process.env);
    return usable[0];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A real virtual environment without packages. @returns its interpreter */
export function makeVenv(base: Interpreter, folder: string): string {
  execFileSync(base.executable, ['-m', 'venv', '--without-pip', folder]);
  const python = pythonIn(folder);
  if (!python) throw new Error(`No interpreter in ${folder}`);
  return python;
}

/** What an installer leaves of a package for `importlib.metadata`; the package itself is not needed to be found. */
export function addPackage(folder: string, name: string, version: string): string {
  const info = path.join(sitePackages(folder), `${name}-${version}.dist-info`);
  mkdirSync(info, { recursive: true });
  writeFileSync(path.join(info, 'METADATA'), `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`);
  return info;
}

function sitePackages(folder: string): string {
  if (process.platform === 'win32') return path.join(folder, 'Lib', 'site-packages');
  const lib = path.join(folder, 'lib');
  return path.join(lib, readdirSync(lib).find((name) => name.startsWith('python3')) ?? '', 'site-packages');
}
