import { InMemoryTaskStore } from '@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js';
import type { RequestTaskStore } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { CallToolResult, CreateTaskResult } from '@modelcontextprotocol/sdk/types.js';

/** Tools that may take long enough for a client to poll instead of wait. */
export const taskTools: ReadonlySet<string> = new Set(['run_backtest', 'import_data', 'check_data']);

export const taskCapability = { list: {}, cancel: {}, requests: { tools: { call: {} } } };

const longestKeptMs = 60 * 60_000;
const pollEveryMs = 500;

/** The tasks of a session. A call that was made a task goes on whatever becomes of its request, until it is cancelled. */
export class SessionTasks extends InMemoryTaskStore {
  private readonly running = new Map<string, AbortController>();

  /** Begins a call as a task and answers at once. @param work gets the signal that a cancelled task aborts. */
  async begin(
    store: RequestTaskStore,
    ttl: number | undefined,
    work: (signal: AbortSignal) => Promise<CallToolResult>,
  ): Promise<CreateTaskResult> {
    const kept = Math.min(ttl ?? longestKeptMs, longestKeptMs);
    const task = await store.createTask({ ttl: kept, pollInterval: pollEveryMs });
    const abort = new AbortController();
    this.running.set(task.taskId, abort);
    void work(abort.signal)
      .then((result) => store.storeTaskResult(task.taskId, result.isError ? 'failed' : 'completed', result))
      // A cancelled task takes no result, and one that is no longer kept needs none.
      .catch(() => {})
      .finally(() => this.running.delete(task.taskId));
    return { task };
  }

  override async updateTaskStatus(
    ...[taskId, status, ...rest]: Parameters<InMemoryTaskStore['updateTaskStatus']>
  ): Promise<void> {
    await super.updateTaskStatus(taskId, status, ...rest);
    if (status === 'cancelled') this.running.get(taskId)?.abort();
  }
}
