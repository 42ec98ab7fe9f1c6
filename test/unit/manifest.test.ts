import { expect, test } from 'vitest';
import packageJson from '../../package.json';
import words from '../../package.nls.json';

/** What stands in the manifest for people, apart from names of ours that no language changes. */
const forPeople = /^(title|description|markdownDescription|enumDescriptions|name|contents|displayName)$/;
const ownNames = new Set(['Quarterdeck', 'quarterdeck']);

function texts(value: unknown, field = ''): string[] {
  if (typeof value === 'string') return forPeople.test(field) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((one) => texts(one, field));
  return Object.entries(value ?? {}).flatMap(([key, one]) => texts(one, key));
}

test('every sentence of the manifest can be translated, and no translation is left over', () => {
  const shown = texts({ ...packageJson.contributes, capabilities: packageJson.capabilities }).filter(
    (text) => !ownNames.has(text),
  );
  const keys = shown.map((text) => /^%([\w.]+)%$/.exec(text)?.[1] ?? text);
  expect(keys.filter((key) => !(key in words))).toEqual([]);
  expect(Object.keys(words).filter((key) => !keys.includes(key))).toEqual([]);
});
