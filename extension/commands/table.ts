import type { App } from '../app.ts';
import { showError } from '../errors.ts';
import { showActions } from './actions.ts';
import { backtestSession } from './backtestSession.ts';
import { checkStrategy } from './checkStrategy.ts';
import { connectVenue } from './connectVenue.ts';
import { addCredentials, removeCredentials, testCredentials } from './credentials.ts';
import { copyClientConfiguration, doctor, openWalkthrough } from './help.ts';
import type { CommandId } from './ids.ts';
import { importData } from './importData.ts';
import { newStrategy } from './newStrategy.ts';
import { haltTrading, resumeTrading, startNode, stopNode } from './nodes.ts';
import { openBlotter, openStrategies } from './openPages.ts';
import { runBacktest } from './runBacktest.ts';
import {
  annotateRun,
  cancelRun,
  compareRuns,
  deleteRuns,
  exportRun,
  importRun,
  openReport,
  rerun,
  toggleBaseline,
} from './runs.ts';
import { setUpEngine } from './setUpEngine.ts';
import { submitOrder } from './submitOrder.ts';

/** What a command is called with: a row of a view, and in views that allow it all the rows selected. */
type CommandFunction = (app: App, target: unknown, selection: unknown) => unknown;

const table: Record<CommandId, CommandFunction> = {
  'quarterdeck.runBacktest': runBacktest,
  'quarterdeck.checkStrategy': checkStrategy,
  'quarterdeck.rerun': rerun,
  'quarterdeck.cancelRun': cancelRun,
  'quarterdeck.openReport': openReport,
  'quarterdeck.openBlotter': openBlotter,
  'quarterdeck.openStrategies': openStrategies,
  'quarterdeck.compareRuns': compareRuns,
  'quarterdeck.backtestSession': backtestSession,
  'quarterdeck.exportRun': exportRun,
  'quarterdeck.importRun': importRun,
  'quarterdeck.annotateRun': annotateRun,
  'quarterdeck.toggleBaseline': toggleBaseline,
  'quarterdeck.deleteRuns': deleteRuns,
  'quarterdeck.importData': importData,
  'quarterdeck.newStrategy': newStrategy,
  'quarterdeck.startNode': startNode,
  'quarterdeck.stopNode': stopNode,
  'quarterdeck.connectVenue': connectVenue,
  'quarterdeck.addCredentials': addCredentials,
  'quarterdeck.testCredentials': testCredentials,
  'quarterdeck.removeCredentials': removeCredentials,
  'quarterdeck.submitOrder': submitOrder,
  'quarterdeck.haltTrading': haltTrading,
  'quarterdeck.resumeTrading': resumeTrading,
  'quarterdeck.refreshViews': ({ views }) => views.refresh(),
  'quarterdeck.showActions': showActions,
  'quarterdeck.setUpEngine': setUpEngine,
  'quarterdeck.doctor': doctor,
  'quarterdeck.copyClientConfiguration': copyClientConfiguration,
  'quarterdeck.openWalkthrough': openWalkthrough,
  'quarterdeck.showLog': ({ log }) => log.show(),
};

/** A command may throw: this is where people are told. */
export async function runCommand(
  app: App,
  id: CommandId,
  target: unknown,
  selection: unknown,
): Promise<void> {
  try {
    await table[id](app, target, selection);
  } catch (error) {
    void showError(error, app.log);
  }
}
