import './lib/requireNode.mjs';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { readIfExists, replaceFile } from './lib/atomicFile.mjs';
import { runNode } from './lib/command.mjs';
import { devTools, withTools } from './lib/devTools.mjs';
import { runAsEntry } from './lib/entry.mjs';
import { enginePython } from './lib/environment.mjs';
import { root, serverBundle } from './lib/paths.mjs';
import { withTemporaryFolder } from './lib/temporaryFolder.mjs';

runAsEntry(import.meta.url, generate);

/** `npm run generate [-- --check]`: brings the files that are made from others up to date, or says which are not. */
async function generate(args) {
  await install();
  await build();
  const python = await enginePython();
  const files = await generated({ python, tools: await devTools(python) });
  const stale = files.filter(({ file, text }) => text !== readText(file)).map(({ file }) => file);
  if (args.includes('--check')) {
    for (const file of stale) console.error(`${file} is not what "npm run generate" makes of the sources.`);
    return stale.length === 0 ? 0 : 1;
  }
  for (const { file, text } of files) replaceFile(path.join(root, file), text);
  console.log(stale.length === 0 ? 'Everything was current.' : `Written: ${stale.join(', ')}`);
}

/** @returns {Promise<string[]>} the generated files that are not current */
export async function outdated(context) {
  const files = await generated(context);
  return files.filter(({ file, text }) => text !== readText(file)).map(({ file }) => file);
}

/** What scripts/generateProtocol.ts writes, and where it belongs. */
const made = {
  'protocol.py': 'python/quarterdeck',
  'contract.py': 'python/quarterdeck',
  'quarterdeck.schema.json': 'extension',
};

async function generated(context) {
  return [...(await protocol(context)), ...(await readme())];
}

/** The Python side of the contract, and the schema of quarterdeck.json. */
function protocol({ python, tools }) {
  return withTemporaryFolder(async (folder) => {
    const script = path.join(folder, 'generateProtocol.cjs');
    const esbuild = await import('esbuild');
    const options = {
      bundle: true,
      platform: 'node',
      target: 'node20',
      logLevel: 'warning',
      absWorkingDir: root,
    };
    await esbuild.build({ ...options, entryPoints: ['scripts/generateProtocol.ts'], outfile: script });
    const target = path.join(folder, 'quarterdeck');
    mkdirSync(target);
    const { code, output } = await runNode([script, python, target], {
      env: withTools(tools),
      capture: 'all',
    });
    if (code !== 0) throw new Error(`scripts/generateProtocol.ts failed:\n${output}`);
    return Object.entries(made).map(([name, place]) => ({
      file: `${place}/${name}`,
      text: withoutCarriageReturns(readFileSync(path.join(target, name), 'utf8')),
    }));
  });
}

/** The table of tools in the README, between its markers. */
async function readme() {
  const text = readText('README.md');
  const markers = /(<!-- tools -->)[\s\S]*?(<!-- \/tools -->)/;
  if (!text || !markers.test(text)) return [];
  const { code, output } = await runNode([serverBundle, 'tools', '--json'], { capture: 'stdout' });
  if (code !== 0) throw new Error(`"quarterdeck tools --json" failed with exit code ${code}.`);
  const table = toolTable(JSON.parse(output));
  return [
    { file: 'README.md', text: text.replace(markers, (_, begin, end) => `${begin}\n${table}\n${end}`) },
  ];
}

/** @param {{ name: string, description: string, toolset: string, policy: string }[]} tools */
export function toolTable(tools) {
  const rows = tools.map(({ name, description, toolset, policy }) => {
    // The rest of a description is for models.
    const [sentence] = description.split(/(?<=\.)\s/);
    return `| \`${name}\` | ${toolset} | ${policy} | ${sentence.replaceAll('|', '\\|')} |`;
  });
  return ['| tool | toolset | policy | what it does |', '|---|---|---|---|', ...rows].join('\n');
}

function readText(file) {
  const text = readIfExists(path.join(root, file));
  return text && withoutCarriageReturns(text);
}

function withoutCarriageReturns(text) {
  return text.replaceAll('\r\n', '\n');
}
