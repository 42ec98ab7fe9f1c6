/** Longer than this a hand-written file is to be split by noun. */
export const maximumLines = 650;

/** What no file of the project says. */
const forbidden = [
  {
    what: 'a path of one machine',
    pattern: /(?<![\w.:~}])\/(?:home|Users|root|work|mnt)\/[\w.-]+|\b[A-Z]:\\+Users\\/,
  },
  {
    what: 'a way round the type checker',
    pattern: /@ts-(?:ignore|nocheck|expect-error)/,
    in: /\.m?ts$/,
  },
  {
    what: 'a cast past the type checker: parse instead',
    pattern: /\bas unknown as\b/,
    in: /^(?!test\/).*\.m?ts$/,
  },
  { what: 'the type any', pattern: /(?:\bas|[:<,|]) any\b(?!\s+\w)/, in: /\.m?ts$/, notIn: 'comments' },
  {
    what: 'a way round the type checker',
    pattern: /#\s*(?:type:\s*ignore(?!\[)|mypy:\s*ignore)/,
    in: /\.py$/,
  },
];

/**
 * Words and lengths that are not wanted, one sentence each.
 *
 * @param {{ path: string, text: string }[]} files
 */
export function textProblems(files) {
  return files.flatMap(({ path, text }) => {
    const lines = text.split('\n');
    return [...lengthProblem(path, lines), ...wordProblems(path, lines)];
  });
}

function lengthProblem(path, lines) {
  const isHandWritten = /\.(ts|mts|mjs|cjs|py|css|html)$/.test(path) && !/\bgenerated\b/i.test(lines[0]);
  if (!isHandWritten || lines.length <= maximumLines) return [];
  return [`${path} has ${lines.length} lines, more than ${maximumLines}: split it by noun.`];
}

function wordProblems(path, lines) {
  return lines.flatMap((line, i) =>
    forbidden
      .filter((rule) => (!rule.in || rule.in.test(path)) && !(rule.notIn && /^\s*(\*|\/\/|\/\*)/.test(line)))
      .filter(({ pattern }) => pattern.test(line))
      .map(({ what }) => `${path}:${i + 1} has ${what}: ${line.trim().slice(0, 120)}`),
  );
}
