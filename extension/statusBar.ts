import { Disposable, StatusBarAlignment, ThemeColor, window } from 'vscode';
import type { ServerClient } from './client.ts';
import { isActive, listNodes } from './views/node.ts';
import { listRuns } from './views/runs.ts';

/** One item: trading nodes first, then backtests. Asks only a server that we are attached to, so that it starts none. */
export class StatusBar implements Disposable {
  private readonly item = window.createStatusBarItem('quarterdeck.status', StatusBarAlignment.Left, 10);
  private readonly subscriptions: Disposable[];
  private watching: Disposable[] = [];

  constructor(private readonly client: ServerClient) {
    this.item.name = 'Quarterdeck';
    this.item.command = 'quarterdeck.showActions';
    this.show([], 'Backtests, data and trading with NautilusTrader. Select for actions.');
    this.item.show();
    this.subscriptions = [this.item, client.onDidConnect(() => this.attend())];
  }

  dispose(): void {
    Disposable.from(...this.subscriptions, ...this.watching).dispose();
  }

  private attend(): void {
    if (this.watching.length > 0) return;
    const look = () => void this.look();
    this.watching = ['nautilus://runs', 'nautilus://nodes'].map((uri) => this.client.watch(uri, look));
  }

  private async look(): Promise<void> {
    try {
      const [{ total }, nodes] = await Promise.all([
        listRuns(this.client, { status: 'running', limit: 1 }),
        listNodes(this.client),
      ]);
      const active = nodes.filter(isActive);
      const parts = active.map(
        ({ node, state, kind }) => `${node} ${kind === 'live' ? 'LIVE ' : ''}${state}`,
      );
      if (total > 0) parts.push(`${total} ${total === 1 ? 'backtest' : 'backtests'}`);
      this.show(parts, parts.length > 0 ? 'Select for actions.' : 'Nothing is running. Select for actions.');
      if (active.some(({ kind }) => kind === 'live')) {
        this.item.backgroundColor = new ThemeColor('statusBarItem.warningBackground');
      }
    } catch {
      this.item.backgroundColor = new ThemeColor('statusBarItem.errorBackground');
      this.item.text = '$(error) Quarterdeck';
      this.item.tooltip = 'The server cannot be reached; the log says why.';
    }
  }

  private show(parts: string[], tooltip: string): void {
    const state = parts.join(', ');
    this.item.backgroundColor = undefined;
    this.item.text = state === '' ? '$(compass) Quarterdeck' : `$(compass) Quarterdeck: ${state}`;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: `Quarterdeck, ${state || 'idle'}` };
  }
}
