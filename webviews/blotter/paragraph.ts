const mostKept = 5000;

/** How high a text is in a width, told without laying it out: a grid asks it of each of its rows. */
export class Paragraph {
  private readonly context = document.createElement('canvas').getContext('2d');
  private readonly kept = new Map<string, number>();
  private width = 0;

  constructor(private readonly lineHeight: number) {}

  /** For another width everything is told anew. */
  setWidth(width: number): void {
    if (width === this.width) return;
    this.width = width;
    this.kept.clear();
    if (this.context) {
      const { fontSize, fontFamily } = getComputedStyle(document.body);
      this.context.font = `${fontSize} ${fontFamily}`;
    }
  }

  heightOf(text: string): number {
    const known = this.kept.get(text);
    if (known !== undefined) return known;
    if (this.kept.size >= mostKept) this.kept.clear();
    const height = this.lineHeight * this.linesOf(text);
    this.kept.set(text, height);
    return height;
  }

  /** Words go on the next line where they do not fit; one longer than a line is broken anywhere. */
  private linesOf(text: string): number {
    const { context, width } = this;
    if (!context || width <= 0) return 1;
    const space = context.measureText(' ').width;
    let [lines, at] = [1, 0];
    for (const word of text.split(' ')) {
      const size = context.measureText(word).width;
      if (at > 0 && at + space + size > width) {
        lines += 1;
        at = 0;
      }
      at += (at > 0 ? space : 0) + size;
      const full = Math.floor(at / width);
      lines += full;
      at -= full * width;
    }
    return lines;
  }
}
