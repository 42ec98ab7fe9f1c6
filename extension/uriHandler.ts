import { commands, type Disposable, type LogOutputChannel, window } from 'vscode';
import { nodeUri } from './addresses.ts';

/** What an address of ours may open, and with what; none of them starts, changes or sends anything. */
const pages: Record<string, { command: string; argument(id: string): string }> = {
  run: { command: 'quarterdeck.openReport', argument: (id) => id },
  blotter: {
    command: 'quarterdeck.openBlotter',
    argument: nodeUri,
  },
  strategies: { command: 'quarterdeck.openStrategies', argument: (id) => id },
};

/** `vscode://quarterdeck.quarterdeck/run/<id>` and the like: links that open a page, and only that. */
export function handleUris(log: LogOutputChannel): Disposable {
  return window.registerUriHandler({
    handleUri({ path }) {
      const [, page = '', id = ''] = path.split('/').map(decodeURIComponent);
      const known = Object.hasOwn(pages, page) ? pages[page] : undefined;
      if (known === undefined) return void log.warn(`There is nothing to open at ${path}.`);
      void commands.executeCommand(known.command, id === '' ? undefined : known.argument(id));
    },
  });
}
