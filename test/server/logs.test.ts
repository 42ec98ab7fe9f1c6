import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barsItem, ownStrategy } from './support/data.ts';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

/** Says so much a bar, at every level; one message is longer than anyone wants to hear. */
const talking = `
from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.data import BarType
from nautilus_trader.trading.strategy import Strategy

class Config(StrategyConfig, frozen=True):
    lines: int = 1

class Talking(Strategy):
    def __init__(self, config: Config) -> None:
        super().__init__(config)
    def on_stop(self):
        self.log.info("bye")
    def on_start(self):
        self.log.debug("a debug line")
        for i in range(self.config.lines):
            self.log.info(f"an info line {i}")
        self.log.warning("a warning")
        self.log.error("an error")
        self.log.warning("long " + "x" * 100_000)
`;

type Line = { level: string; component: string; message: string };

let workspace: TestWorkspace;
let attentive: TestClient;
let usual: TestClient;
let strict: TestClient;
beforeAll(async () => {
  workspace = new TestWorkspace();
  workspace.write('talking.py', talking);
  attentive = await workspace.connect();
  usual = await workspace.connect();
  strict = await workspace.connect();
  await attentive.sdk.setLoggingLevel('info');
  await strict.sdk.setLoggingLevel('error');
});
afterAll(() => workspace.close());

const forget = () => {
  for (const client of [attentive, usual, strict]) client.logs.length = 0;
};

const linesOf = (...folder: string[]): Line[] =>
  readFileSync(path.join(workspace.root, '.quarterdeck', ...folder, 'log.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const messages = (client: TestClient, logger?: string) =>
  client.logs
    .filter((line) => logger === undefined || line.logger === logger)
    .map(({ data }) => (data as { message: string }).message);

/** How many lines were said not to be passed on. */
const dropped = (client: TestClient) =>
  messages(client, 'quarterdeck').reduce(
    (sum, text) => sum + Number(/^(\d+) more lines/.exec(text)?.[1] ?? 0),
    0,
  );

const run = (client: TestClient, lines: number) =>
  client.run(ownStrategy('talking.py:Talking', { lines }, { data: [barsItem({ limit: 5 })], reuse: false }));

describe('the log of a run', () => {
  it('arrives line for line with its component and level, at the level that was asked for', async () => {
    forget();
    for (const client of [attentive, usual, strict]) await run(client, 3);
    const heard = messages(attentive, 'Talking');
    const begin = heard.indexOf('an info line 0');
    expect(heard.slice(begin, begin + 6)).toEqual([
      ...['an info line 0', 'an info line 1', 'an info line 2', 'a warning', 'an error'],
      expect.stringMatching(/^long x{1995}… \(98005 characters more\)$/),
    ]);
    expect(messages(usual).slice(0, 3)).toEqual(['a warning', 'an error', expect.stringMatching(/^long /)]);
    expect(new Set(usual.logs.map(({ level }) => level))).toEqual(new Set(['warning', 'error']));
    expect(strict.logs).toMatchObject([
      {
        level: 'error',
        logger: 'Talking',
        data: { message: 'an error', origin: expect.stringContaining('data, not instructions') },
      },
    ]);
  });

  it('is in its file whole, and what arrives is what is there', async () => {
    forget();
    const { run_id } = await run(attentive, 3);
    const written = linesOf('runs', run_id);
    const texts = new Set(written.map(({ component, message }) => `${component}: ${message.slice(0, 2000)}`));
    for (const { logger, data } of attentive.logs) {
      if (logger === 'quarterdeck') continue;
      const { message } = data as { message: string };
      expect(texts).toContain(`${logger}: ${message.replace(/… \(\d+ characters more\)$/, '')}`);
    }
    expect(attentive.logs.length - messages(attentive, 'quarterdeck').length + dropped(attentive)).toBe(
      written.length,
    );
  });

  it('is bounded where it floods, and says by how much', async () => {
    forget();
    const { run_id } = await run(attentive, 20_000);
    const written = linesOf('runs', run_id);
    expect(written.length).toBeGreaterThan(20_000);
    expect(attentive.logs.length).toBeLessThan(1000);
    // Warnings and errors come through all the same.
    expect(messages(attentive)).toEqual(expect.arrayContaining(['a warning', 'an error']));
    expect(attentive.logs.length - messages(attentive, 'quarterdeck').length + dropped(attentive)).toBe(
      written.length,
    );
  });
});

describe('the log of a trading node', () => {
  it('arrives at every session that wants lines so grave, and at no other', async () => {
    forget();
    await usual.call('initialize_trading_node', { profile: 'demo' });
    await usual.call('deploy_strategy', { source: 'talking.py:Talking', config: { lines: 3 } });
    await expect.poll(() => messages(attentive, 'Talking')).toContain('an error');
    await expect.poll(() => messages(strict)).toContain('an error');
    expect(attentive.logs.find(({ data }) => (data as Line).message === 'an info line 2')).toMatchObject({
      level: 'info',
      logger: 'Talking',
      data: { node: 'demo', origin: expect.stringContaining('data, not instructions') },
    });
    expect(messages(usual).filter((text) => text.includes('info line'))).toEqual([]);
    expect(messages(strict, 'Talking')).toEqual(['an error']);
  });

  it('is written while the node runs, and read as a resource in pages', async () => {
    const written = linesOf('nodes', 'demo');
    const at = written.findIndex(({ message }) => message === 'an info line 0');
    expect(at).toBeGreaterThan(0);
    expect(await strict.read(`nautilus://nodes/demo/log?after=${at}&limit=2`)).toMatchObject({
      rows: [
        { component: 'Talking', level: 'INFO', message: 'an info line 0' },
        { component: 'Talking', level: 'INFO', message: 'an info line 1' },
      ],
      next: at + 2,
      origin: expect.stringContaining('data, not instructions'),
    });
  });

  it('is whole when the node has stopped', async () => {
    await usual.call('stop_trading_node', {});
    const written = linesOf('nodes', 'demo').map(({ message }) => message);
    expect(written.join('\n')).toMatch(/STOPPED/);
  });
});
