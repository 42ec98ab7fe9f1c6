import os from 'node:os';

/** A figure with what it came to. `ok` is undefined where the figure has no target. */
export function settle(figure) {
  const quantile = figure.quantile ?? 0.5;
  const ours = spread(figure.ours, quantile);
  const theirs = figure.theirs && spread(figure.theirs, quantile);
  const ratio = theirs?.value > 0 ? ours.value / theirs.value : undefined;
  const measured = figure.isLimit ? ours.value : ratio;
  const same = (figure.differences ?? []).length === 0;
  const ok = figure.target === undefined ? undefined : measured <= figure.target && same;
  return { ...figure, ours, theirs, ratio, ok: same ? ok : false };
}

export function heading({ python, nautilus, data, loads }) {
  const [cpu] = os.cpus();
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return [
    `${new Date().toISOString().slice(0, 10)}, ${os.type()} ${os.arch()}, ${os.cpus().length} × ${cpu?.model.trim()}, ${memory} GB, ` +
      `load average ${loads.map((load) => load.toFixed(1)).join(' before, ')} after.`,
    `Node ${process.versions.node}, Python ${python}, nautilus_trader ${nautilus}. Market data: ${data}.`,
    'Both sides run in turns; each number is the median (or the quantile named), then [least–most].',
  ];
}

/** @param {ReturnType<typeof settle>[]} results */
export function table(results) {
  const header = ['figure', 'Quarterdeck', 'otherwise', '', 'ratio', 'target', ''];
  const rows = results.map((result) => [
    result.name,
    text(result.ours, result.unit),
    result.theirs ? text(result.theirs, result.unit) : '–',
    result.otherwise,
    result.ratio === undefined ? '–' : result.ratio.toFixed(result.ratio < 0.1 ? 3 : 2),
    target(result),
    result.ok === undefined ? '' : result.ok ? 'ok' : 'MISS',
  ]);
  return [header, ...rows];
}

/** Columns under each other. */
export function plain(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A part of docs/benchmarks.md: when and where, the figures, what was compared. */
export function section(rows, lines, notes) {
  const line = (row) => `| ${row.join(' | ')} |`;
  return [
    ...lines.map((text) => `- ${text}`),
    '',
    line(rows[0]),
    line(rows[0].map(() => '---')),
    ...rows.slice(1).map(line),
    ...(notes.length > 0 ? ['', ...notes.map((text) => `- ${text}`)] : []),
  ].join('\n');
}

/** The page with this part put in the place of the one of the same title; the others stay. */
export function withSection(page, title, text) {
  const kept = (page ?? '').split(/^## /m).slice(1);
  const parts = new Map(kept.map((part) => [part.slice(0, part.indexOf('\n')), part.trimEnd()]));
  parts.set(title, `${title}\n\n${text}`);
  const all = [...parts.values()].map((part) => `## ${part}\n`);
  return [preface, ...all].join('\n');
}

const preface = `# Benchmarks

Written by \`npm run bench -- --write\` and \`npm run bench -- --editor --write\`. Absolute times are this machine’s; the ratios are
the point.
`;

/** What was compared to the last digit, and what was not the same. */
export function notes(results) {
  const compared = results.filter(({ differences }) => differences !== undefined);
  return compared.flatMap(({ name, differences }) =>
    differences.length === 0
      ? [`${name.replace(/, [^,]*$/, '')}: the same results as the plain script, to the last digit.`]
      : differences.map((difference) => `${name}: DIFFERS in ${difference}`),
  );
}

function spread(samples, quantile) {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (sorted.length - 1) * quantile;
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  const value = below + (above - below) * (at % 1);
  return { value, least: sorted[0], most: sorted.at(-1), count: sorted.length };
}

function text({ value, least, most, count }, unit) {
  const shown = `${number(value)}${unit && ` ${unit}`}`;
  return count === 1 ? shown : `${shown} [${number(least)}–${number(most)}]`;
}

function number(value) {
  if (Number.isInteger(value)) return String(value);
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
}

function target({ target: limit, isLimit, unit }) {
  if (limit === undefined) return '';
  if (!isLimit) return `≤ ${Number(limit.toFixed(2))}`;
  return `≤ ${limit}${unit && ` ${unit}`}`;
}
