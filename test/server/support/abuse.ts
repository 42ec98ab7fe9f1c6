import fc from 'fast-check';
import { tools } from '../../../server/tools/index.ts';
import { RawClient } from './rawClient.ts';

const methods = [
  'initialize',
  'ping',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'tasks/get',
  'tasks/cancel',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/initialized',
];

const uris = [
  'nautilus://runs',
  'nautilus://runs/..%2F..',
  'nautilus://catalogs/%00',
  'nautilus://',
  'ui://x',
];

/** Ids in the shape JSON-RPC allows, and others; never one that a test waits for. */
const id = fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.jsonValue());

/** Arguments that no tool takes: a valid call among the generated ones could do what it says. */
const wrong = fc.object().map((args) => ({ ...args, 'no such argument': 1 }));

const params = fc.oneof(
  fc.jsonValue(),
  fc.record({ name: fc.constantFrom(...tools.map(({ name }) => name)), arguments: wrong }),
  fc.record({ name: fc.string(), arguments: fc.jsonValue() }),
  fc.record({ uri: fc.oneof(fc.constantFrom(...uris), fc.string(), fc.webUrl()) }),
  fc.record({ level: fc.constantFrom('debug', 'error', 'loud') }),
  fc.record({ requestId: id, progressToken: id, progress: fc.double() }),
  fc.record({
    ref: fc.record({
      type: fc.constantFrom('ref/resource', 'ref/prompt', 'x'),
      uri: fc.string(),
      name: fc.string(),
    }),
    argument: fc.record({ name: fc.string(), value: fc.string() }),
  }),
);

const request = fc.record(
  { jsonrpc: fc.constantFrom('2.0', '2.0', '2.0', '1.0'), id, method: fc.constantFrom(...methods), params },
  { requiredKeys: ['method'] },
);

const line = fc.oneof(
  { weight: 6, arbitrary: request.map((message) => Buffer.from(JSON.stringify(message))) },
  { weight: 1, arbitrary: fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value) ?? 'null')) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  // A message cut somewhere.
  {
    weight: 1,
    arbitrary: fc
      .tuple(request, fc.nat(200))
      .map(([message, at]) => Buffer.from(JSON.stringify(message).slice(0, at))),
  },
);

/** Sends generated messages and, after each hundred, a good call that must be answered by the same connection. */
export async function abuse(
  way: { socket: string; token: string },
  { messages, seed }: { messages: number; seed: number },
): Promise<{ sent: number; answered: number }> {
  const client = await RawClient.open(way);
  const generated = fc.sample(line, { numRuns: messages, seed });
  let sent = 0;
  let answered = 0;
  for (const bytes of generated) {
    client.write(Buffer.concat([bytes, Buffer.from('\n')]));
    sent++;
    if (sent % 50 !== 0 && sent !== messages) continue;
    client.call(`good-${sent}`, 'list_runs');
    const answer = await client.answer(`good-${sent}`);
    if (!JSON.stringify(answer).includes('"total":0')) {
      throw new Error(`After ${sent} messages of seed ${seed}: ${JSON.stringify(answer).slice(0, 500)}`);
    }
    answered += client.messages.length;
    client.messages.length = 0;
  }
  client.close();
  return { sent, answered };
}
