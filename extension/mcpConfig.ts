import * as z from 'zod';

const Entry = z.looseObject({
  command: z.string().optional(),
  args: z.array(z.string()).optional(),
  url: z.string().optional(),
});
const Config = z.looseObject({
  servers: z.record(z.string(), z.unknown()).optional(),
  mcpServers: z.record(z.string(), z.unknown()).optional(),
});

/** Our command line, the launcher's name, and the package as npx names it. */
const ours =
  /(?:^|[\\/])(?:quarterdeck(?:@[\w.-]+)?|nautilus_trader_server\.py|quarterdeck\.(?:cmd|js))$|[\\/]quarterdeck[^\\/]*[\\/]dist[\\/]server[\\/]main\.js$/;

/**
 * Whether a workspace's `mcp.json` starts our server or calls it at `url`: a second entry of the same would show every
 * tool twice. Comments and trailing commas are allowed in it; what is no JSON at all registers nothing.
 */
export function registersUs(text: string, url: string | undefined): boolean {
  const config = Config.safeParse(parseLoosely(text)).data;
  const entries = Object.entries({ ...config?.servers, ...config?.mcpServers });
  return entries.some(([name, value]) => {
    const entry = Entry.safeParse(value).data;
    if (!entry) return false;
    const words = [entry.command ?? '', ...(entry.args ?? [])];
    const runsUs = words.some((word) => ours.test(word));
    const isNamedSo =
      name === 'nautilus-trader' && words.some((word) => /dist[\\/]server[\\/]main\.js$/.test(word));
    return runsUs || isNamedSo || (url !== undefined && entry.url === url);
  });
}

function parseLoosely(text: string): unknown {
  // A text in quotes is kept as it is; a comment outside goes, and so does a comma before a bracket.
  const plain = text.replace(
    /("(?:[^"\\]|\\.)*")|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_all, quoted?: string) => quoted ?? '',
  );
  const strict = plain.replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_all, quoted?: string) => quoted ?? '');
  try {
    return JSON.parse(strict.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
