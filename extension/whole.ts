import {
  type Disposable,
  EventEmitter,
  type ExtensionContext,
  type LogOutputChannel,
  type StatusBarItem,
} from 'vscode';
import type { App } from './app.ts';
import type { Trees } from './views/trees.ts';

/** What the editor has of us before anything else is loaded. */
export interface Shell {
  context: ExtensionContext;
  log: LogOutputChannel;
  status: StatusBarItem;
  trees: Trees;
}

/** The modules that know the protocol, and with it zod and the MCP client. */
type Rest = typeof import('./rest.ts');

/** What only a person's wish needs. */
type Later = typeof import('./later.ts');

/** The whole extension: loaded once, at the first need. */
export class Whole implements Disposable {
  private loading: Promise<{ app: App; rest: Rest }> | undefined;
  private readonly started = new EventEmitter<App>();
  /** Fires when it has been loaded. */
  readonly onDidStart = this.started.event;
  /** Undefined until then. */
  app: App | undefined;

  constructor(private readonly shell: Shell) {}

  load(): Promise<{ app: App; rest: Rest }> {
    this.loading ??= this.start();
    return this.loading;
  }

  /** With what carries out a person's wishes. */
  async loadAll(): Promise<{ app: App; later: Later }> {
    const { app } = await this.load();
    return { app, later: await import('./later.ts') };
  }

  dispose(): void {
    this.started.dispose();
  }

  private async start(): Promise<{ app: App; rest: Rest }> {
    const rest = await import('./rest.ts');
    const app = rest.start(this.shell);
    this.app = app;
    this.started.fire(app);
    return { app, rest };
  }
}
