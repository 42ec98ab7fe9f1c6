import { randomBytes } from 'node:crypto';
import {
  commands,
  Disposable,
  type ExtensionContext,
  env,
  type LogOutputChannel,
  l10n,
  Position,
  Selection,
  TextEditorRevealType,
  Uri,
  ViewColumn,
  type Webview,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import * as z from 'zod';
import { toQuarterdeckError } from '../server/protocol/errors.ts';
import type { RunRecord } from '../server/protocol/run.ts';
import type { PageAddress } from '../webviews/host.ts';
import { pageHtml } from '../webviews/html.ts';
import { type HostMessage, PageMessage, PageState } from '../webviews/messages.ts';
import { runUri } from './addresses.ts';
import type { ServerClient } from './client.ts';

/** Where a page's answers come from: our session with the server, or a bundle. */
export interface PageAnswers {
  call<T>(tool: string, args: object, result: z.ZodType<T>): Promise<T>;
  read<T>(uri: string, result: z.ZodType<T>): Promise<T>;
  watch(uri: string, listener: () => void): { dispose(): void };
}

const rememberedKey = 'quarterdeck.pages';

/** What a kind of page is called, where it opens, and whether it goes on while hidden. */
const kinds = {
  report: { page: 'report', column: ViewColumn.Active, keepsRunning: false },
  compare: { page: 'report', column: ViewColumn.Active, keepsRunning: false },
  blotter: { page: 'blotter', column: ViewColumn.Active, keepsRunning: true },
  strategies: { page: 'strategies', column: ViewColumn.Beside, keepsRunning: false },
} as const;

/** Our pages as editor tabs: one for each address. */
export class Panels implements Disposable {
  private readonly open = new Map<string, WebviewPanel>();

  constructor(
    private readonly context: ExtensionContext,
    private readonly client: ServerClient,
    private readonly log: LogOutputChannel,
  ) {}

  /** A page that stood open when the window was reloaded. */
  restore(panel: WebviewPanel, state: unknown): void {
    const kept = PageState.safeParse(state).data;
    if (kept) this.adopt(panel, cleaned(kept.address));
    else panel.dispose();
  }

  /** The report of a run. */
  show({ id }: RunRecord): void {
    this.openPage({ page: 'report', run: id });
  }

  openPage(address: PageAddress): void {
    const known = this.open.get(keyOf(address));
    if (known) {
      known.reveal();
      return;
    }
    const { column, keepsRunning } = kinds[address.page];
    const panel = window.createWebviewPanel(`quarterdeck.${address.page}`, titleOf(address), column, {
      enableScripts: true,
      enableFindWidget: false,
      retainContextWhenHidden: keepsRunning,
      localResourceRoots: [this.pages],
    });
    this.adopt(panel, address);
  }

  /** The report of a run that is not the server's, in an editor of its file. */
  showBundle(panel: WebviewPanel, uri: string, source: PageAnswers): void {
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [this.pages] };
    const serving = this.serve(webview, source);
    panel.onDidDispose(() => serving.dispose());
    webview.html = this.html(webview, 'report', l10n.t('Backtest'), { run: uri });
  }

  /** Words in the place of a page that cannot be shown. */
  showText({ webview }: WebviewPanel, text: string): void {
    const escaped = text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
    webview.html = `<!doctype html><html lang="en"><body><p role="alert">${escaped}</p></body></html>`;
  }

  dispose(): void {
    for (const panel of this.open.values()) panel.dispose();
  }

  private get pages(): Uri {
    return Uri.joinPath(this.context.extensionUri, 'dist', 'webviews');
  }

  private adopt(panel: WebviewPanel, first: PageAddress): void {
    let address = first;
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [this.pages] };
    const leave = () => {
      if (this.open.get(keyOf(address)) === panel) this.open.delete(keyOf(address));
    };
    /** A report whose run is run again goes on with the new one. */
    const move = (next: PageAddress) => {
      leave();
      address = next;
      panel.title = titleOf(address);
      this.open.set(keyOf(address), panel);
    };
    const serving = this.serve(webview, this.client, move);
    const draw = async () => {
      const more = address.page === 'strategies' ? await defaultsOfWorkspace() : {};
      const data = { ...dataOf(address), ...more };
      webview.html = this.html(webview, kinds[address.page].page, titleOf(address), data);
    };
    const settings = workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('quarterdeck')) void draw();
    });
    panel.onDidDispose(() => {
      serving.dispose();
      settings.dispose();
      leave();
    });
    move(first);
    void draw();
  }

  /** Answers a page; from the server it sees what every other client sees. */
  private serve(
    webview: Webview,
    source: PageAnswers,
    move: (address: PageAddress) => void = () => {},
  ): Disposable {
    const { log } = this;
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
          return void answer(message.id, source.call(message.tool, message.args, z.unknown()));
        case 'read':
          return void answer(message.id, source.read(message.uri, z.unknown()));
        case 'watch': {
          const { uri } = message;
          watching.get(uri)?.dispose();
          watching.set(
            uri,
            source.watch(uri, () => tell({ type: 'changed', uri })),
          );
          return;
        }
        case 'unwatch':
          return watching.get(message.uri)?.dispose();
        case 'source':
          return void openPlace(message.place).catch((problem: unknown) => this.tellPerson(problem));
        case 'page':
          return this.openPage(cleaned(message.address));
        case 'shows':
          return move(cleaned(message.address));
        case 'save':
          return void saveText(message.name, message.text).catch((problem: unknown) =>
            this.tellPerson(problem),
          );
        case 'copy':
          return void env.clipboard.writeText(message.text);
        case 'remember':
          return void this.context.workspaceState.update(rememberedKey, {
            ...this.remembered(),
            [message.name]: message.value,
          });
        case 'ask':
          return void commands.executeCommand('workbench.action.chat.open', { query: message.prompt });
        default:
          log.warn(`A page said something unknown: ${error?.message}`);
      }
    });
    return new Disposable(() => {
      listening.dispose();
      for (const one of watching.values()) one.dispose();
    });
  }

  private html(webview: Webview, page: string, title: string, data: Record<string, string>): string {
    const settings = workspace.getConfiguration('quarterdeck');
    return pageHtml({
      page,
      title,
      asset: (file) => webview.asWebviewUri(Uri.joinPath(this.pages, file)).toString(),
      source: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      data: { ...data, remembered: JSON.stringify(this.remembered()) },
      settings: {
        timeZone: settings.get('timeZone', 'UTC'),
        colors: settings.get('colors', 'default'),
        numberFormat: settings.get('numberFormat', 'plain'),
      },
      ...(l10n.bundle ? { strings: l10n.bundle } : {}),
    });
  }

  /** What the pages of this workspace asked to be remembered, by name. */
  private remembered(): Record<string, unknown> {
    return this.context.workspaceState.get(rememberedKey, {});
  }

  private tellPerson(problem: unknown): void {
    this.log.warn(String(problem));
    void window.showWarningMessage(problem instanceof Error ? problem.message : String(problem));
  }
}

