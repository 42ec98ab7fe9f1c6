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
