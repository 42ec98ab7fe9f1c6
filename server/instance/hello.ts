import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import * as z from 'zod';
import { OperatorSecret } from '../protocol/approval.ts';
import { ErrorObject } from '../protocol/errors.ts';
import { ToolSelection } from '../protocol/selection.ts';

/** One more HTTP entrance, open for as long as the one who asked for it stays attached. */
export const Listen = z.strictObject({
  host: z.string(),
  port: z.int().min(0).max(65_535),
  sse: z.boolean(),
  /** What clients of this entrance must show. */
  bearer: z.string().min(43),
  /** PEM texts. */
  tls: z.strictObject({ cert: z.string(), key: z.string() }).optional(),
});
export type Listen = z.infer<typeof Listen>;

/** What the one who asked for an entrance is told: where it is, or why there is none. */
export const Opened = z.union([
  z.strictObject({ url: z.string(), sse_url: z.string().optional(), pid: z.int() }),
  ErrorObject,
]);
export type Opened = Exclude<z.infer<typeof Opened>, ErrorObject>;

/** The first line on the local socket: who attaches and how. After it the bytes are MCP's. */
export const Hello = z.strictObject({
  token: z.string(),
  roots: z.array(z.string()).default([]),
  catalog: z.string().optional(),
  read_only: z.boolean().default(false),
  selection: ToolSelection.optional(),
  command: z.enum(['attach', 'listen', 'appoint', 'stop']).default('attach'),
  listen: Listen.optional(),
  /** With "appoint": what the operator's sessions will show. */
  operator: OperatorSecret.optional(),
});
export type Hello = z.infer<typeof Hello>;

const helloTimeoutMs = 5000;
const helloMaxBytes = 64 * 1024;

/** Reads the hello line; undefined (and the socket destroyed) for anything else. */
export function readHello(
  socket: Socket,
  token: string,
): Promise<{ hello: Hello; rest: Buffer } | undefined> {
  return new Promise((resolve) => {
    let held = Buffer.alloc(0);
    const give = (value: { hello: Hello; rest: Buffer } | undefined) => {
      clearTimeout(timer);
      socket.off('data', read).off('error', refuse).off('close', refuse);
      if (!value) socket.destroy();
      resolve(value);
    };
    const refuse = () => give(undefined);
    const timer = setTimeout(refuse, helloTimeoutMs);
    const read = (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      const end = held.indexOf(10);
      if (end < 0) {
        if (held.length > helloMaxBytes) refuse();
        return;
      }
      const hello = parse(held.subarray(0, end));
      if (!hello || !sameSecret(hello.token, token)) return refuse();
      socket.pause();
      give({ hello, rest: Buffer.from(held.subarray(end + 1)) });
    };
    socket.on('data', read).on('error', refuse).on('close', refuse);
  });
}

/** Compares in a time that does not tell how much was right. */
export function sameSecret(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

function parse(line: Buffer): Hello | undefined {
  try {
    return Hello.parse(JSON.parse(line.toString('utf8')));
  } catch {
    return undefined;
  }
}
