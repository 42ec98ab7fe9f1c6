import { randomBytes } from 'node:crypto';
import {
  Disposable,
  type LogOutputChannel,
  Uri,
  ViewColumn,
  type Webview,
  type WebviewPanel,
  window,
} from 'vscode';
import * as z from 'zod';
import type { RunRecord } from '../server/protocol/run.ts';
import { type HostMessage, PageMessage } from '../webviews/messages.ts';
import type { ServerClient } from './client.ts';
import { toQuarterdeckError } from './errors.ts';
import { runUri } from './runs.ts';

/** Reports of runs as editor tabs, one for each run. */
export class ReportPanels implements Disposable {
  private readonly open = new Map<string, WebviewPanel>();

  constructor(
    private readonly extensionUri: Uri,
    private readonly client: ServerClient,
    private readonly log: LogOutputChannel,
  ) {}

  show({ id, request }: RunRecord): void {
    const known = this.open.get(id);
    if (known) {
      known.reveal();
      return;
    }
    const own = request.script ?? request.run_config;
    const name = own ?? request.strategies[0]?.source.split(':').at(-1) ?? id;
    const pages = Uri.joinPath(this.extensionUri, 'dist', 'webviews');
    const panel = window.createWebviewPanel('quarterdeck.report', `Backtest ${name}`, ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [pages],
    });
    const serving = serve(panel.webview, this.client, this.log);
    panel.onDidDispose(() => {
      serving.dispose();
      this.open.delete(id);
    });
    panel.webview.html = html(panel.webview, pages, runUri(id));
    this.open.set(id, panel);
  }

  dispose(): void {
    for (const panel of this.open.values()) panel.dispose();
  }
}

/** Answers a page from our own session with the server: it sees what every other client sees. */
function serve(webview: Webview, client: ServerClient, log: LogOutputChannel): Disposable {
  const watching = new Map<string, Disposable>();
  const tell = (message: HostMessage) => void webview.postMessage(message);
  const answer = async (id: number, work: Promise<unknown>) => {
    try {
      tell({ type: 'answer', id, value: await work });
    } catch (error) {
      tell({ type: 'refusal', id, error: toQuarterdeckError(error).toObject() });
    }
  };
  const listening = webview.onDidReceiveMessage((data: unknown) => {
    const { data: message, error } = PageMessage.safeParse(data);
    switch (message?.type) {
      case 'call':
        return void answer(message.id, client.call(message.tool, message.args, z.unknown()));
      case 'read':
        return void answer(message.id, client.read(message.uri, z.unknown()));
      case 'watch': {
        const { uri } = message;
        watching.get(uri)?.dispose();
        watching.set(
          uri,
          client.watch(uri, () => tell({ type: 'changed', uri })),
        );
        return;
      }
      case 'unwatch':
        return watching.get(message.uri)?.dispose();
      default:
        log.warn(`A page said something unknown: ${error?.message}`);
    }
  });
  return new Disposable(() => {
    listening.dispose();
    for (const one of watching.values()) one.dispose();
  });
}

function html(webview: Webview, pages: Uri, run: string): string {
  const nonce = randomBytes(16).toString('base64');
  const asset = (name: string) => webview.asWebviewUri(Uri.joinPath(pages, name)).toString();
  const policy = [
    `default-src 'none'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <link rel="stylesheet" href="${asset('report.css')}" />
    <title>Backtest</title>
  </head>
  <body data-run="${run}">
    <main id="report"></main>
    <script nonce="${nonce}" src="${asset('report.js')}"></script>
  </body>
</html>`;
}
