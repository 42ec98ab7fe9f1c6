import { request } from 'node:http';
import type { Readable } from 'node:stream';

/** Statuses whose answer has no body by definition. */
const bodiless = new Set([204, 205, 304]);

/**
 * `fetch` for the workspace's server, by Node's own HTTP: what stands behind the global one costs the editor 15 MB as soon as it
 * is used. One connection a request: a kept one may have been closed by the server in the moment it is used again.
 *
 * @throws TypeError with what happened as its cause, as `fetch` does
 */
export function loopbackFetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
  const { method = 'GET', body, signal } = init;
  const headers = Object.fromEntries(new Headers(init.headers));
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false, ...(signal ? { signal } : {}) }, (answer) => {
      const { statusCode: status = 500, statusMessage: statusText = '' } = answer;
      const told = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, String(value)]],
      );
      if (bodiless.has(status)) answer.resume();
      const content = bodiless.has(status) ? null : new ReadableStream(pulling(answer));
      resolve(new Response(content, { status, statusText, headers: told }));
    });
    sent.on('error', (cause) => {
      reject(signal?.aborted ? cause : new TypeError('fetch failed', { cause }));
    });
    sent.end(typeof body === 'string' ? body : undefined);
  });
}

/** A stream that is read as fast as it is asked for, and given up when nobody wants it any more. */
function pulling(answer: Readable): UnderlyingDefaultSource<Uint8Array> {
  const chunks = answer[Symbol.asyncIterator]();
  return {
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    cancel() {
      answer.destroy();
    },
  };
}
