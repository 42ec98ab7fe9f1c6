import type { IncomingMessage } from 'node:http';
import os from 'node:os';

/** Where an HTTP entrance listens, as far as it decides which names may call it. */
export interface Entrance {
  /** The address it is bound to. */
  host: string;
}

/**
 * Why a request may not come in, decided by its headers alone; undefined when it may.
 *
 * A web page can make a browser call this machine, under a name of its own that resolves to us: such a call carries
 * that name as Host, or the page's Origin. Forwarding headers are not looked at: anyone can write them.
 */
export function foreign(request: IncomingMessage, entrance: Entrance): string | undefined {
  const host = hostOf(request.headers.host);
  const names = allowedNames(request, entrance);
  if (host === undefined || !names.has(host)) return 'The Host header names another machine.';
  return isAllowedOrigin(request.headers.origin, names) ? undefined : 'Pages of other origins may not call.';
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function allowedNames(request: IncomingMessage, { host }: Entrance): Set<string> {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  if (isLoopback(host)) return new Set(names);
  const local = request.socket.localAddress?.replace(/^::ffff:/, '') ?? '';
  return new Set([...names, bracketed(host.toLowerCase()), bracketed(local), os.hostname().toLowerCase()]);
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** The name of a Host header without its port; undefined when it is no plain name. */
function hostOf(header: string | undefined): string | undefined {
  return /^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/.exec((header ?? '').toLowerCase())?.[1];
}

/** A browser page sends its origin; a client does not. */
function isAllowedOrigin(origin: string | undefined, names: Set<string>): boolean {
  if (origin === undefined) return true;
  const match = /^https?:\/\/([^/?#@\\]+)$/.exec(origin.toLowerCase());
  const host = hostOf(match?.[1]);
  return host !== undefined && names.has(host);
}
