/** `side:long pnl<0 breakout`: fields of a row, comparisons, and words that may stand anywhere. */
export interface Filterable {
  fields: Record<string, string | number | undefined>;
  text: string;
}

type Test = (row: Filterable) => boolean;

/** Reads a filter; an empty one lets every row pass. */
export function parseFilter(text: string): Test {
  const tests = [...text.trim().matchAll(/(\S+?)(:|<=|>=|<|>|=)("[^"]*"|\S+)|"([^"]*)"|(\S+)/g)].map(toTest);
  return (row) => tests.every((test) => test(row));
}

function toTest([, field, operator, value, phrase, word]: RegExpMatchArray): Test {
  if (field === undefined || operator === undefined || value === undefined) {
    const wanted = (phrase ?? word ?? '').toLowerCase();
    return ({ text }) => text.toLowerCase().includes(wanted);
  }
  const name = field.toLowerCase();
  const wanted = value.replace(/^"|"$/g, '').replace(/\u2212/g, '-');
  if (operator === ':') {
    const choices = wanted.toLowerCase().split(',');
    return ({ fields }) =>
      choices.some((choice) =>
        String(fields[name] ?? '')
          .toLowerCase()
          .includes(choice),
      );
  }
  const limit = Number(wanted);
  return ({ fields }) => {
    const found = fields[name];
    if (found === undefined || found === '') return false;
    const number = Number(found);
    if (operator === '=') return Number.isFinite(limit) ? number === limit : String(found) === wanted;
    if (operator === '<') return number < limit;
    if (operator === '>') return number > limit;
    return operator === '<=' ? number <= limit : number >= limit;
  };
}
