import './lib/requireNode.mjs';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { runAsEntry } from './lib/entry.mjs';
import { packageForNpm } from './lib/npmPackage.mjs';
import { root } from './lib/paths.mjs';
import { packageExtension } from './lib/vsix.mjs';

runAsEntry(import.meta.url, pack);

/** `npm run package`: the .vsix that people install; with `-- --npm` the package for npx. */
async function pack(args) {
  await install();
  await build();
  if (args.includes('--npm')) {
    console.log(await packageForNpm(root));
    return 0;
  }
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const file = await packageExtension(path.join(root, `${name}-${version}.vsix`));
  console.log(`${file} (${(statSync(file).size / 1024 / 1024).toFixed(2)} MB)`);
  console.log('Install it with "Extensions: Install from VSIX…", or code --install-extension <file>.');
  return 0;
}
