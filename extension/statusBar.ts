import { type Disposable, StatusBarAlignment, ThemeColor, window } from 'vscode';
import type { ServerClient } from './client.ts';
import { listRuns } from './views/runs.ts';

/**
 * One item: how many backtests run. Asks only a server that we are attached to, so that it starts none.
 */
export class StatusBar implements Disposable {
  private readonly item = window.createStatusBarItem('quarterdeck.status', StatusBarAlignment.Left, 10);
  private watching: Disposable | undefined;
  private readonly connected: Disposable;

  constructor(private readonly client: ServerClient) {
    this.item.name = 'Quarterdeck';
    this.item.command = 'quarterdeck.showActions';
    this.show('', 'Backtests, data and trading with NautilusTrader. Select for actions.');
    this.item.show();
    this.connected = client.onDidConnect(() => {
      this.watching ??= client.watch('nautilus://runs', () => void this.look());
    });
  }

  dispose(): void {
    this.connected.dispose();
    this.watching?.dispose();
    this.item.dispose();
  }

  private async look(): Promise<void> {
    try {
      const { total } = await listRuns(this.client, { status: 'running', limit: 1 });
      if (total === 0) this.show('', 'No backtest is running. Select for actions.');
      else this.show(`${total} running`, `${total} backtests are running. Select for actions.`);
    } catch {
      this.item.backgroundColor = new ThemeColor('statusBarItem.errorBackground');
      this.item.text = '$(error) Quarterdeck';
      this.item.tooltip = 'The server cannot be reached; the log says why.';
    }
  }

  private show(state: string, tooltip: string): void {
    this.item.backgroundColor = undefined;
    this.item.text = state === '' ? '$(compass) Quarterdeck' : `$(sync~spin) Quarterdeck: ${state}`;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: `Quarterdeck, ${state || 'idle'}` };
  }
}
