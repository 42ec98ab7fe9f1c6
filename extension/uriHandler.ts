import { commands, type Disposable, type LogOutputChannel, window } from 'vscode';

/** What an address of ours may open; none of them starts, changes or sends anything. */
const pages: Record<string, string> = {
  run: 'quarterdeck.openReport',
  blotter: 'quarterdeck.openBlotter',
  strategies: 'quarterdeck.openStrategies',
};

/** `vscode://quarterdeck.quarterdeck/run/<id>` and the like: links that open a page, and only that. */
export function handleUris(log: LogOutputChannel): Disposable {
  return window.registerUriHandler({
    handleUri({ path }) {
      const [, page = '', id = ''] = path.split('/').map(decodeURIComponent);
      const command = Object.hasOwn(pages, page) ? pages[page] : undefined;
      if (command === undefined) return void log.warn(`There is nothing to open at ${path}.`);
      void commands.executeCommand(command, id === '' ? undefined : id);
    },
  });
}
