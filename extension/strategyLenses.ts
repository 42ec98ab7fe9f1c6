import {
  CodeLens,
  type CodeLensProvider,
  Disposable,
  EventEmitter,
  type LogOutputChannel,
  l10n,
  languages,
  Range,
  type TextDocument,
  workspace,
} from 'vscode';
import { strategyClasses } from './strategyClasses.ts';
import type { RunRow } from './views/runs.ts';
import { nameOf, pnlOf, shortTime } from './views/runWords.ts';
import type { Whole } from './whole.ts';

/** As many runs as are looked through for the last one of a class. */
const recent = 100;

/** Above each strategy class: run it, check it, and what its last run gave. */
export class StrategyLenses implements CodeLensProvider, Disposable {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly registered: Disposable;
  private connected: Disposable | undefined;
  private watching: Disposable | undefined;

  constructor(
    private readonly whole: Whole,
    private readonly log: LogOutputChannel,
  ) {
    const started = whole.onDidStart(({ client }) => {
      this.connected = client.onDidConnect(() => {
        this.watching ??= client.watch('nautilus://runs', () => this.changed.fire());
      });
    });
    const offered = languages.registerCodeLensProvider({ language: 'python', scheme: 'file' }, this);
    this.registered = Disposable.from(started, offered, this.changed);
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    const classes = strategyClasses(document.getText());
    if (classes.length === 0) return [];
    const runs = await this.runs();
    const file = workspace.asRelativePath(document.uri, false);
    return classes.flatMap(({ name, line }) => {
      const range = new Range(line, 0, line, 0);
      const place = { file: document.fileName, name };
      const last = runs.find(({ strategies }) => strategies.includes(`${file}:${name}`));
      return [
        new CodeLens(range, {
          title: `$(play) ${l10n.t('Run Backtest')}`,
          command: 'quarterdeck.runBacktest',
          arguments: [place],
        }),
        new CodeLens(range, {
          title: `$(checklist) ${l10n.t('Check')}`,
          command: 'quarterdeck.checkStrategy',
          arguments: [place],
        }),
        ...(last ? [new CodeLens(range, lastResult(last))] : []),
      ];
    });
  }

  dispose(): void {
    this.watching?.dispose();
    this.connected?.dispose();
    this.registered.dispose();
  }

  /** Nothing while no server is attached: looking at a file starts none. */
  private async runs(): Promise<RunRow[]> {
    if (!this.watching) return [];
    try {
      const { app, rest } = await this.whole.load();
      return (await rest.listRuns(app.client, { limit: recent })).runs;
    } catch (error) {
      this.log.debug(`Strategy lenses: ${String(error)}`);
      return [];
    }
  }
}

function lastResult(run: RunRow) {
  const orders = run.orders === undefined ? '' : l10n.t('{0} orders', run.orders);
  const figures = [pnlOf(run), orders, shortTime(run.created_at)].filter(Boolean).join(' · ');
  return {
    title: `$(graph-line) ${figures}`,
    tooltip: l10n.t('The last run of {0}: open its report', nameOf(run)),
    command: 'quarterdeck.openReport',
    arguments: [run],
  };
}
