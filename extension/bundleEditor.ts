import { type Disposable, type Uri, type WebviewPanel, window } from 'vscode';
import { toQuarterdeckError } from '../server/protocol/errors.ts';
import { bundleSource, bundleUri } from './bundleSource.ts';
import type { Panels } from './panels.ts';

/** Shows `.qdrun` files as reports. Needs neither server nor engine, and writes nothing. */
export function offerBundleEditor(panels: Panels): Disposable {
  return window.registerCustomEditorProvider('quarterdeck.bundle', {
    openCustomDocument: (uri: Uri) => ({ uri, dispose() {} }),
    async resolveCustomEditor({ uri }: { uri: Uri }, panel: WebviewPanel) {
      try {
        panels.showBundle(panel, bundleUri, await bundleSource(uri.fsPath));
      } catch (error) {
        const { message, next_step } = toQuarterdeckError(error).toObject();
        panels.showText(panel, `${message} ${next_step}`);
      }
    },
  });
}
