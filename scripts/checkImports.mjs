import path from 'node:path';

/** The parts of server/, lowest first: a part may use what is below it, not what stands beside or above it. */
const serverLayers = [
  ['protocol', 'exchange'],
  ['paths.ts', 'settings.ts', 'bundle.ts'],
  ['environment', 'engine'],
  ['runs'],
  ['nodes', 'approvals'],
  ['context.ts'],
  ['files.ts'],
  ['tools'],
  ['resources'],
  ['prompts'],
  ['mcp'],
  ['instance'],
  ['cli'],
  ['main.ts'],
];

/** What of ours a folder may import; `types` is for `import type` alone. */
const folders = {
  server: { any: ['server'] },
  extension: {
    any: ['extension', 'server/protocol', 'server/bundle.ts', 'webviews/messages.ts', 'webviews/html.ts'],
    types: ['server', 'webviews'],
  },
  webviews: { any: ['webviews', 'server/protocol'], types: ['server'] },
  scripts: { any: ['scripts', 'server/protocol', 'test'] },
};

/** Packages that only some places may know. */
const reserved = [
  { name: 'vscode', places: ['extension/'] },
  { name: '@modelcontextprotocol/sdk', places: ['server/mcp/', 'extension/client.ts'] },
];

/** The editor waits for what it loads from here: no package, until a module is imported on demand. */
const awaited = 'extension/main.ts';

/** The only Python modules that know the engine, so that another NautilusTrader changes nothing else. */
const engineModules = 'python/quarterdeck/nautilus/';

/**
 * Imports that go against the direction of the architecture, one sentence each.
 *
 * @param {{ path: string, text: string }[]} files paths relative to the repository, with forward slashes
 */
export function importProblems(files) {
  const toolFiles = findToolFiles(files);
  const light = reachedFrom(awaited, files);
  return files.flatMap((file) => {
    if (file.path.endsWith('.py')) return pythonProblems(file);
    if (!/\.(ts|mts|mjs)$/.test(file.path) || isBelow(file.path, 'test') || !file.path.includes('/'))
      return [];
    return parseImports(file.text).flatMap(({ specifier, typeOnly, line }) => {
      const target = resolve(file.path, specifier);
      const problem = target
        ? ownProblem(file.path, target, typeOnly) || sidewaysProblem(file.path, target, toolFiles)
        : packageProblem(file.path, specifier) || weight(file.path, specifier, typeOnly, light);
      return problem ? [`${file.path}:${line} ${problem}`] : [];
    });
  });
}

/** @returns {{ specifier: string, typeOnly: boolean, onDemand: boolean, line: number }[]} */
export function parseImports(text) {
  const statement = /^[ \t]*(?:import|export)\b(\s+type\b)?(?:[^'"`;]*?\bfrom)?\s*['"]([^'"\n]+)['"]/gm;
  const expression = /(\btypeof\s+)?\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g;
  return [statement, expression].flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({
      specifier: match[2],
      typeOnly: match[1] !== undefined,
      onDemand: pattern === expression,
      line: text.slice(0, match.index).split('\n').length,
    })),
  );
}

function ownProblem(from, target, typeOnly) {
  const [folder] = from.split('/');
  const rule = folders[folder];
  if (!rule || target === 'package.json') return undefined;
  const allowed = rule.any.some((place) => isBelow(target, place));
  const asType = rule.types?.some((place) => isBelow(target, place));
  if (!allowed && !asType) return `imports ${target}: ${folder} may import only ${rule.any.join(', ')}.`;
  if (!allowed && !typeOnly)
    return `imports ${target} at run time: ${folder} may use it only by "import type".`;
  return folder === 'server' ? layerProblem(from, target) : undefined;
}

function layerProblem(from, target) {
  const [, part] = from.split('/');
  const [, other] = target.split('/');
  const [rank, otherRank] = [rankOf(part), rankOf(other)];
  if (rank < 0) return `is in no known part of the server: add "${part}" to scripts/checkImports.mjs.`;
  if (part === other || otherRank < rank) return undefined;
  return `imports ${target}: in the server, ${part} stands below ${other} or beside it.`;
}

/** A tool file is what the table of tools imports by name and no helper of several tools. */
function findToolFiles(files) {
  const index = files.find((file) => file.path === 'server/tools/index.ts');
  if (!index) return new Set();
  const listed = parseImports(index.text).filter(({ typeOnly }) => !typeOnly);
  return new Set(listed.map(({ specifier }) => resolve(index.path, specifier)));
}

function sidewaysProblem(from, target, toolFiles) {
  const sideways = toolFiles.has(target) && isBelow(from, 'server/tools') && from !== 'server/tools/index.ts';
  return sideways
    ? `imports ${target}: tool files do not know one another; share a helper instead.`
    : undefined;
}

function packageProblem(from, specifier) {
  const rule = reserved.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
  if (rule && !rule.places.some((place) => from.startsWith(place))) {
    return `imports ${specifier}: only ${rule.places.join(' and ')} may.`;
  }
  const isContract = isBelow(from, 'server/protocol');
  return isContract && specifier !== 'zod' ? `imports ${specifier}: the contract knows only zod.` : undefined;
}

function weight(from, specifier, typeOnly, light) {
  const isHeavy = !typeOnly && specifier !== 'vscode' && !specifier.startsWith('node:');
  return isHeavy && light.has(from)
    ? `imports ${specifier}: the editor waits for ${from}; import it on demand, behind extension/rest.ts.`
    : undefined;
}

/** The files that are loaded with one, itself among them: not those that it imports on demand or as types. */
function reachedFrom(start, files) {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Set();
  const waiting = [start];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const file = byPath.get(path);
    if (!file || reached.has(path)) continue;
    reached.add(path);
    const imports = parseImports(file.text).filter(({ typeOnly, onDemand }) => !typeOnly && !onDemand);
    for (const { specifier } of imports) waiting.push(resolve(path, specifier));
  }
  return reached;
}

function pythonProblems({ path: from, text }) {
  if (!isBelow(from, 'python/quarterdeck') || from.startsWith(engineModules)) return [];
  return text
    .split('\n')
    .flatMap((line, i) =>
      /^\s*(import|from)\s+nautilus_trader\b/.test(line)
        ? [`${from}:${i + 1} imports nautilus_trader: only ${engineModules} may.`]
        : [],
    );
}

function rankOf(part) {
  return serverLayers.findIndex((layer) => layer.includes(part));
}

/** The repository's path of a relative import; undefined for a package. */
function resolve(from, specifier) {
  return specifier.startsWith('.') ? path.posix.join(path.posix.dirname(from), specifier) : undefined;
}

function isBelow(file, folder) {
  return file === folder || file.startsWith(`${folder}/`);
}
