import path from 'node:path';
import { CustomExecution, type Disposable, Task, TaskGroup, TaskScope, tasks, workspace } from 'vscode';
import type { Whole } from './whole.ts';

const type = 'quarterdeck';

/** Each request kept in `backtests/*.json` as a task; errors go to the Problems view. */
export function offerTasks(whole: Whole): Disposable {
  return tasks.registerTaskProvider(type, {
    async provideTasks() {
      const files = await workspace.findFiles('backtests/*.json', undefined, 200);
      return files.map((uri) => toTask(whole, workspace.asRelativePath(uri, false)));
    },
    /** A task of tasks.json: a file with the arguments of `run_backtest`. */
    resolveTask({ definition }) {
      const file: unknown = definition.file;
      return definition.type === type && typeof file === 'string' ? toTask(whole, file) : undefined;
    },
  });
}

function toTask(whole: Whole, file: string): Task {
  const name = `backtest ${path.basename(file, '.json')}`;
  const execution = new CustomExecution(async () => {
    const { app, later } = await whole.loadAll();
    return new later.BacktestTerminal(app, file);
  });
  const task = new Task({ type, file }, TaskScope.Workspace, name, 'Quarterdeck', execution, '$quarterdeck');
  task.group = TaskGroup.Test;
  task.detail = file;
  return task;
}
