import { type Disposable, type Uri, type WebviewPanel, window } from 'vscode';
import type { Whole } from './whole.ts';

/** Shows `.qdrun` files as reports. Needs neither server nor engine, and writes nothing. */
export function offerBundleEditor(whole: Whole): Disposable {
  return window.registerCustomEditorProvider('quarterdeck.bundle', {
    openCustomDocument: (uri: Uri) => ({ uri, dispose() {} }),
    async resolveCustomEditor({ uri }: { uri: Uri }, panel: WebviewPanel) {
      const { app, later } = await whole.loadAll();
      await later.showBundle(app.reports, uri, panel);
    },
  });
}