function keyOf(address: PageAddress): string {
  return JSON.stringify(address);
}

function titleOf(address: PageAddress): string {
  switch (address.page) {
    case 'report':
      return l10n.t('Backtest {0}', address.run.split('-').slice(1, 3).join(' '));
    case 'compare':
      return l10n.t('Compare {0} runs', address.runs.length);
    case 'blotter':
      return l10n.t('Orders of {0}', decodeURIComponent(address.source.split('/').at(-1) ?? ''));
    case 'strategies':
      return l10n.t('Strategies');
  }
}

/** What the page's body says of what it is to show; the page itself keeps it for a reload of the window. */
function dataOf(address: PageAddress): Record<string, string> {
  const kept = { address: JSON.stringify(address) };
  switch (address.page) {
    case 'report':
      return { ...kept, run: runUri(address.run) };
    case 'compare':
      return { ...kept, runs: address.runs.join(' ') };
    case 'blotter':
      return { ...kept, source: address.source };
    case 'strategies':
      return { ...kept, ...(address.source === undefined ? {} : { source: address.source }) };
  }
}

/** What `quarterdeck.json` says a backtest runs on, and its profiles, for the page that offers them. */
async function defaultsOfWorkspace(): Promise<Record<string, string>> {
  const [folder] = workspace.workspaceFolders ?? [];
  const { readWorkspaceSettings } = await import('./later.ts');
  const settings = folder && (await readWorkspaceSettings(folder.uri.fsPath).catch(() => undefined));
  const backtest = settings?.defaults.backtest;
  return {
    profiles: JSON.stringify(Object.keys(settings?.profiles ?? {})),
    ...(backtest ? { defaults: JSON.stringify(backtest) } : {}),
  };
}

function cleaned(address: z.infer<typeof PageState>['address']): PageAddress {
  if (address.page !== 'strategies') return address;
  return address.source === undefined
    ? { page: 'strategies' }
    : { page: 'strategies', source: address.source };
}

/** Shows `file`, or a line of it, beside the page. */
async function openPlace(place: string): Promise<void> {
  const match = /^(.*?)(?::(\d+))?$/.exec(place);
  const [file, line] = [match?.[1] ?? place, Number(match?.[2] ?? 1)];
  const [folder] = workspace.workspaceFolders ?? [];
  const absolute = file.startsWith('/') || /^[A-Za-z]:[\\/]/.test(file) || !folder;
  const uri = absolute ? Uri.file(file) : Uri.joinPath(folder.uri, file);
  if (!/\.(py|json|csv|md|txt|html|toml)$/.test(file)) {
    await commands.executeCommand('revealFileInOS', uri);
    return;
  }
  const editor = await window.showTextDocument(await workspace.openTextDocument(uri), {
    viewColumn: ViewColumn.Beside,
    preview: true,
  });
  const at = new Position(Math.max(0, line - 1), 0);
  editor.selection = new Selection(at, at);
  editor.revealRange(editor.selection, TextEditorRevealType.InCenter);
}

/** Asks where, then writes; a picture comes as a data URL. */
async function saveText(name: string, text: string): Promise<void> {
  const [folder] = workspace.workspaceFolders ?? [];
  const proposed = folder ? Uri.joinPath(folder.uri, name) : Uri.file(name);
  const target = await window.showSaveDialog({ defaultUri: proposed });
  if (!target) return;
  const picture = /^data:image\/png;base64,(.*)$/.exec(text)?.[1];
  await workspace.fs.writeFile(
    target,
    picture === undefined ? Buffer.from(text) : Buffer.from(picture, 'base64'),
  );
}
