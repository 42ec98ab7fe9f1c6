import { createHash, timingSafeEqual } from 'node:crypto';

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
