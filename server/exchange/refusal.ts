/** What the venue answers instead of a result: Binance's own number and text. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly status = 400,
    /** What became of the parts of a request that failed in part. */
    readonly data?: object,
  ) {
    super(message);
  }
}
