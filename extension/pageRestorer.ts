import { Disposable, type WebviewPanel, window } from 'vscode';
import type { Whole } from './whole.ts';

/** Pages that stood open when the window was reloaded. */
export function restorePages(whole: Whole): Disposable {
  const registered = ['report', 'compare', 'blotter', 'strategies'].map((page) =>
    window.registerWebviewPanelSerializer(`quarterdeck.${page}`, {
      async deserializeWebviewPanel(panel: WebviewPanel, state: unknown) {
        (await whole.load()).app.reports.restore(panel, state);
      },
    }),
  );
  return Disposable.from(...registered);
}
