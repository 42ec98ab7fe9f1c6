import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { changedAt, Interpreter, probe } from './interpreter.ts';

const Entries = z.record(
  z.string(),
  z.object({ interpreter: Interpreter, changed: z.record(z.string(), z.number().nullable()) }),
);
type Entries = z.infer<typeof Entries>;

/**
 * What interpreters said of themselves, remembered in `<home>/env/probes.json` until the interpreter or a folder
 * it installs into changes. Losing the file costs a second, nothing else.
 */
export class ProbeCache {
  private readonly file: string;
  private entries: Entries;

  constructor(
    home: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.file = path.join(home, 'env', 'probes.json');
    this.entries = this.read();
  }

  /** @returns the interpreter, or a sentence when it does not answer. */
  async probe(python: string): Promise<Interpreter | string> {
    const known = this.entries[python];
    if (known && Object.entries(known.changed).every(([file, at]) => changedAt(file) === at)) {
      return known.interpreter;
    }
    const interpreter = await probe([python], this.env);
    if (typeof interpreter !== 'string') this.remember(python, interpreter);
    return interpreter;
  }

  private remember(python: string, interpreter: Interpreter): void {
    const configuration = path.join(path.dirname(python), '..', 'pyvenv.cfg');
    const watched = [python, interpreter.executable, configuration, ...interpreter.sites];
    const changed = Object.fromEntries(watched.map((file) => [file, changedAt(file)]));
    const others = Object.entries(this.read()).filter(([file]) => existsSync(file));
    this.entries = { ...Object.fromEntries(others), [python]: { interpreter, changed } };
    this.write();
  }

  private read(): Entries {
    try {
      return Entries.parse(JSON.parse(readFileSync(this.file, 'utf8')));
    } catch {
      return {};
    }
  }

  private write(): void {
    const fresh = `${this.file}.${randomBytes(4).toString('hex')}`;
    try {
      mkdirSync(path.dirname(this.file), { recursive: true, mode: 0o700 });
      writeFileSync(fresh, JSON.stringify(this.entries));
      renameSync(fresh, this.file);
    } catch {
      // A home that cannot be written is reported where something must be written.
      rmSync(fresh, { force: true });
    }
  }
}
