import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { Refusal } from './refusal.ts';

/** An API key of an account, with what proves its signatures. */
export type ApiKey = { account: string } & ({ secret: string } | { publicKey: KeyObject });

export function ed25519Key(account: string, pem: string): ApiKey {
  return { account, publicKey: createPublicKey(pem) };
}

/**
 * The account a signed request is of.
 *
 * @param payload what was signed, the signature left out.
 * @param now the venue's clock in milliseconds.
 * @throws Refusal −2014/−2015 (key), −1021 (time window) or −1022 (signature).
 */
export function authenticate(
  keys: ReadonlyMap<string, ApiKey>,
  { apiKey, payload, params }: { apiKey: string | undefined; payload: string; params: URLSearchParams },
  now: number,
): string {
  if (!apiKey) throw new Refusal(-2014, 'API-key format invalid.', 401);
  const key = keys.get(apiKey);
  if (!key) throw new Refusal(-2015, 'Invalid API-key, IP, or permissions for action.', 401);
  const time = Number(params.get('timestamp') ?? 'NaN');
  if (Number.isNaN(time)) throw missing('timestamp');
  if (time > now + 1000)
    throw new Refusal(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
  if (now - time > Number(params.get('recvWindow') ?? 5000))
    throw new Refusal(-1021, 'Timestamp for this request is outside of the recvWindow.');
  if (!isSigned(key, payload, params.get('signature') ?? ''))
    throw new Refusal(-1022, 'Signature for this request is not valid.');
  return key.account;
}

export function missing(name: string): Refusal {
  return new Refusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
}

function isSigned(key: ApiKey, payload: string, signature: string): boolean {
  if ('publicKey' in key)
    return verify(null, Buffer.from(payload), key.publicKey, Buffer.from(signature, 'base64'));
  const expected = createHmac('sha256', key.secret).update(payload).digest();
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
