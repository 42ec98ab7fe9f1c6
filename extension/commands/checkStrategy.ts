import path from 'node:path';
import {
  Diagnostic,
  DiagnosticSeverity,
  l10n,
  languages,
  ProgressLocation,
  Range,
  Uri,
  window,
} from 'vscode';
import { CheckStrategyResult } from '../../server/protocol/strategies.ts';
import type { App } from '../app.ts';
import { pickStrategy } from './pickStrategy.ts';

const found = languages.createDiagnosticCollection('quarterdeck');

/** Imports a strategy in a process of its own and shows the mistakes that its source has among the problems. */
export async function checkStrategy(app: App, target: unknown): Promise<void> {
  const strategy = await pickStrategy(app, target);
  if (!strategy) return;
  const title = l10n.t('Checking {0}', strategy.name);
  const { problems, warnings } = await window.withProgress(
    { location: ProgressLocation.Notification, title },
    () => app.client.call('check_strategy', { source: strategy.source }, CheckStrategyResult),
  );
  found.clear();
  const rows = problems.map((row) => ({ ...row, severity: DiagnosticSeverity.Error }));
  for (const { path: place, message, next_step, code, severity } of rows) {
    const [, file = strategy.file, line = String(strategy.line)] = /^(.*):(\d+)$/.exec(place) ?? [];
    const uri = Uri.file(path.resolve(app.server.folder, file));
    const at = Math.max(0, Number(line) - 1);
    const diagnostic = new Diagnostic(new Range(at, 0, at, 1000), `${message} ${next_step}`, severity);
    diagnostic.source = 'Quarterdeck';
    diagnostic.code = code;
    found.set(uri, [...(found.get(uri) ?? []), diagnostic]);
  }
  const [first] = [...problems, ...warnings];
  if (!first) void window.showInformationMessage(l10n.t('{0}: no mistake found.', strategy.name));
  else void window.showWarningMessage(`${strategy.name}: ${first.message} ${first.next_step}`);
}
