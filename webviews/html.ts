/** What a page is served with. */
export interface PageSource {
  page: string;
  title: string;
  /** Address of a file of the bundle. */
  asset(file: string): string;
  /** Where those files come from, for the policy. */
  source: string;
  nonce: string;
  /** Attributes of the body: what the page is to show. */
  data: Record<string, string>;
  settings: Record<string, unknown>;
  /** English sentence → the same in the reader's language. */
  strings?: Record<string, string>;
}

/** The document around a page in an editor, with a policy that lets nothing in but its own bundle. */
export function pageHtml({ page, title, asset, source, nonce, data, settings, strings }: PageSource): string {
  const policy = [
    `default-src 'none'`,
    // The controls make empty style elements at run time; rules come from our sheet alone.
    `style-src ${source} 'unsafe-inline'`,
    `font-src ${source}`,
    `img-src ${source} data:`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  const all = {
    ...data,
    settings: JSON.stringify(settings),
    ...(strings ? { strings: JSON.stringify(strings) } : {}),
  };
  const attributes = Object.entries(all).map(([name, value]) => ` data-${name}="${escaped(value)}"`);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="${escaped(policy)}" />
    <link rel="stylesheet" href="${escaped(asset(`${page}.css`))}" />
    <title>${escaped(title)}</title>
  </head>
  <body${attributes.join('')}>
    <main id="${page}"></main>
    <script nonce="${nonce}" src="${escaped(asset(`${page}.js`))}"></script>
  </body>
</html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
