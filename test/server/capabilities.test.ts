import path from 'node:path';
import {
  type LoggingLevel,
  ResourceListChangedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barsCsv, barsItem, emaCross } from './support/data.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

let workspace: TestWorkspace;
beforeAll(() => {
  workspace = new TestWorkspace();
});
afterAll(() => workspace.close());

const namesOf = async (client: TestClient) => (await client.sdk.listTools()).tools.map(({ name }) => name);

/** Counts what a client is told of lists that changed. */
function listen(client: TestClient) {
  const told = { tools: 0, resources: 0 };
  client.sdk.setNotificationHandler(ToolListChangedNotificationSchema, () => void told.tools++);
  client.sdk.setNotificationHandler(ResourceListChangedNotificationSchema, () => void told.resources++);
  return told;
}

describe('lists', () => {
  it('of tools follow the trading nodes, and those who see them are told', async () => {
    const [client, other] = await Promise.all([workspace.connect(), workspace.connect()]);
    const told = [listen(client), listen(other)];
    expect(await namesOf(client)).not.toContain('submit_order');
    await client.call('initialize_trading_node', { profile: 'demo' });
    await expect.poll(() => told.map(({ tools }) => tools), { timeout: 10_000 }).toEqual([1, 1]);
    expect(await namesOf(other)).toContain('submit_order');
    await client.call('stop_trading_node');
    await expect.poll(() => told.map(({ tools }) => tools), { timeout: 10_000 }).toEqual([2, 2]);
    expect(await namesOf(other)).not.toContain('submit_order');
  });

  it('of resources are told when a run comes and when it goes', async () => {
    const client = await workspace.connect();
    const told = listen(client);
    const { run_id } = await client.run(emaCross());
    await expect.poll(() => told.resources, { timeout: 10_000 }).toBe(1);
    await client.call('delete_runs', { run_ids: [run_id] });
    await expect.poll(() => told.resources, { timeout: 10_000 }).toBe(2);
  });
});

describe('switches', () => {
  it.each([
    ['as flags', ['--toolsets', 'data,environment', '--exclude-tools', 'import_data'], {}],
    [
      'in the environment',
      [],
      { QUARTERDECK_TOOLSETS: 'data,environment', QUARTERDECK_EXCLUDE_TOOLS: 'import_data' },
    ],
  ])('%s choose what is listed and what may be called', async (_how, flags, env) => {
    const client = await workspace.connect(flags, env);
    const listed = await namesOf(client);
    expect(listed).toContain('list_data');
    expect(listed).not.toContain('import_data');
    expect(listed).not.toContain('run_backtest');
    expect(await client.error('list_runs', {})).toMatchObject({ code: 'TOOL_EXCLUDED' });
    expect(await client.error('import_data', {})).toMatchObject({ code: 'TOOL_EXCLUDED' });
  });

  it('belong to one session: read-only for one, everything for another', async () => {
    const [careful, other] = await Promise.all([workspace.connect(['--read-only']), workspace.connect()]);
    expect(await careful.error('run_backtest', {})).toMatchObject({ code: 'READ_ONLY' });
    expect(await namesOf(careful)).not.toContain('run_backtest');
    expect(await other.error('run_backtest', {})).toMatchObject({ code: 'INVALID_ARGUMENTS' });
  });

  it('that name nothing there is are refused on the command line', async () => {
    const { code, stdout } = await workspace.cli('call', 'list_data', '{}', '--toolsets', 'dada');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      code: 'INVALID_ARGUMENTS',
      next_step: 'Did you mean "data"?',
    });
  });
});

describe('logging', () => {
  it('has a level for each session; warnings carry the component that wrote them', async () => {
    const levels: LoggingLevel[] = ['warning', 'error'];
    const [all, few] = await Promise.all(
      levels.map(async (level) => {
        const client = await workspace.connect();
        await client.sdk.setLoggingLevel(level);
        return client;
      }),
    );
    if (!all || !few) throw new Error('A client is missing.');
    const { run_id } = await all.run(emaCross());
    await few.run(emaCross());
    const lines = all.logs.map(({ logger, data }) => `${logger} ${String(Object(data).message)}`);
    expect(all.logs).toMatchObject([{ level: 'warning', logger: expect.stringMatching(/\w/) }]);
    expect(few.logs.filter(({ level }) => level !== 'error')).toEqual([]);
    // The same lines stand in the log that the run keeps.
    const { rows } = await all.read(`nautilus://runs/${run_id}/log?limit=1000`);
    const kept = new Set(
      (Array.isArray(rows) ? rows : []).map((row) => `${Object(row).component} ${Object(row).message}`),
    );
    expect(lines.filter((line) => !kept.has(line))).toEqual([]);
  });
});

describe('roots', () => {
  it('of the client bound what it reads and writes, and change when it says so', async () => {
    workspace.write('mine/bars.csv', barsCsv(100));
    let folder = path.join(workspace.root, 'mine');
    const client = await workspace.connect([], {}, () => [folder]);
    const check = (file: string) => ({ items: [barsItem({ file })] });
    await client.call('check_data', check('mine/bars.csv'));
    expect(await client.error('check_data', check('data/bars.csv'))).toMatchObject({
      code: 'PATH_OUTSIDE_WORKSPACE',
      path: 'items[0].file',
      message: expect.stringContaining('roots this client named'),
    });
    folder = workspace.root;
    await client.sdk.sendRootsListChanged();
    await client.call('check_data', check('data/bars.csv'));
    // What the client names does not widen what it may have.
    folder = workspace.folder;
    await client.sdk.sendRootsListChanged();
    const outside = check(path.join(workspace.folder, 'home', 'x.csv'));
    expect(await client.error('check_data', outside)).toMatchObject({ code: 'PATH_OUTSIDE_WORKSPACE' });
  });
});

