import { commands, type LogOutputChannel, l10n, window } from 'vscode';
import { toQuarterdeckError } from '../server/protocol/errors.ts';

/** Says what is wrong and what to do next, with that as a button where we can do it. */
export async function showError(error: unknown, log: LogOutputChannel): Promise<void> {
  const known = toQuarterdeckError(error);
  const { type, code, message, path, next_step } = known.toObject();
  log.error(`${code}: ${message}${path ? ` (${path})` : ''} ${next_step}`);
  if (type === 'cancelled') return;
  const setUp = l10n.t('Set Up Engine');
  const showLog = l10n.t('Show Log');
  const where = path ? ` (${path})` : '';
  const buttons = type === 'environment' ? [setUp, showLog] : [showLog];
  const answer = await window.showErrorMessage(`${message}${where} ${next_step}`, ...buttons);
  if (answer === setUp) await commands.executeCommand('quarterdeck.setUpEngine');
  if (answer === showLog) log.show();
}
