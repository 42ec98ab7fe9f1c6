import { l10n, ProgressLocation, window } from 'vscode';
import type { App } from '../app.ts';
import { runCli } from '../cli.ts';
import { interpreterChoice } from '../python.ts';

/** Finds or builds the Python environment with nautilus_trader, saying what it does. */
export async function setUpEngine({ log, server }: App): Promise<void> {
  const { folder } = server;
  const { args: interpreter, env } = await interpreterChoice(log);
  const args = ['setup', '--json', '--workspace', folder, ...interpreter];
  const title = l10n.t('Setting up NautilusTrader');
  await window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      const onLine = (line: string) => {
        log.info(line);
        progress.report({ message: line.trim() });
      };
      await runCli(args, { cwd: folder, env, signal: abort.signal, onLine });
    },
  );
  void window.showInformationMessage(l10n.t('NautilusTrader is set up: backtests can run.'));
}
