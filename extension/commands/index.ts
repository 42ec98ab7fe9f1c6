import { commands, Disposable } from 'vscode';
import type { Whole } from '../whole.ts';
import { commandIds } from './ids.ts';

/** Every command by its id; what it does is in the table. */
export function registerCommands(whole: Whole): Disposable {
  const registered = commandIds.map((id) =>
    commands.registerCommand(id, async (target: unknown, selection: unknown) => {
      const { app, later } = await whole.loadAll();
      await later.runCommand(app, id, target, selection);
    }),
  );
  return Disposable.from(...registered);
}
