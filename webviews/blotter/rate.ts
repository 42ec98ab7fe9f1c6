/** How many rows came in the last second, kept as one number for each batch. */
export class Rate {
  private batches: { time: number; rows: number }[] = [];
  /** When anything was last heard; 0 before. */
  last = 0;

  note(rows: number): void {
    this.last = Date.now();
    if (rows > 0) this.batches.push({ time: this.last, rows });
    if (this.batches.length > 1000) this.perSecond();
  }

  perSecond(): number {
    const from = Date.now() - 1000;
    this.batches = this.batches.filter(({ time }) => time > from);
    return this.batches.reduce((sum, { rows }) => sum + rows, 0);
  }
}
