import type { RunRecord } from '../../server/protocol/run.ts';
import { watchTheme } from '../charts/colors.ts';
import { registerControls } from '../controls.ts';
import { connectToEditor } from '../editorHost.ts';
import { pageKeys } from '../keys.ts';
import { settings } from '../settings.ts';
import { t } from '../strings.ts';
import { showTimesOf } from '../time.ts';
import { venuesOf } from './about.ts';
import { reportActions } from './actions.ts';
import { showComparison } from './compareView.ts';
import { header } from './header.ts';
import { followRun, isUnfinished, type ReportState } from './load.ts';
import { emptyView, errorView, failureView, loadingView } from './states.ts';
import { Kept, ReportView } from './view.ts';
import '../charts/charts.css';
import '../page.css';
import './report.css';

registerControls();
watchTheme();
document.body.dataset.colors = settings.colors;
const host = connectToEditor();
const root = document.querySelector('main') ?? document.body;

const actions = reportActions({
  host,
  root,
  run: () => current,
  show(id) {
    host.shows({ page: 'report', run: id });
    show(uriOf(id));
  },
  reload: () => show(uri),
  canvases: () => view?.canvases() ?? [],
});

let stop = () => {};
let view: ReportView | undefined;
let current: RunRecord | undefined;
let uri = '';

const { run = '', runs } = document.body.dataset;
if (runs) void showComparison(root, host, runs.split(' '));
else if (run === '')
  root.replaceChildren(
    emptyView(t('No run yet'), t('Run a strategy on your data and its report opens here.')),
  );
else {
  const address = host.address();
  show(address?.page === 'report' ? uriOf(address.run) : run);
}

pageKeys(
  () => view?.regions() ?? [],
  () => view?.filter,
);

function uriOf(id: string): string {
  return `nautilus://runs/${encodeURIComponent(id)}`;
}

function show(address: string): void {
  stop();
  uri = address;
  view?.destroy();
  view = undefined;
  stop = followRun(host, address, render);
}

function render(state: ReportState): void {
  if ('run' in state) showTimesOf(venuesOf(state.run));
  switch (state.kind) {
    case 'loading':
      if (!view) root.replaceChildren(loadingView());
      return;
    case 'error':
      view?.destroy();
      view = undefined;
      root.replaceChildren(errorView(state.error));
      return;
    case 'failed': {
      view?.destroy();
      view = undefined;
      current = state.run;
      const { message, next_step } = state.error;
      const ask = () =>
        host.ask(
          t(
            'The backtest {0} failed: {1} {2} What is wrong and how do I fix it?',
            state.run.id,
            message,
            next_step,
          ),
        );
      root.replaceChildren(header(state.run, actions), failureView(state.run, state.error, actions, ask));
      return;
    }
    case 'running':
      viewOf(state.run).showLive(state.run, state.live);
      return;
    case 'arriving':
    case 'done':
      viewOf(state.run).showResults(state.run, state.results);
  }
}

/** A run that ends is laid out anew: a figure that was "so far" is no longer. */
function viewOf(record: RunRecord): ReportView {
  const same = view && current?.id === record.id && isUnfinished(current) === isUnfinished(record);
  current = record;
  if (view && same) return view;
  view?.destroy();
  view = new ReportView(root, record, uri, host, actions, keptState());
  return view;
}

/** The window and the selection of a page that was hidden or reloaded. */
function keptState(): Kept {
  return Kept.safeParse(host.kept()).data ?? {};
}
