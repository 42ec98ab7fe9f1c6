import './lib/requireNode.mjs';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { readIfExists, replaceFile } from './lib/atomicFile.mjs';
import { runAsEntry } from './lib/entry.mjs';
import { notices } from './lib/notices.mjs';
import { root } from './lib/paths.mjs';
import { hashOf, walk } from './lib/sources.mjs';

const marker = path.join(root, 'dist', '.built.json');
const toolList = path.join(root, 'dist', 'server', 'tools.json');

const forNode = {
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minify: true,
  // Node reads a file it is to import as a module twice, once to look for its exports: 150 ms of our largest bundle.
  supported: { 'dynamic-import': false },
  // Error names and stack traces are read by people.
  keepNames: true,
  sourcemap: 'linked',
};

const forPages = {
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  minify: true,
  sourcemap: 'linked',
  // Icons are drawn into the page: a font would need a rule of its own in the page's policy.
  loader: { '.svg': 'text' },
};

runAsEntry(import.meta.url, (args) => (args.includes('--watch') ? watch() : build()));

/** Bundles everything into dist/, unless dist/ was built from these very sources. */
export async function build() {
  const sources = hashOf(inputs());
  if (isCurrent(sources)) return;
  const started = Date.now();
  const esbuild = await import('esbuild');
  const files = [];
  const bundled = new Set();
  // A server that starts meanwhile makes its list itself.
  rmSync(toolList, { force: true });
  for (const bundle of bundles()) {
    const result = await esbuild.build(bundle);
    files.push(...write(result));
    for (const input of Object.keys(result.metafile.inputs)) bundled.add(input);
  }
  files.push(...copyPages(), ...writeToolList(), writeNotices(bundled));
  replaceFile(marker, JSON.stringify({ sources, files }));
  console.log(`Built ${bundles().length} bundles in ${Date.now() - started} ms.`);
}

/** Builds again at every change, for F5; the two lines are what .vscode/tasks.json waits for. */
async function watch() {
  // From here on dist/ may be anything.
  for (const file of [marker, toolList]) rmSync(file, { force: true });
  let building = 0;
  const report = {
    name: 'report',
    setup(builder) {
      builder.onStart(() => {
        if (building++ === 0) console.log('[watch] build started');
      });
      builder.onEnd((result) => {
        if (result.errors.length === 0) {
          write(result);
          copyPages();
        }
        if (--building === 0) console.log('[watch] build finished');
      });
    },
  };
  const esbuild = await import('esbuild');
  const contexts = await Promise.all(
    bundles().map((bundle) => esbuild.context({ ...bundle, plugins: [report] })),
  );
  await Promise.all(contexts.map((context) => context.watch()));
}

/** What is bundled: the folders that exist, each of which must have its entry point. */
function bundles() {
  const common = { absWorkingDir: root, bundle: true, write: false, metafile: true, logLevel: 'warning' };
  const all = [];
  if (existsSync(path.join(root, 'server'))) {
    const banner = { js: '#!/usr/bin/env node' };
    const plugins = [besideIt('rest')];
    all.push({ ...common, ...forNode, ...entry('server/main.ts', 'server/main.js'), banner, plugins });
    all.push({ ...common, ...forNode, ...entry('server/cli/rest.ts', 'server/rest.js') });
  }
  if (existsSync(path.join(root, 'extension'))) {
    const external = ['vscode'];
    const bundle = (name, plugins, more = {}) => ({
      ...{ ...common, ...forNode, ...entry(`extension/${name}.ts`, `extension/${name}.js`) },
      ...{ external, plugins, ...more },
    });
    const light = { keepNames: false };
    all.push(bundle('main', [besideIt('rest'), besideIt('later')]));
    all.push(bundle('rest', [besideIt('later'), uncheckedAnswers], light));
    all.push(bundle('later', [errorsOfRest], light));
  }
  for (const page of pages()) {
    all.push({ ...common, ...forPages, ...entry(`webviews/${page}/main.ts`, `webviews/${page}.js`) });
  }
  return all;
}

/** An error is known by its class, of which there must be one. */
const errorsOfRest = {
  name: 'errors of rest',
  setup(builder) {
    const filter = /\/protocol\/errors\.ts$|^\.\/errors\.ts$/;
    builder.onResolve({ filter }, ({ path: name, resolveDir }) =>
      path.join(resolveDir, name) === path.join(root, 'server/protocol/errors.ts')
        ? { path: './rest.js', external: true }
        : undefined,
    );
  },
};

/** Leaves a module that is loaded on demand to a bundle of its own, in the same folder. */
function besideIt(name) {
  return {
    name: 'beside it',
    setup(builder) {
      builder.onResolve({ filter: new RegExp(`/${name}\\.ts$`) }, ({ kind }) =>
        kind === 'dynamic-import' ? { path: `./${name}.js`, external: true } : undefined,
      );
    },
  };
}

/**
 * The MCP client can check answers against schemas of tools it has listed. Ours lists none and parses answers itself: the checker,
 * a fifth of the bundle and 9 MB of memory, is left out.
 */
const uncheckedAnswers = {
  name: 'unchecked answers',
  setup(builder) {
    const [filter, namespace] = [/\/ajv-provider\.js$/, 'unchecked'];
    builder.onResolve({ filter }, () => ({ path: 'ajv-provider.js', namespace }));
    const contents = `export class AjvJsonSchemaValidator {
      getValidator() { return (data) => ({ valid: true, data, errorMessage: undefined }); }
    }`;
    builder.onLoad({ filter: /.*/, namespace }, () => ({ contents }));
  },
};

function entry(source, target) {
  if (!existsSync(path.join(root, source)))
    throw new Error(`${source} is missing: dist/${target} starts there.`);
  return { entryPoints: [source], outfile: path.join(root, 'dist', target) };
}

/** A folder of webviews/ with a main.ts is a page; one without is shared by pages. */
function pages() {
  const folder = path.join(root, 'webviews');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => existsSync(path.join(folder, name, 'main.ts')));
}

/** Each file appears whole: a server that starts meanwhile never reads half a bundle. */
function write({ outputFiles }) {
  for (const file of outputFiles) replaceFile(file.path, file.contents, 0o755);
  return outputFiles.map((file) => path.relative(root, file.path));
}

/** webviews/<page>/index.html, where there is one, beside the script; styles are imported by main.ts. */
function copyPages() {
  return pages().flatMap((page) => {
    const html = readIfExists(path.join(root, 'webviews', page, 'index.html'));
    if (html === undefined) return [];
    const target = path.join('dist', 'webviews', `${page}.html`);
    replaceFile(path.join(root, target), html);
    return [target];
  });
}

/** The tools as clients list them, which takes a starting server longer to make than to read. */
function writeToolList() {
  const bundle = path.join(root, 'dist', 'server', 'rest.js');
  if (!existsSync(bundle)) return [];
  const { describeTools } = createRequire(import.meta.url)(bundle);
  replaceFile(toolList, JSON.stringify(describeTools()));
  return [path.relative(root, toolList)];
}

function writeNotices(bundled) {
  const target = path.join('dist', 'ThirdPartyNotices.txt');
  replaceFile(path.join(root, target), notices(bundled));
  return target;
}

function inputs() {
  const folders = ['server', 'extension', 'webviews'].flatMap((folder) => [...walk(folder)]);
  return [...folders, 'package.json', 'package-lock.json', 'tsconfig.json', 'scripts/build.mjs'];
}

function isCurrent(sources) {
  const last = JSON.parse(readIfExists(marker) ?? 'null');
  return last?.sources === sources && last.files.every((file) => existsSync(path.join(root, file)));
}
