import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

/** 256 bits or more, as hexadecimal or base64 text. */
export const OperatorSecret = z.string().regex(/^[A-Za-z0-9+/=_-]{43,200}$/);

/** A client's claim to be the operator: a request of ours within the protocol. */
export const OperatorClaim = z.strictObject({
  secret: OperatorSecret,
  armed: z.boolean().default(false),
  /** Credentials of venues by name; null forgets one. */
  credentials: z.record(z.string(), z.string().nullable()).default({}),
});
export type OperatorClaim = z.infer<typeof OperatorClaim>;

/** Knows the operator by a secret of which only the digest is kept. The first one handed over holds until we end. */
export class OperatorKey {
  private digest: Buffer | undefined;

  /** True while an operator was appointed, whether or not a session of it is there. */
  get appointed(): boolean {
    return this.digest !== undefined;
  }

  /** @returns whether the secret is the operator's, as it is when it is the first. */
  appoint(secret: string): boolean {
    this.digest ??= digestOf(secret);
    return this.matches(secret);
  }

  matches(secret: string): boolean {
    return this.digest !== undefined && timingSafeEqual(this.digest, digestOf(secret));
  }
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
