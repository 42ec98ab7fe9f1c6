import { commands, Disposable } from 'vscode';
import type { App } from '../app.ts';
import { showError } from '../errors.ts';
import { type CommandId, commandIds } from './ids.ts';
import { runBacktest } from './runBacktest.ts';
import { setUpEngine } from './setUpEngine.ts';

const table: Record<CommandId, (app: App, argument: unknown) => unknown> = {
  'quarterdeck.runBacktest': runBacktest,
  'quarterdeck.setUpEngine': setUpEngine,
  'quarterdeck.showLog': ({ log }) => log.show(),
};

/** A command may throw: this is where people are told. */
export function registerCommands(app: App): Disposable {
  const registered = commandIds.map((id) =>
    commands.registerCommand(id, async (argument: unknown) => {
      try {
        await table[id](app, argument);
      } catch (error) {
        void showError(error, app.log);
      }
    }),
  );
  return Disposable.from(...registered);
}
