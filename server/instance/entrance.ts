import { HttpFront } from '../mcp/http.ts';
import type { Session } from '../mcp/session.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import { type Listen, type Opened, sameSecret } from './hello.ts';

/**
 * Opens an HTTP entrance.
 *
 * @param session makes the session of a new client.
 * @throws QuarterdeckError ADDRESS_UNAVAILABLE
 */
export async function openEntrance(
  { host, port, sse, bearer, tls }: Omit<Listen, 'bearer'> & { bearer?: string },
  session: (asked: { transport: 'http' | 'sse'; readOnly: boolean }) => Session,
): Promise<{ front: HttpFront; opened: Opened }> {
  const front = new HttpFront({
    ...{ host, sse },
    ...(tls ? { tls } : {}),
    ...(bearer === undefined ? {} : { authorize: (token: string) => sameSecret(token, bearer) }),
    connect: (transport, asked) => session(asked).connect(transport),
  });
  const { url } = await front.listen(port).catch((error: unknown) => {
    throw unavailable(host, port, error);
  });
  const opened = { url, pid: process.pid, ...(sse ? { sse_url: url.replace(/mcp$/, 'sse') } : {}) };
  return { front, opened };
}

function unavailable(host: string, port: number, error: unknown): QuarterdeckError {
  const reason = error instanceof Error ? error.message : String(error);
  return new QuarterdeckError(
    'ADDRESS_UNAVAILABLE',
    `Quarterdeck cannot listen on ${host}, port ${port}: ${reason}`,
    'Choose another --port (0 takes a free one) or --host; with TLS, check the certificate and its key.',
  );
}
