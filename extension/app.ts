import type { LogOutputChannel, Memento } from 'vscode';
import type { ServerClient } from './client.ts';
import type { Credentials } from './credentials.ts';
import type { Panels } from './panels.ts';
import type { WorkspaceServer } from './server.ts';
import type { Views } from './views/index.ts';

/** What a command may use. */
export interface App {
  log: LogOutputChannel;
  server: WorkspaceServer;
  client: ServerClient;
  credentials: Credentials;
  /** Reports and the other pages. */
  reports: Panels;
  views: Views;
  /** What commands remember of earlier answers in this workspace. */
  memory: Memento;
  /** Folder of the installed extension, which holds the samples. */
  extensionPath: string;
}
