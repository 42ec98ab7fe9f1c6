/** A literal that begins a call of `t`, and both of `plural`. */
const literal = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/;
const said = new RegExp(String.raw`(?<![\w$])t\(\s*(?:${literal.source})`, 'g');
const counted = new RegExp(
  String.raw`(?<![\w$])plural\([^'"]*(?:${literal.source})\s*,\s*(?:${literal.source})`,
  'g',
);

/** The sentences that a source hands to whoever translates: `t('…')`, `l10n.t('…')`, `plural(n, '…', '…')`. */
export function sentences(text) {
  const single = [...text.matchAll(said)].map(([, one, other]) => unquoted(one, other));
  const pairs = [...text.matchAll(counted)].flatMap(([, ...parts]) => [
    `{0} ${unquoted(parts[0], parts[1])}`,
    `{0} ${unquoted(parts[2], parts[3])}`,
  ]);
  return [...single, ...pairs];
}

/**
 * What translators start from: each sentence as its own key, as the editor looks them up.
 *
 * @param {string[]} texts of sources
 */
export function sentenceBundle(texts) {
  const all = [...new Set(texts.flatMap(sentences))].sort();
  return `${JSON.stringify(Object.fromEntries(all.map((sentence) => [sentence, sentence])), null, 2)}\n`;
}

function unquoted(single, double) {
  return (single ?? double).replace(/\\u([0-9a-fA-F]{4})|\\(.)/g, (_, code, sign) =>
    code ? String.fromCharCode(Number.parseInt(code, 16)) : sign === 'n' ? '\n' : sign,
  );
}
