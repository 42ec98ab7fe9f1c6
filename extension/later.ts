/**
 * What is loaded when a person first asks for something: most of what knows the protocol, which a window that only shows does
 * not need. A bundle of its own, that has its errors from `rest.ts`: they are told by their class.
 */
export { BacktestTerminal } from './backtestTerminal.ts';
export { showBundle } from './bundleSource.ts';
export { runCommand } from './commands/table.ts';
export { readWorkspaceSettings } from './workspaceSettings.ts';
