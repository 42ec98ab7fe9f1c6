import { commands, l10n, window } from 'vscode';
import type { CommandId } from './ids.ts';

/** What the status bar item opens. */
export async function showActions(): Promise<void> {
  const chosen = await window.showQuickPick(actions(), { title: 'Quarterdeck' });
  if (chosen) await commands.executeCommand(chosen.command);
}

function actions(): { label: string; command: CommandId }[] {
  return [
    { label: `$(play) ${l10n.t('Run Backtest…')}`, command: 'quarterdeck.runBacktest' },
    { label: `$(graph-line) ${l10n.t('Open Report…')}`, command: 'quarterdeck.openReport' },
    { label: `$(stop-circle) ${l10n.t('Cancel Backtest…')}`, command: 'quarterdeck.cancelRun' },
    { label: `$(cloud-download) ${l10n.t('Import Data…')}`, command: 'quarterdeck.importData' },
    { label: `$(new-file) ${l10n.t('New Strategy…')}`, command: 'quarterdeck.newStrategy' },
    { label: `$(vm-running) ${l10n.t('Start Node…')}`, command: 'quarterdeck.startNode' },
    { label: `$(debug-stop) ${l10n.t('Stop Node…')}`, command: 'quarterdeck.stopNode' },
    { label: `$(plug) ${l10n.t('Connect Venue…')}`, command: 'quarterdeck.connectVenue' },
    { label: `$(arrow-swap) ${l10n.t('Submit Order…')}`, command: 'quarterdeck.submitOrder' },
    { label: `$(circle-slash) ${l10n.t('Halt Trading')}`, command: 'quarterdeck.haltTrading' },
    { label: `$(pulse) ${l10n.t('Check the Installation')}`, command: 'quarterdeck.doctor' },
    { label: `$(output) ${l10n.t('Show Log')}`, command: 'quarterdeck.showLog' },
  ];
}
