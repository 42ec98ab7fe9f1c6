import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { workspace } from 'vscode';
import type { Whole } from './whole.ts';

/** What a closed window left running is shown again without anybody asking. */
export async function greetLeftRunning(whole: Whole): Promise<void> {
  const [folder] = workspace.workspaceFolders ?? [];
  if (!folder) return;
  const nodes = path.join(folder.uri.fsPath, '.quarterdeck', 'nodes');
  const names = await readdir(nodes).catch(() => []);
  if (names.length === 0) return;
  const { app, rest } = await whole.load();
  if (await rest.hasActiveNode(nodes)) app.client.greet();
}
