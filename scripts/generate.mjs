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
import { sentenceBundle } from './lib/l10n.mjs';
import { root, serverBundle } from './lib/paths.mjs';
import { walk } from './lib/sources.mjs';
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
  return [...(await protocol(context)), ...(await readme()), ...(await surface()), translations()];
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

/**
 * What clients see of tools, resources and prompts, frozen so that each change of it shows. A tool that was renamed or
 * taken away leaves its file behind: a test then asks for an alias.
 */
async function surface() {
  const [tools, resources, prompts] = await Promise.all(['tools', 'resources', 'prompts'].map(listed));
  const files = {
    resources,
    prompts,
    ...Object.fromEntries(tools.map((tool) => [`tools/${tool.name}`, tool])),
  };
  return Object.entries(files).map(([name, value]) => ({
    file: `test/surface/${name}.json`,
    text: `${JSON.stringify(value, null, 1)}\n`,
  }));
}

async function listed(name) {
  const { code, output } = await runNode([serverBundle, name, '--json'], { capture: 'stdout' });
  if (code !== 0) throw new Error(`"quarterdeck ${name} --json" failed with exit code ${code}.`);
  return JSON.parse(output);
}

/** What the extension and its pages say, for translators: a language is one more file beside it. */
function translations() {
  const files = ['extension', 'webviews'].flatMap((folder) => [...walk(folder)]);
  const texts = files.filter((file) => file.endsWith('.ts')).map(readText);
  return { file: 'l10n/bundle.l10n.json', text: sentenceBundle(texts) };
}

/** The tables of tools, resources and prompts in the README, between their markers. */
async function readme() {
  let text = readText('README.md');
  if (!text) return [];
  for (const [name, table] of Object.entries({
    tools: toolTable,
    resources: resourceTable,
    prompts: promptTable,
  })) {
    const markers = new RegExp(`(<!-- ${name} -->)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!markers.test(text)) continue;
    const rows = table(await listed(name));
    text = text.replace(markers, (_, begin, end) => `${begin}\n${rows}\n${end}`);
  }
  return [{ file: 'README.md', text }];
}

/** @param {{ name: string, description: string, toolset: string, policy: string }[]} tools */
export function toolTable(tools) {
  const rows = tools.map(({ name, description, toolset, policy }) => {
    // The rest of a description is for models.
    const [sentence] = description.split(/(?<=\.)\s/);
    return [`\`${name}\``, toolset, policy, sentence];
  });
  return markdownTable(['tool', 'toolset', 'policy', 'what it does'], rows);
}

/** @param {{ uriTemplate: string, description: string }[]} resources */
export function resourceTable(resources) {
  const rows = resources.map(({ uriTemplate, description }) => [`\`${uriTemplate}\``, description]);
  return markdownTable(['resource', 'what it holds'], rows);
}

/** @param {{ name: string, description: string, arguments: { name: string, required?: boolean }[] }[]} prompts */
export function promptTable(prompts) {
  const rows = prompts.map(({ name, description, arguments: args }) => {
    const list = args.map((argument) => `\`${argument.name}\`${argument.required ? '' : '?'}`);
    return [`\`${name}\``, list.join(', '), description];
  });
  return markdownTable(['prompt', 'arguments', 'what it asks for'], rows);
}

function markdownTable(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function readText(file) {
  const text = readIfExists(path.join(root, file));
  return text && withoutCarriageReturns(text);
}

function withoutCarriageReturns(text) {
  return text.replaceAll('\r\n', '\n');
}
