import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../../server/lock.ts';
import { tools } from '../../server/tools/index.ts';
import { inspect } from '../bench/processes.mjs';
import { abuse } from './support/abuse.ts';
import { entrances } from './support/entrances.ts';
import { HttpServer } from './support/httpServer.ts';
import { RawClient } from './support/rawClient.ts';
import { TestWorkspace } from './support/workspace.ts';

/** What no client should send: nothing of it may end, hang or change anything. */
let workspace: TestWorkspace;
let server: HttpServer;
let way: ReturnType<typeof entrances>;
beforeAll(async () => {
  workspace = new TestWorkspace();
  server = await HttpServer.start(workspace, []);
  way = entrances(workspace, server);
});
afterAll(async () => {
  await server.close();
  await workspace.close();
});

/** Every file of the workspace with its size and time. */
function files(): string[] {
  const all = readdirSync(workspace.root, { recursive: true, encoding: 'utf8' });
  return all.map((name) => {
    const { size, mtimeMs } = statSync(path.join(workspace.root, name));
    return `${name} ${size} ${mtimeMs}`;
  });
}

const call = (args: string) =>
  `{"jsonrpc":"2.0","id":"deep","method":"tools/call","params":{"name":"list_runs","arguments":${args}}}\n`;

describe('one message of a kind', () => {
  it.each<[string, string | Buffer]>([
    ['malformed JSON', '{"jsonrpc":"2.0","id":5,"method":\n'],
    ['no JSON-RPC', '{"foo":1}\n[]\nnull\n42\n"x"\n'],
    ['a batch', `[${call('{}').trim()},${call('{}').trim()}]\n`],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x80, 0x0a])],
    ['NUL and line ends', '\0\0\r\n\r\n\n\n'],
    ['an unknown method', '{"jsonrpc":"2.0","id":8,"method":"nope/x"}\n'],
    ['the same id twice', call('{}') + call('{}')],
    ['__proto__', call('{"__proto__":{"status":"completed"},"constructor":{"prototype":{}}}')],
    ['a hundred thousand brackets', call(`{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
    ['a hundred thousand braces', call(`${'{"x":'.repeat(100_000)}1${'}'.repeat(100_000)}`)],
    ['numbers beyond what there is', call('{"limit":1e999}')],
    ['an answer to nothing', '{"jsonrpc":"2.0","id":77,"result":{}}\n'],
    [
      'a cancellation of nothing',
      '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}\n',
    ],
    ['a second initialize', '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}\n'],
    ['one byte too much', `"${'x'.repeat(8 * 1024 * 1024)}"\n`],
    ['eleven mebibytes', `"${'x'.repeat(11 * 1024 * 1024)}"\n`],
    ['twenty megabytes without an end', `${'x'.repeat(20_000_000)}\n`],
  ])('%s: the next call is answered', async (_what, bytes) => {
    const client = await RawClient.open(way);
    client.write(bytes);
    client.call('next', 'list_runs');
    expect(await client.answer('next')).toMatchObject({ result: { structuredContent: { total: 0 } } });
    client.close();
  });

  it('sixty-five requests at once: one is refused, all are answered', async () => {
    const client = await RawClient.open(way);
    for (let i = 0; i < 65; i++) client.call(`at-once-${i}`, 'get_environment');
    const answers = await Promise.all(Array.from({ length: 65 }, (_, i) => client.answer(`at-once-${i}`)));
    const refused = answers.filter((answer) => JSON.stringify(answer).includes('requests at once'));
    expect(refused.length).toBeGreaterThanOrEqual(1);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(64 - 1);
    client.close();
  });
});

it('forty-eight mebibytes without an end cost little, and are answered under the id they bear', async () => {
  const client = await RawClient.open(way);
  const before = inspect(way.pid).megabytes;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, inspect(way.pid).megabytes);
  }, 5);
  client.write('{"jsonrpc":"2.0","method":"tools/call","params":{"name":"list_runs","arguments":{"x":"');
  const part = Buffer.alloc(1024 * 1024, 'x');
  for (let sent = 0; sent < 48; sent++) {
    client.write(part);
    await sleep(1);
  }
  client.write('"}},"id":"endless"}\n');
  const answer = await client.answer('endless');
  clearInterval(watch);
  console.log(`a message of 48 MiB: the server grew by ${(most - before).toFixed(0)} MB`);
  expect(answer).toMatchObject({ error: { code: -32600 } });
  expect(most - before).toBeLessThan(64);
  client.close();
});

it('ten thousand generated messages: no crash, no silence, no write', async () => {
  const before = files();
  const { sent, answered } = await abuse(way, { messages: 10_000, seed: 20_261 });
  console.log(`abuse: ${sent} messages, ${answered} answered, server alive: ${isAlive(way.pid)}`);
  expect(isAlive(way.pid)).toBe(true);
  expect(files()).toEqual(before);
});

it('a call with an argument that no tool has is refused by every tool', async () => {
  const client = await RawClient.open(way);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...tools), fc.object(), fc.uuid(), async ({ name }, args, id) => {
      client.call(id, name, { ...args, 'no such argument': 1 });
      expect(await client.answer(id)).toMatchObject({ result: { isError: true } });
    }),
    { numRuns: 300, seed: 7 },
  );
  client.close();
});
