import { readFile } from 'node:fs/promises';
import { type Disposable, EventEmitter, type LogOutputChannel, l10n, workspace } from 'vscode';
import * as z from 'zod';
import { QuarterdeckError } from '../server/protocol/errors.ts';
import { runCli } from './cli.ts';
import type { Operator } from './operator.ts';
import { interpreterChoice } from './python.ts';

/** How the workspace's server is reached. */
export interface Connection {
  url: string;
  token: string;
  /** Whether this editor is the server's operator; another one may have come first. */
  operator: boolean;
}

const Attached = z.object({
  url: z.url(),
  token_file: z.string(),
  pid: z.int(),
  workspace: z.string(),
  operator: z.boolean(),
});

/** The one server of the open workspace: found, or started when none runs. It outlives the editor. */
export class WorkspaceServer implements Disposable {
  private attaching: Promise<Connection> | undefined;
  private readonly moved = new EventEmitter<void>();
  /** Fires when the server answers at another address or with another token than before. */
  readonly onDidMove = this.moved.event;

  /** Where the server was when last asked. */
  known: Connection | undefined;

  constructor(
    private readonly log: LogOutputChannel,
    private readonly operator: Operator,
  ) {}

  /** The folder whose server it is. @throws QuarterdeckError when none is open */
  get folder(): string {
    const folder = workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
    if (folder) return folder.uri.fsPath;
    throw new QuarterdeckError(
      'INVALID_ARGUMENTS',
      l10n.t('Quarterdeck works in a folder, and none is open.'),
      l10n.t('Open the folder with your strategies, then try again.'),
    );
  }

  /** @throws QuarterdeckError */
  attach(): Promise<Connection> {
    this.attaching ??= this.ask().finally(() => {
      this.attaching = undefined;
    });
    return this.attaching;
  }

  dispose(): void {
    this.moved.dispose();
  }

  private async ask(): Promise<Connection> {
    const { folder } = this;
    const { args: interpreter, env } = await interpreterChoice(this.log);
    const args = ['attach', '--workspace', folder, '--json', '--operator', ...interpreter];
    const input = `${await this.operator.secret()}\n`;
    const answer = await runCli(args, { cwd: folder, env, input, onLine: (line) => this.log.info(line) });
    const { url, token_file, pid, operator } = Attached.parse(answer);
    const connection = { url, token: (await readFile(token_file, 'utf8')).trim(), operator };
    this.log.info(`Attached to the server of ${folder} at ${url} (process ${pid}).`);
    const before = this.known;
    this.known = connection;
    if (before && (before.url !== url || before.token !== connection.token)) this.moved.fire();
    return connection;
  }
}
