import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import bundle from '../../l10n/bundle.l10n.json';
import { sentences } from '../../scripts/lib/l10n.mjs';
import { walk } from '../../scripts/lib/sources.mjs';

const repository = path.resolve(import.meta.dirname, '../..');
const sources = [...walk('extension')].filter((file) => file.endsWith('.ts'));

/** Names, which no language changes: templates, profiles, formats, products, files; and a word of a request. */
const names =
  /^(blank|trend|mean_reversion|buy_and_hold|demo|replay|practice|Claude Desktop|Cursor|CSV|Parquet|JSON|Quarterdeck|UTC|source|quarterdeck\.json)$/;

/** Where the editor takes words for people: a message, or a field that it shows. */
const shown =
  /(?:show(?:Information|Warning|Error)Message\(|\b(?:title|placeHolder|prompt|openLabel|detail|label|description|tooltip|message)\s*[:=](?!=))\s*(['"`])((?:(?!\1)[^\\]|\\.)*)\1/g;

test('no words for people stand in the extension outside what can be translated', () => {
  const plain = sources.flatMap((file) => {
    const text = readFileSync(path.join(repository, file), 'utf8');
    return [...text.matchAll(shown)].flatMap(([, , words = '']) => {
      const own = words.replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}|\$\([\w~-]+\)/g, '').trim();
      return /[A-Za-z]{2}/.test(own) && !names.test(own) ? [`${file}: ${words}`] : [];
    });
  });
  expect(plain).toEqual([]);
});

test('sentences are found in every form they are written in', () => {
  expect(
    sentences(`l10n.t('Stop')  t("it's {0}", name) at('no') plural(rows.length, 'row', 'rows') t(\n'two')`),
  ).toEqual(['Stop', "it's {0}", 'two', '{0} row', '{0} rows']);
});

test('a placeholder of a sentence stands in its translation, and none besides', () => {
  const holders = (text: string) => [...text.matchAll(/\{\d+\}/g)].map(String).sort();
  for (const [sentence, said] of Object.entries(bundle)) expect(holders(said)).toEqual(holders(sentence));
});