describe('the schema of a tool', () => {
  it('can be read in full where the list shows the usual part', async () => {
    const client = await workspace.connect();
    const schema = await client.read('nautilus://schemas/run_backtest');
    const listed = (await client.sdk.listTools()).tools.find(({ name }) => name === 'run_backtest');
    expect(JSON.stringify(schema)).toContain('optimize_file_loading');
    expect(JSON.stringify(listed?.inputSchema)).not.toContain('optimize_file_loading');
    const ref = { type: 'ref/resource' as const, uri: 'nautilus://schemas/{tool}' };
    const { completion } = await client.sdk.complete({ ref, argument: { name: 'tool', value: 'run_' } });
    expect(completion.values).toEqual(['run_backtest']);
  });
});

describe('completions', () => {
  it('there are for every variable of a template that names something there is', async () => {
    const client = await workspace.connect();
    const { run_id } = await client.run(emaCross());
    await client.call('import_data', { items: [barsItem({ limit: 10 })] });
    await client.call('initialize_trading_node', { profile: 'demo', name: 'completed' });
    const { resourceTemplates } = await client.sdk.listResourceTemplates();
    const bar_type = 'EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL';
    const there = { node: 'completed', tool: 'run_backtest', name: 'default', id: 'EUR/USD.SIM', bar_type };
    // The catalog has bars alone, and which bars a node might make is endless.
    const none = /catalogs\/\{name\}\/(quotes|trades)|nodes\/\{node\}\/bars/;
    const chosen = { name: 'default', node: 'completed' };
    for (const { uriTemplate } of resourceTemplates) {
      const run = { id: run_id, instrument: 'EUR/USD.SIM' };
      const isRun = uriTemplate.startsWith('nautilus://runs/');
      const known = isRun ? run : there;
      for (const [, name = ''] of uriTemplate.matchAll(/\{(\w+)\}/g)) {
        const ref = { type: 'ref/resource' as const, uri: uriTemplate };
        const argument = { name, value: '' };
        const { completion } = await client.sdk.complete({
          ref,
          argument,
          context: { arguments: isRun ? { id: run_id } : chosen },
        });
        if (none.test(uriTemplate) && !(name in chosen)) expect(completion.values).toEqual([]);
        else expect(completion.values, uriTemplate).toContain(Object(known)[name]);
      }
    }
    await client.call('stop_trading_node', { node: 'completed' });
  });
});

describe('icons', () => {
  it('are PNG pictures on the server, tools, resources and prompts', async () => {
    const { sdk } = await workspace.connect();
    const [{ tools }, { resourceTemplates }, { prompts }] = await Promise.all([
      sdk.listTools(),
      sdk.listResourceTemplates(),
      sdk.listPrompts(),
    ]);
    for (const { icons } of [sdk.getServerVersion() ?? {}, ...tools, ...resourceTemplates, ...prompts]) {
      const [, bytes = ''] = icons?.[0]?.src.split('data:image/png;base64,') ?? [];
      expect(Buffer.from(bytes, 'base64').subarray(1, 4).toString()).toBe('PNG');
    }
  });
});

describe('tasks', () => {
  it('a backtest as a task is polled, and its result is that of the call', async () => {
    const { sdk } = await workspace.connect();
    const task = { ttl: 60_000 };
    const seen: string[] = [];
    const stream = sdk.experimental.tasks.callToolStream(
      { name: 'run_backtest', arguments: emaCross() },
      undefined,
      { task },
    );
    for await (const message of stream) {
      seen.push(message.type);
      if (message.type === 'result') {
        expect(message.result.structuredContent).toMatchObject({ status: 'completed' });
      }
    }
    expect(seen[0]).toBe('taskCreated');
    expect(seen.at(-1)).toBe('result');
    expect((await sdk.experimental.tasks.listTasks()).tasks).toMatchObject([{ status: 'completed' }]);
  });

  it('a task that is cancelled ends its run', async () => {
    workspace.write('endless.py', endless);
    const { sdk } = await workspace.connect();
    const request = { ...emaCross(), strategies: [{ source: 'endless.py:Endless' }] };
    const call = { name: 'run_backtest', arguments: request };
    const stream = sdk.experimental.tasks.callToolStream(call, undefined, { task: {} });
    const { value: first } = await stream.next();
    const { taskId } = first?.type === 'taskCreated' ? first.task : { taskId: '' };
    const client = await workspace.connect();
    const running = () => client.call('list_runs', { status: 'running' });
    await expect.poll(running, { timeout: 30_000 }).toMatchObject({ total: 1 });
    await sdk.experimental.tasks.cancelTask(taskId);
    await expect.poll(running, { timeout: 10_000 }).toMatchObject({ total: 0 });
    expect(await client.call('list_runs', { status: 'cancelled' })).toMatchObject({ total: 1 });
  });
});

const endless = `from nautilus_trader.trading.strategy import Strategy


class Endless(Strategy):
    def on_start(self):
        while True:
            pass
`;
