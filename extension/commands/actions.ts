import { commands, window } from 'vscode';
import type { CommandId } from './ids.ts';

const actions: { label: string; command: CommandId }[] = [
  { label: '$(play) Run Backtest…', command: 'quarterdeck.runBacktest' },
  { label: '$(graph-line) Open Report…', command: 'quarterdeck.openReport' },
  { label: '$(stop-circle) Cancel Backtest…', command: 'quarterdeck.cancelRun' },
  { label: '$(cloud-download) Import Data…', command: 'quarterdeck.importData' },
  { label: '$(new-file) New Strategy…', command: 'quarterdeck.newStrategy' },
  { label: '$(vm-running) Start Node…', command: 'quarterdeck.startNode' },
  { label: '$(debug-stop) Stop Node…', command: 'quarterdeck.stopNode' },
  { label: '$(plug) Connect Venue…', command: 'quarterdeck.connectVenue' },
  { label: '$(arrow-swap) Submit Order…', command: 'quarterdeck.submitOrder' },
  { label: '$(circle-slash) Halt Trading', command: 'quarterdeck.haltTrading' },
  { label: '$(pulse) Check the Installation', command: 'quarterdeck.doctor' },
  { label: '$(output) Show Log', command: 'quarterdeck.showLog' },
];

/** What the status bar item opens. */
export async function showActions(): Promise<void> {
  const chosen = await window.showQuickPick(actions, { title: 'Quarterdeck' });
  if (chosen) await commands.executeCommand(chosen.command);
}
