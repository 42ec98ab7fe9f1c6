import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { operatorMethod } from '../../server/protocol/approval.ts';
import { TestWorkspace } from './support/workspace.ts';

const Attached = z.object({ url: z.string(), token_file: z.string(), pid: z.int(), operator: z.boolean() });

let workspace: TestWorkspace;
beforeAll(() => {
  workspace = new TestWorkspace();
});
afterAll(() => workspace.close());

/** `quarterdeck attach --operator`, as the extension calls it. */
async function attach(secret: string) {
  const child = workspace.spawn(['attach', '--json', '--operator']);
  child.stdin?.end(`${secret}\n`);
  let stdout = '';
  child.stdout?.on('data', (text) => (stdout += text));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, answer: JSON.parse(stdout) };
}

async function connect({ url, token_file }: z.infer<typeof Attached>) {
  const client = new Client({ name: 'quarterdeck-extension', version: '0' });
  const headers = { authorization: `Bearer ${readFileSync(token_file, 'utf8').trim()}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return client;
}

const claim = (client: Client, secret: string, more: object = {}) =>
  client.request({ method: operatorMethod, params: { secret, armed: false, ...more } }, z.object({}));

describe('the operator', () => {
  const secret = randomBytes(32).toString('base64url');
  const credential = `canary-${randomBytes(16).toString('hex')}`;

  it('is the editor that came first, in all its windows; no other', async () => {
    const { code, answer } = await attach(secret);
    expect(code).toBe(0);
    const attached = Attached.parse(answer);
    expect(attached.operator).toBe(true);
    expect(Attached.parse((await attach(secret)).answer).operator).toBe(true);
    expect(Attached.parse((await attach('x'.repeat(43))).answer).operator).toBe(false);

    const editor = await connect(attached);
    const credentials = { BINANCE_API_SECRET: credential };
    await claim(editor, secret, { credentials });
    const poser = await connect(attached);
    await expect(claim(poser, 'x'.repeat(43))).rejects.toMatchObject({ data: { code: 'OPERATOR_REFUSED' } });
    await expect(claim(editor, secret, { credentials: { LD_PRELOAD: 'x' } })).rejects.toMatchObject({
      data: { code: 'INVALID_ARGUMENTS' },
    });
    await Promise.all([editor.close(), poser.close()]);
  });

  it('says its secret on standard input or not at all', async () => {
    expect((await attach('short')).answer).toMatchObject({ code: 'INVALID_ARGUMENTS', path: '--operator' });
  });

  it('leaves neither its secret nor its credentials anywhere', async () => {
    const { pid } = Attached.parse((await attach(secret)).answer);
    const texts = filesBelow(workspace.folder).map((file) => readFileSync(file, 'latin1'));
    if (process.platform === 'linux') {
      texts.push(...['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'latin1')));
    }
    expect(texts.join('\n')).toContain('operator_accepted');
    for (const text of texts) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(credential);
    }
  });
});

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
