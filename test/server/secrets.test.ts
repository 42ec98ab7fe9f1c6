import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { barsItem, emaCross, ownStrategy } from './support/data.ts';
import { HttpServer } from './support/httpServer.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

/** A secret nobody typed into a call: it came with the environment, as the keys of a venue do. */
const canary = 'Canary7Qz4Wm9xR2bT6yU1';
const planted = {
  BINANCE_API_SECRET: canary,
  API_KEY: `${canary}-key`,
  DATABASE_URL: `postgres://me:${canary}@localhost/db`,
};
/** Nothing in its name says that it is one; a strategy that trades gets none of these all the same. */
const plain = 'Canary8Tk3Vb5nH7cD1pL0';
const backwards = [...canary].reverse().join('');
const forms = [
  ...[canary, backwards, encodeURIComponent(canary), Buffer.from(canary).toString('hex'), ...base64(canary)],
];

const curious = `
import os
from nautilus_trader.model.data import BarType
from nautilus_trader.trading.strategy import Strategy

class Curious(Strategy):
    def on_start(self):
        self.subscribe_bars(BarType.from_str("EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL"))
        print(dict(os.environ))
        self.log.warning(str(dict(os.environ)))

class Trading(Strategy):
    def on_start(self):
        names = [name for name in os.environ]
        self.log.warning("names " + " ".join(names))
        print(dict(os.environ))
        self.log.warning(str(dict(os.environ)))

class Raising(Curious):
    def on_bar(self, bar):
        raise RuntimeError(str(dict(os.environ)))

class Aborting(Curious):
    def on_bar(self, bar):
        import sys
        print(dict(os.environ), file=sys.stderr, flush=True)
        os.abort()
`;

let workspace: TestWorkspace;
let server: HttpServer;
let client: TestClient;
beforeAll(async () => {
  workspace = new TestWorkspace();
  workspace.write('curious.py', curious);
  workspace.write(
    'script.py',
    'import os\nprint(dict(os.environ))\nraise SystemExit(str(dict(os.environ)))\n',
  );
  server = await HttpServer.start(workspace, [], { ...planted, DEPLOY_HOOK: plain });
  client = await workspace.connect();
});
afterAll(async () => {
  await server.close();
  await workspace.close();
});

/** Base64 of it at each of the three places it can have in something longer. */
function base64(text: string): string[] {
  return [0, 1, 2].map((before) =>
    Buffer.from(`${'_'.repeat(before)}${text}`)
      .toString('base64')
      .slice(before + 2, -4),
  );
}

function expectClean(where: string, text: string): void {
  for (const form of forms) {
    if (text.includes(form)) expect.fail(`${where} holds the secret: …${excerpt(text, text.indexOf(form))}…`);
  }
}

const excerpt = (text: string, at: number) => text.slice(Math.max(0, at - 80), at);

function* filesBelow(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory()) yield* filesBelow(file);
    else if (found?.isFile()) yield file;
  }
}

it('a secret of the environment is in no answer, no resource, no notification', async () => {
  const raw = async (name: string, args: Record<string, unknown>) =>
    JSON.stringify(await client.sdk.callTool({ name, arguments: args }, undefined, { timeout: 120_000 }));
  const answers = [
    await raw('get_environment', {}),
    await raw('run_backtest', ownStrategy('curious.py:Curious')),
    await raw('run_backtest', ownStrategy('curious.py:Raising')),
    await raw('run_backtest', ownStrategy('curious.py:Aborting')),
    await raw('run_backtest', { script: 'script.py' }),
    await raw('check_strategy', { source: 'curious.py:Curious' }),
    await raw('import_data', { items: [barsItem({ limit: 10 })] }),
    await raw('run_backtest', emaCross()),
    await raw('list_runs', {}),
  ];
  for (const answer of answers) expectClean('an answer', answer);
  expect(answers.join()).toContain('STRATEGY_RAISED');

  const { runs } = await client.read('nautilus://runs');
  const ids = (runs as { run_id: string }[]).map(({ run_id }) => run_id);
  expect(ids.length).toBeGreaterThan(3);
  for (const id of ids) {
    for (const part of ['', '/log', '/funnel']) {
      const read = client.sdk.readResource({ uri: `nautilus://runs/${id}${part}` });
      expectClean(`nautilus://runs/${id}${part}`, JSON.stringify(await read.catch(String)));
    }
    expectClean('the log', await raw('get_run', { run_id: id, detail: 'log', limit: 1000 }));
  }
  expectClean('the notifications', JSON.stringify(client.logs));
});

it('nor is it, or anything else that is no business of a strategy, where a deployed one looks', async () => {
  await client.call('initialize_trading_node', { profile: 'demo' });
  await client.call('deploy_strategy', { source: 'curious.py:Trading', config: {} });
  const stopped = await client.call('stop_trading_node', {});
  const log = readFileSync(path.join(workspace.root, '.quarterdeck', 'nodes', 'demo', 'log.jsonl'), 'utf8');
  const [, names] = /"names ([^"]+)"/.exec(log) ?? [];
  expect(names?.split(' ')).toEqual(
    expect.arrayContaining(['PATH', 'HOME', 'PYTHONPATH', 'QUARTERDECK_HOME']),
  );
  for (const name of [...Object.keys(planted), 'DEPLOY_HOOK']) expect(names?.split(' ')).not.toContain(name);
  expectClean('the node’s log', log);
  expect(log).not.toContain(plain);
  expectClean('what the node said', JSON.stringify(stopped));
});

it('nor in a file of the workspace or of the user data folder', () => {
  const files = [...filesBelow(workspace.root), ...filesBelow(workspace.home)];
  expect(files.some((file) => file.endsWith('log.jsonl'))).toBe(true);
  expect(files.some((file) => /server-.*\.log$/.test(file))).toBe(true);
  for (const file of files) expectClean(file, readFileSync(file, 'latin1'));
});

it.skipIf(process.platform !== 'linux')('nor in the command line of a process (looks into /proc)', () => {
  const lines = readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) ? [readFileSync(`/proc/${name}/cmdline`, 'utf8')] : [];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
  expect(lines.join('\n')).toContain('quarterdeck');
  for (const line of lines) expectClean('a command line', line);
});

it('and the token of the server is in none of them either', () => {
  const { token } = server;
  const files = [...filesBelow(workspace.root), ...filesBelow(path.join(workspace.home, 'logs'))];
  for (const file of files) expect(readFileSync(file, 'latin1').includes(token), file).toBe(false);
});
