import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../../server/lock.ts';
import { emaCross, ownStrategy } from './support/data.ts';
import { serverPid, workers } from './support/kills.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

let workspace: TestWorkspace;
let client: TestClient;
beforeAll(async () => {
  workspace = new TestWorkspace();
  client = await workspace.connect();
  const strategy = (name: string, onBar: string, extra = '') =>
    workspace.write(
      `${name}.py`,
      `import ctypes, os, sys, subprocess
from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.data import BarType
from nautilus_trader.trading.strategy import Strategy
${extra}

class S(Strategy):
    def on_start(self):
        self.seen = 0
        self.subscribe_bars(BarType.from_str("EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL"))

    def on_bar(self, bar):
        self.seen += 1
        ${onBar}
`,
    );
  strategy('raises', 'if self.seen == 5: raise ValueError("boom " + str(self.seen))');
  strategy('loops', 'while True: pass');
  strategy(
    'prints',
    'print("{\\"jsonrpc\\": \\"2.0\\"}\\r\\n\\r\\nContent-Length: 5\\r\\n\\r\\n", flush=True); os.write(1, b"raw")',
  );
  strategy('exits', 'sys.exit(3)');
  strategy('hard_exits', 'os._exit(7)');
  strategy('aborts', 'os.abort()');
  strategy('segfaults', 'ctypes.string_at(0)');
  strategy('panics', 'TraderId("nohyphen")', 'from nautilus_trader.model.identifiers import TraderId');
  strategy('grows', 'self.hoard = [numpy.zeros(2**30) for _ in range(100)]', 'import numpy');
  strategy('recurses', 'self.on_bar(bar)');
  strategy(
    'spawns',
    'subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) if self.seen == 1 else None\n        while True: pass',
  );
  strategy('reads_stdin', 'assert sys.stdin.read() == ""');
});
afterAll(() => workspace.close());

describe('a strategy that misbehaves', () => {
  it.each([
    ['raises', 'STRATEGY_RAISED', /ValueError.*boom 5/],
    ['exits', 'STRATEGY_EXITED', /exit/i],
    ['hard_exits', 'ENGINE_LOST', /exit code 7/],
    ['aborts', 'ENGINE_ABORTED', /SIGABRT/],
    ['segfaults', 'ENGINE_ABORTED', /SIGSEGV/],
    ['panics', 'ENGINE_ABORTED', /panicked/],
    ['grows', 'OUT_OF_MEMORY', /memory/],
    ['recurses', 'STRATEGY_RAISED', /RecursionError/],
  ])('%s: the call fails at once with %s, and the next one works', async (name, code, says) => {
    const error = await client.error('run_backtest', ownStrategy(`${name}.py:S`));
    expect(error.code, JSON.stringify(error)).toBe(code);
    expect(error.message).toMatch(says);
    const { run_id } = error.details as { run_id: string };
    expect(await client.call('get_run', { run_id })).toMatchObject({ status: 'failed', error: { code } });
    expect(await client.call('list_runs', { limit: 1 })).toMatchObject({ total: expect.any(Number) });
  });

  it('says where it raised', async () => {
    const error = await client.error('run_backtest', ownStrategy('raises.py:S'));
    expect(error.path).toMatch(/raises\.py:\d+$/);
    const { run_id } = error.details as { run_id: string };
    const { funnel } = await client.call('get_run', { run_id, detail: 'funnel' });
    expect(funnel).toMatchObject({
      data: [{ type: 'Bar' }],
      components: [{ subscriptions: [{ handler: 'on_bar', handler_calls: 5 }] }],
    });
  });

  it.each(['prints', 'reads_stdin'])('%s: cannot disturb the channel', async (name) => {
    const run = await client.run(ownStrategy(`${name}.py:S`));
    expect(run).toMatchObject({ status: 'completed', counts: { orders: 0 } });
    expect(run.warnings.map(({ code }) => code)).toContain('NO_TRADES');
  });

  it('loops for ever: its time runs out', async () => {
    const error = await client.error('run_backtest', ownStrategy('loops.py:S', {}, { timeout_seconds: 2 }));
    expect(error).toMatchObject({ code: 'RUN_TIMEOUT', path: 'timeout_seconds' });
  });

  it('loops for ever: it can be cancelled, with what it started', async () => {
    const { run_id } = await client.run(ownStrategy('spawns.py:S', {}, { mode: 'async' }));
    await expect
      .poll(async () => (await client.call('get_run', { run_id })).status, { timeout: 30_000 })
      .toBe('running');
    const spawned = () =>
      execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' }).includes('import time; time.sleep(600)');
    const canLook = process.platform !== 'win32';
    if (canLook) await expect.poll(spawned, { timeout: 30_000 }).toBe(true);
    expect(await client.call('cancel_run', { run_id })).toMatchObject({ status: 'cancelled' });
    expect(await client.call('cancel_run', { run_id })).toMatchObject({
      message: expect.stringContaining('already'),
    });
    if (canLook) expect(spawned()).toBe(false);
  });

  it('a client that cancels its call ends the run; one that leaves does not', async () => {
    const abort = new AbortController();
    const other = await workspace.connect();
    const call = other.sdk.callTool(
      { name: 'run_backtest', arguments: ownStrategy('loops.py:S', {}, { tags: ['left'] }) },
      undefined,
      {
        signal: abort.signal,
      },
    );
    call.catch(() => {});
    const status = async (tag: string) => {
      const { runs } = await client.call('list_runs', { tag });
      return (runs as { run_id: string; status: string }[])[0];
    };
    await expect.poll(async () => (await status('left'))?.status, { timeout: 30_000 }).toBe('running');
    abort.abort();
    await expect.poll(async () => (await status('left'))?.status, { timeout: 10_000 }).toBe('cancelled');

    const leaving = await workspace.connect();
    leaving.sdk
      .callTool({ name: 'run_backtest', arguments: ownStrategy('loops.py:S', {}, { tags: ['stays'] }) })
      .catch(() => {});
    await expect.poll(async () => (await status('stays'))?.status, { timeout: 30_000 }).toBe('running');
    await leaving.close();
    await sleep(500);
    const stayed = await status('stays');
    expect(stayed?.status).toBe('running');
    await client.call('cancel_run', { run_id: stayed?.run_id });
  });
});

