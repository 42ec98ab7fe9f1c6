import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { loopbackFetch } from '../../extension/loopbackFetch.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

function serve(listener: RequestListener): Promise<string> {
  return new Promise((resolve) => {
    server = createServer(listener).listen(0, '127.0.0.1', () => {
      const address = server?.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/mcp`);
    });
  });
}

it('sends what it is given and gives what came back', async () => {
  const url = await serve((request, response) => {
    response.writeHead(201, { 'x-token': `${request.method} ${request.headers.authorization}` });
    request.pipe(response);
  });
  const headers = new Headers({ Authorization: 'Bearer t' });
  const answer = await loopbackFetch(url, { method: 'POST', headers, body: '{"a":"ä"}' });
  expect([answer.status, answer.headers.get('x-token')]).toEqual([201, 'POST Bearer t']);
  expect(await answer.json()).toEqual({ a: 'ä' });
});

it('hands on each part of a stream as it comes, and ends it when nobody reads any more', async () => {
  let end: (() => void) | undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const url = await serve((_request, response) => {
    response.on('close', () => end?.()).write('one');
  });
  const reader = (await loopbackFetch(url)).body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('one');
  await reader?.cancel();
  await ended;
});

it('an answer without a body is one', async () => {
  const url = await serve((_request, response) => void response.writeHead(204).end());
  const answer = await loopbackFetch(url, { method: 'DELETE' });
  expect([answer.status, answer.body]).toEqual([204, null]);
});

it('says why nobody answered, and is given up at once', async () => {
  const gone = loopbackFetch('http://127.0.0.1:1/mcp');
  await expect(gone).rejects.toMatchObject({ name: 'TypeError', cause: { code: 'ECONNREFUSED' } });
  const url = await serve(() => undefined);
  const abort = new AbortController();
  const waiting = loopbackFetch(url, { signal: abort.signal });
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});
