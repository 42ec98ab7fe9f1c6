import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import type { Identity } from '../protocol/identity.ts';

/** What became of a question, or of a claim to be the operator. */
export interface ApprovalEntry {
  time: string;
  outcome:
    | 'asked'
    | 'approved'
    | 'declined'
    | 'timeout'
    | 'cancelled'
    | 'unavailable'
    | 'not_armed'
    | 'invalid_answer'
    | 'operator_accepted'
    | 'operator_refused';
  /** Who called, or who claimed. */
  caller: Identity;
  /** Who was asked: the operator's sessions or the caller itself. */
  asked?: 'operator' | 'caller';
  question?: string;
  tool?: string;
  arguments_hash?: string;
  action?: string;
  facts?: { name: string; value: string }[];
}

/** Where decisions are kept. An entry that cannot be written is a refusal. */
export interface ApprovalLog {
  /** @returns once it is on disk. */
  append(entry: ApprovalEntry): Promise<void>;
}

/** A file of JSON lines, one entry each, only ever added to. */
export class ApprovalFile implements ApprovalLog {
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly file: string) {}

  append(entry: ApprovalEntry): Promise<void> {
    const written = this.last.then(() => this.write(`${JSON.stringify(entry)}\n`));
    this.last = written.catch(() => {});
    return written;
  }

  private async write(line: string): Promise<void> {
    await mkdir(path.dirname(this.file), { recursive: true });
    const handle = await open(this.file, 'a', 0o600);
    try {
      await handle.appendFile(line);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }
}
