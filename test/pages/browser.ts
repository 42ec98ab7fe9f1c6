import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import * as z from 'zod';

/** Where `run.mjs` found or put the browser. */
const Parts = z.object({ chromium: z.string(), chromiumLibraries: z.string(), chromiumFonts: z.string() });

/** A real Chromium from the test cache; its own files go into `folder`. `flags` come after those of all tests. */
export async function openBrowser(folder: string, flags: string[] = []): Promise<Browser> {
  const parts = Parts.parse(JSON.parse(process.env.QUARTERDECK_TEST_EDITOR ?? 'null'));
  return chromium.launch({
    executablePath: parts.chromium,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--hide-scrollbars', ...flags],
    env: {
      PATH: process.env.PATH,
      LD_LIBRARY_PATH: parts.chromiumLibraries,
      FONTCONFIG_FILE: await fontsFile(folder, parts.chromiumFonts),
      XDG_CACHE_HOME: path.join(folder, 'cache'),
      XDG_CONFIG_HOME: path.join(folder, 'config'),
      HOME: folder,
      TMPDIR: process.env.TMPDIR,
    },
  });
}

/** The font of the test cache, and the machine's own for signs that it lacks. */
async function fontsFile(folder: string, fonts: string): Promise<string> {
  const file = path.join(folder, 'fonts.conf');
  const directories = [path.join(fonts, 'fonts'), '/usr/share/fonts']
    .map((one) => `<dir>${one}</dir>`)
    .join('');
  const cache = `<cachedir>${path.join(folder, 'fontcache')}</cachedir>`;
  await writeFile(file, `<?xml version="1.0"?><fontconfig>${directories}${cache}</fontconfig>\n`);
  return file;
}
