import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { root } from './paths.mjs';
import { withTemporaryFolder } from './temporaryFolder.mjs';

/** What the command line needs at run time; its npm packages are in the bundle. */
const shipped = [
  ...['README.md', 'CHANGELOG.md', 'LICENSE', 'server.json', 'nautilus_trader_server.py'],
  ...['dist/server', 'dist/webviews', 'dist/ThirdPartyNotices.txt'],
  ...['python/quarterdeck', 'python/requirements.lock', 'python/samples'],
];

/**
 * Packs the server and its command line for `npx quarterdeck`.
 *
 * @param {string} folder where the .tgz is to be
 * @returns {Promise<string>} its path
 */
export function packageForNpm(folder) {
  return withTemporaryFolder(async (stage) => {
    for (const file of shipped) {
      const filter = (source) => !/(?:__pycache__|\.quarterdeck|\.js\.map)$/.test(source);
      cpSync(path.join(root, file), path.join(stage, file), { recursive: true, filter });
    }
    writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
    mkdirSync(folder, { recursive: true });
    const windows = process.platform === 'win32';
    const args = ['pack', stage, '--pack-destination', folder, '--ignore-scripts', '--json'];
    const options = { capture: 'stdout', shell: windows };
    const { code, output } = await run(windows ? 'npm.cmd' : 'npm', args, options);
    if (code !== 0) throw new Error(`npm pack failed:\n${output}`);
    return path.join(folder, JSON.parse(output)[0].filename);
  });
}

function manifest() {
  const ours = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const { name: mcpName } = JSON.parse(readFileSync(path.join(root, 'server.json'), 'utf8'));
  const { name, version, description, license, keywords, bin, engines } = ours;
  return { name, mcpName, version, description, license, keywords, bin, engines: { node: engines.node } };
}
