import { Disposable, l10n, type StatusBarItem, ThemeColor } from 'vscode';
import type { ServerClient } from './client.ts';
import { isActive, listNodes } from './views/node.ts';
import { listRuns } from './views/runs.ts';

/** One item: trading nodes first, then backtests. Asks only a server that we are attached to, so that it starts none. */
export class StatusBar implements Disposable {
  private readonly connected: Disposable;
  private watching: Disposable[] = [];

  constructor(
    private readonly item: StatusBarItem,
    private readonly client: ServerClient,
  ) {
    this.connected = client.onDidConnect(() => this.attend());
  }

  dispose(): void {
    Disposable.from(this.connected, ...this.watching).dispose();
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
      if (total > 0) parts.push(total === 1 ? l10n.t('1 backtest') : l10n.t('{0} backtests', total));
      const nothing = l10n.t('Nothing is running. Select for actions.');
      this.show(parts, parts.length > 0 ? l10n.t('Select for actions.') : nothing);
      if (active.some(({ kind }) => kind === 'live')) {
        this.item.backgroundColor = new ThemeColor('statusBarItem.warningBackground');
      }
    } catch {
      this.item.backgroundColor = new ThemeColor('statusBarItem.errorBackground');
      this.item.text = '$(error) Quarterdeck';
      this.item.tooltip = l10n.t('The server cannot be reached; the log says why.');
    }
  }

  private show(parts: string[], tooltip: string): void {
    const state = parts.join(', ');
    this.item.backgroundColor = undefined;
    this.item.text = state === '' ? '$(compass) Quarterdeck' : `$(compass) Quarterdeck: ${state}`;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = {
      label: state === '' ? l10n.t('Quarterdeck, idle') : `Quarterdeck, ${state}`,
    };
  }
}