describe.skipIf(process.platform === 'win32')('a process that is killed', () => {
  it('a run worker: its run fails with the reason, the server lives', async () => {
    const { run_id } = await client.run(ownStrategy('loops.py:S', {}, { mode: 'async' }));
    await expect
      .poll(async () => (await client.call('get_run', { run_id })).status, { timeout: 30_000 })
      .toBe('running');
    await sleep(2000);
    const [busiest] = workers(workspace);
    expect(busiest).toBeDefined();
    process.kill(busiest ?? 0, 'SIGKILL');
    await expect
      .poll(async () => (await client.call('get_run', { run_id })).status, { timeout: 10_000 })
      .toBe('failed');
    expect(await client.call('get_run', { run_id })).toMatchObject({ error: { code: 'ENGINE_LOST' } });
    expect(await client.run(emaCross())).toMatchObject({ status: 'completed' });
  });

  it('the one that answers questions: what was known of its environment is asked of the next', async () => {
    const known = await client.call('get_environment');
    expect(await client.call('get_environment')).toEqual(known);
    const before = workers(workspace);
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await expect.poll(() => before.filter(isAlive), { timeout: 10_000 }).toEqual([]);
    const { python, packages } = await client.call('get_environment');
    expect({ python, packages }).toEqual({ python: known.python, packages: known.packages });
    expect(workers(workspace).filter((pid) => !before.includes(pid))).not.toEqual([]);
  });

  it('the server: nothing of it stays, and the next one says what became of the run', async () => {
    const { run_id } = await client.run(ownStrategy('loops.py:S', {}, { mode: 'async' }));
    await expect
      .poll(async () => (await client.call('get_run', { run_id })).status, { timeout: 30_000 })
      .toBe('running');
    const pids = workers(workspace);
    expect(pids.length).toBeGreaterThan(0);
    process.kill(serverPid(workspace), 'SIGKILL');
    await expect.poll(() => pids.filter(isAlive), { timeout: 15_000 }).toEqual([]);
    const again = await workspace.connect();
    expect(await again.call('get_run', { run_id })).toMatchObject({
      status: 'failed',
      error: { code: 'ENGINE_LOST' },
    });
  });
});
