/** What the venue answers instead of a result: Binance's own number and text. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}
