import type { LogOutputChannel } from 'vscode';
import type { ServerClient } from './client.ts';
import type { ReportPanels } from './reportPanels.ts';
import type { WorkspaceServer } from './server.ts';

/** What a command may use. */
export interface App {
  log: LogOutputChannel;
  server: WorkspaceServer;
  client: ServerClient;
  reports: ReportPanels;
  /** Folder of the installed extension, which holds the samples. */
  extensionPath: string;
}
