import { readFile, writeFile } from 'node:fs/promises';

/** A measurement in the form of the other figures of `npm run bench`. */
export interface Figure {
  name: string;
  unit: string;
  ours: number[];
  otherwise: string;
  target?: number;
  isLimit: true;
}

/** Adds figures to the file that QUARTERDECK_TEST_FIGURES names; without one they are only printed. */
export async function keepFigures(...figures: Figure[]): Promise<void> {
  const file = process.env.QUARTERDECK_TEST_FIGURES;
  for (const { name, ours, unit } of figures) console.log(`${name}: ${ours.join(', ')} ${unit}`);
  if (!file) return;
  const text = await readFile(file, 'utf8').catch(() => '[]');
  await writeFile(file, JSON.stringify([...JSON.parse(text), ...figures]));
}
