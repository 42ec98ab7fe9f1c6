import { l10n, StatusBarAlignment, type StatusBarItem, window } from 'vscode';

/** The item in the status bar, before there is anything to say. */
export function statusItem(): StatusBarItem {
  const item = window.createStatusBarItem('quarterdeck.status', StatusBarAlignment.Left, 10);
  item.name = 'Quarterdeck';
  item.command = 'quarterdeck.showActions';
  item.text = '$(compass) Quarterdeck';
  item.tooltip = l10n.t('Backtests, data and trading with NautilusTrader. Select for actions.');
  item.accessibilityInformation = { label: l10n.t('Quarterdeck, idle') };
  item.show();
  return item;
}
