import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';

/** What a licence wants said beside its text. */
const attributions = {
  'lightweight-charts':
    'TradingView Lightweight Charts™. Copyright (c) 2025 TradingView, Inc. https://www.tradingview.com/',
};

/**
 * The licences of everything that our bundles carry, as the licences ask for it to be told.
 *
 * @param {Iterable<string>} inputs files that went into the bundles, relative to the repository
 * @throws {Error} when a package has no licence text, so that none is shipped without one
 */
export function notices(inputs) {
  const folders = new Set([...inputs].map(packageFolder).filter((folder) => folder !== undefined));
  const parts = [...folders].sort().map(describe);
  return `Quarterdeck's bundles carry the packages below, under their own licences.\n\n${parts.join('\n')}`;
}

function packageFolder(file) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

function describe(folder) {
  const { name, version, license } = JSON.parse(
    readFileSync(path.join(root, folder, 'package.json'), 'utf8'),
  );
  const text = licenseText(folder);
  if (text === undefined && !license) throw new Error(`${name} comes without a licence.`);
  const rule = '-'.repeat(78);
  return [
    rule,
    `${name} ${version} (${license})`,
    attributions[name],
    rule,
    text ?? `Licence: ${license}`,
    '',
  ]
    .filter((line) => line !== undefined)
    .join('\n');
}

function licenseText(folder) {
  const file = readdirSync(path.join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
  const full = file && path.join(root, folder, file);
  return full && existsSync(full) ? readFileSync(full, 'utf8').trim() : undefined;
}
