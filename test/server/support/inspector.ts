import { runForeign } from './foreignTools.ts';

/** The MCP Inspector's command line. @returns the JSON it printed */
export function inspect(args: string[], env: Record<string, string>): string {
  const script = '@modelcontextprotocol/inspector/clients/launcher/build/index.js';
  return runForeign(script, ['--cli', '--format', 'json', '-q', ...args], env);
}
