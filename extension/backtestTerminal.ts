import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EventEmitter, type Pseudoterminal } from 'vscode';
import * as z from 'zod';
import { toQuarterdeckError } from '../server/protocol/errors.ts';
import type { App } from './app.ts';

const Started = z.object({ run_id: z.string() }).loose();

/** Runs one request and prints what a terminal would: the figures, or `file:line: error: …`. */
export class BacktestTerminal implements Pseudoterminal {
  private readonly written = new EventEmitter<string>();
  private readonly closed = new EventEmitter<number>();
  readonly onDidWrite = this.written.event;
  readonly onDidClose = this.closed.event;
  private readonly abort = new AbortController();

  constructor(
    private readonly app: App,
    private readonly file: string,
  ) {}

  open(): void {
    void this.run().then((code) => this.closed.fire(code));
  }

  close(): void {
    this.abort.abort();
  }

  private async run(): Promise<number> {
    const { client, server } = this.app;
    try {
      const text = await readFile(path.join(server.folder, this.file), 'utf8');
      const request = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
      this.print(`run_backtest ${this.file}`);
      const answer = await client.call('run_backtest', { ...request, mode: 'sync' }, Started, {
        signal: this.abort.signal,
        onProgress: (message) => this.print(message),
      });
      this.print(
        JSON.stringify(
          answer,
          ['run_id', 'status', 'counts', 'orders', 'fills', 'balances', 'venue', 'total', 'currency'],
          2,
        ),
      );
      return 0;
    } catch (error) {
      const { code, message, path: where, next_step } = toQuarterdeckError(error).toObject();
      this.print(`${place(where) ?? `${this.file}:1`}: error: ${message} ${next_step} [${code}]`);
      return 1;
    }
  }

  private print(text: string): void {
    this.written.fire(`${text.replaceAll('\n', '\r\n')}\r\n`);
  }
}

/** A `file:line` when that is where the error is; a path into the request otherwise is not one. */
function place(where: string | undefined): string | undefined {
  return where !== undefined && /\.py:\d+$/.test(where) ? where : undefined;
}
