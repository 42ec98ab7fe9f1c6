import * as z from 'zod';

/** Who a session is, for what keeps a record of who did what. What a client says of itself proves nothing. */
export interface Identity {
  /** Random, one per session; no secret and no way in. */
  session: string;
  /** As the client introduced itself; empty before it has. Cut to 100 characters each. */
  client: { name: string; version: string };
  /** The way it came in. */
  transport: 'local' | 'http' | 'sse' | 'in-process';
  /** Present when the session has proved to be the operator's. */
  operator?: true;
}

/** Who asked, as the audit log of a node says it; nobody where the node or a strategy did. */
export const By = z.string().optional();

/** A session in one line: what it says of itself, its id, and whether it is the operator's. */
export function nameOf({ client, session, operator }: Identity): string {
  const said = [client.name, client.version].filter(Boolean).join(' ') || 'client';
  return `${operator ? 'operator, ' : ''}${said} (${session})`;
}
