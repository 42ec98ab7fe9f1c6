import { Duplex, PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxMessageBytes, StreamTransport } from '../../server/mcp/streamTransport.ts';

type Message = { id?: unknown; method?: unknown; error?: { code: number } };

async function harness() {
  const input = new PassThrough();
  const output = new PassThrough();
  const transport = new StreamTransport(Duplex.from({ readable: input, writable: output }));
  const received: Message[] = [];
  const answers: Message[] = [];
  transport.onmessage = (message) => void received.push(message);
  output.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString().trim().split('\n')) answers.push(JSON.parse(line));
  });
  await transport.start();
  return { input, received, answers, transport };
}

const settle = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const request = (id: number, text = '') =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method: 'ping', params: { text } })}\n`;

describe('StreamTransport', () => {
  it('finds every message however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
        async (texts, cuts) => {
          const { input, received } = await harness();
          const bytes = Buffer.from(texts.map((text, i) => request(i, text)).join(''));
          for (let from = 0, i = 0; from < bytes.length; i++) {
            const size = cuts[i % cuts.length] ?? 1;
            input.write(bytes.subarray(from, from + size));
            from += size;
          }
          await settle();
          expect(received.map(({ id }) => id)).toEqual(texts.map((_, i) => i));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('answers what is no message with an error and reads on', async () => {
    const { input, received, answers } = await harness();
    input.write('not json\n');
    input.write('[]\nnull\n{"jsonrpc":"1.0"}\n\n');
    input.write(Buffer.from([0xff, 0xfe, 10]));
    input.write(request(7));
    await settle();
    expect(answers.map(({ error }) => error?.code)).toEqual([-32700, -32600, -32600, -32600, -32700]);
    expect(received).toHaveLength(1);
  });

  it('drops a message that is too long, says so once, and reads on', async () => {
    const { input, received, answers } = await harness();
    const part = Buffer.alloc(1024 * 1024, 'x');
    for (let sent = 0; sent <= maxMessageBytes + part.length; sent += part.length) input.write(part);
    input.write(`\n${request(8)}`);
    await settle();
    expect(answers.map(({ error }) => error?.code)).toEqual([-32600]);
    expect(received.map(({ id }) => id)).toEqual([8]);
  });

  const long = 'x'.repeat(maxMessageBytes);
  it.each<[string, string, unknown]>([
    ['first', `{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"text":"${long}"}}`, 'a'],
    ['last', `{"method":"tools/call","params":{"text":"${long}"},"jsonrpc":"2.0","id":41}`, 41],
    ['after an escaped quote', `{"params":"\\\\\\"${long}","method":"ping","id":"\\"b"}`, '"b'],
    ['only within its params', `{"method":"ping","params":{"id":1,"method":"x","text":"${long}"}}`, null],
    ['in what is no request', `{"id":1,"result":{"text":"${long}"}}`, null],
    ['in a batch', `[{"id":1,"method":"ping","params":"${long}"}]`, null],
    ['nowhere', `{"method":"ping","params":"${long}","id":{"id":1}}`, null],
    ['too long itself', `{"method":"ping","id":"${long}"}`, null],
  ])('answers a message that is too long under its id where it stands %s', async (_where, line, id) => {
    const { input, answers } = await harness();
    const bytes = Buffer.from(`${line}\n${request(9)}`);
    for (let from = 0; from < bytes.length; from += 65_537) input.write(bytes.subarray(from, from + 65_537));
    await settle();
    expect(answers).toMatchObject([{ id, error: { code: -32600 } }]);
  });

  it('closes once when the other side ends', async () => {
    const { input, transport } = await harness();
    let closed = 0;
    transport.onclose = () => void closed++;
    input.end();
    await settle();
    await transport.close();
    expect(closed).toBe(1);
    await expect(transport.send({ jsonrpc: '2.0', method: 'x' })).rejects.toThrow('closed');
  });
});
