/** Ranks texts by the words they share with a question: Okapi BM25 with its usual constants. */
export class Bm25 {
  private readonly documents: { name: string; counts: Map<string, number>; length: number }[];
  private readonly frequencies = new Map<string, number>();
  private readonly meanLength: number;

  constructor(texts: { name: string; text: string }[]) {
    this.documents = texts.map(({ name, text }) => {
      const words = wordsOf(text);
      const counts = new Map<string, number>();
      for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
      for (const word of counts.keys()) this.frequencies.set(word, (this.frequencies.get(word) ?? 0) + 1);
      return { name, counts, length: words.length };
    });
    this.meanLength = this.documents.reduce((sum, { length }) => sum + length, 0) / this.documents.length;
  }

  /** Names, the likeliest first. */
  rank(question: string): string[] {
    const words = new Set(wordsOf(question));
    const scored = this.documents.map(({ name, counts, length }) => {
      let score = 0;
      for (const word of words) {
        const count = counts.get(word) ?? 0;
        const weight = count + k1 * (1 - b + (b * length) / this.meanLength);
        score += (this.rarity(word) * count * (k1 + 1)) / weight;
      }
      return { name, score };
    });
    return scored.sort((one, other) => other.score - one.score).map(({ name }) => name);
  }

  private rarity(word: string): number {
    const frequency = this.frequencies.get(word) ?? 0;
    return Math.log(1 + (this.documents.length - frequency + 0.5) / (frequency + 0.5));
  }
}

const k1 = 1.2;
const b = 0.75;
const empty = new Set(
  'a an and are as at be but by do does for from has have how i in is it its me my of on or our so that the their them there these this to was we what when where which who why not did will show give with would you your'.split(
    ' ',
  ),
);

/** Lower-case words without endings: plural, -ed, -ing. */
function wordsOf(text: string): string[] {
  const words = text
    .toLowerCase()
    .replace(/[_/-]/g, ' ')
    .match(/[a-z0-9]+/g);
  return (words ?? []).filter((word) => !empty.has(word)).map(stem);
}

function stem(word: string): string {
  if (word.length < 5) return word.replace(/(?<=[a-z]{2})s$/, '');
  return word
    .replace(/ies$/, 'y')
    .replace(/(?<=[a-z]{3})(?:ing|ed|es|s)$/, '')
    .replace(/(?<=[a-z]{3})e$/, '')
    .replace(/([bdglmnprt])\1$/, '$1');
}
