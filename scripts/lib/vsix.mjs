import path from 'node:path';
import { runNode } from './command.mjs';
import { root } from './paths.mjs';

/**
 * Packs what is built into one installable file for every platform: nothing in it is native.
 *
 * @param {string} target where the .vsix is to be
 * @returns {Promise<string>} target
 */
export async function packageExtension(target) {
  const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const args = ['package', '--no-dependencies', '--no-rewrite-relative-links', '--allow-missing-repository'];
  const { code, output } = await runNode([vsce, ...args, '--out', target], { capture: 'all' });
  if (code !== 0) throw new Error(`The extension could not be packed:\n${output.trim()}`);
  return target;
}
