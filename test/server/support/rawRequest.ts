import { request as plain } from 'node:http';
import { request as secure } from 'node:https';

interface RawRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Says how long the body is and never sends it. */
  announced?: number;
  /** PEM of the certificate to trust. */
  ca?: string;
}

/** A request with any header at all, Host included, which fetch forbids. @returns the status and the body */
export function rawRequest(
  url: string,
  { method = 'POST', headers = {}, body, announced, ca }: RawRequest,
): Promise<{ status: number; text: string; headers: Record<string, unknown> }> {
  const request = url.startsWith('https:') ? secure : plain;
  return new Promise((resolve, reject) => {
    const length = announced === undefined ? {} : { 'content-length': String(announced) };
    const options = { method, headers: { ...headers, ...length }, agent: false, ...(ca ? { ca } : {}) };
    const sent = request(url, options, (response) => {
      let text = '';
      const finish = () => {
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers });
        sent.destroy();
      };
      response.on('data', (chunk) => (text += chunk)).on('end', finish);
      // A stream has no end to wait for.
      if (response.headers['content-type'] === 'text/event-stream') response.once('data', finish);
    });
    sent.on('error', reject);
    if (announced === undefined) sent.end(body);
    else sent.flushHeaders();
  });
}
