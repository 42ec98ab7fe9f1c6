import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../paths.ts';
import type { PageName } from '../tools/tool.ts';
import { unknownResource } from './uri.ts';

/** What a page in a chat is: one document with everything in it, which the host shows in a frame of its own. */
export const pageType = 'text/html;profile=mcp-app';

const pages: Record<PageName, { bundle: string; title: string; description: string }> = {
  report: {
    bundle: 'reportCard',
    title: 'Backtest card',
    description: 'Headline figures, equity and warnings of a backtest, shown in the chat.',
  },
  blotter: {
    bundle: 'blotterCard',
    title: 'Orders card',
    description: 'Orders of a trading node, shown in the chat; nothing can be traded from it.',
  },
};
const names = Object.keys(pages) as PageName[];

export function pageUri(name: PageName): string {
  return `ui://quarterdeck/${name}`;
}

/** The pages as `resources/list` names them. */
export const pageList = names.map((name) => ({
  uri: pageUri(name),
  name: pages[name].title,
  description: pages[name].description,
  mimeType: pageType,
}));

export function isPage(uri: string): boolean {
  return uri.startsWith('ui://');
}

/** The document of a page. It needs nothing from anywhere: the default policy of hosts lets nothing in. */
export async function readPage(uri: string): Promise<{ uri: string; mimeType: string; text: string }> {
  const name = names.find((one) => pageUri(one) === uri);
  if (!name) throw unknownResource(uri);
  const { bundle, title } = pages[name];
  const folder = path.join(packageRoot, 'dist', 'webviews');
  const [script, style] = await Promise.all([
    readFile(path.join(folder, `${bundle}.js`), 'utf8'),
    readFile(path.join(folder, `${bundle}.css`), 'utf8'),
  ]);
  // What would end the element early cannot stand in it; inside a string or a regular expression it means the same.
  const inlined = script.replace(/<\/(script)/gi, '<\\/$1').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '');
  const plain = style.replace(/\/\*# sourceMappingURL=.*?\*\//g, '');
  const text = `<!doctype html>
<html lang="en" data-host="chat">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title}</title>
    <style>${plain}</style>
  </head>
  <body class="vscode-dark">
    <main></main>
    <script>${inlined}</script>
  </body>
</html>`;
  return { uri, mimeType: pageType, text };
}
