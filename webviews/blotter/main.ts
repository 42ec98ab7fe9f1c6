import { watchTheme } from '../charts/colors.ts';
import { registerControls } from '../controls.ts';
import { connectToEditor } from '../editorHost.ts';
import { pageKeys } from '../keys.ts';
import { emptyView } from '../report/states.ts';
import { settings } from '../settings.ts';
import { t } from '../strings.ts';
import { Commands } from './commands.ts';
import { BlotterModel } from './model.ts';
import { openSource, type Source, type Status } from './source.ts';
import { BlotterView } from './view.ts';
import { WorthWatch } from './worth.ts';
import '../page.css';
import './blotter.css';

registerControls();
watchTheme();
document.body.dataset.colors = settings.colors;
const host = connectToEditor();
const root = document.querySelector('main') ?? document.body;
const address = document.body.dataset.source ?? '';

if (address === '')
  root.replaceChildren(
    emptyView(t('No orders yet'), t('Start a trading node or run a backtest, then open its orders.')),
  );
else show(address);

function show(uri: string): void {
  const model = new BlotterModel();
  const node = uri.startsWith('nautilus://nodes/')
    ? decodeURIComponent(uri.split('/').at(-1) ?? '')
    : undefined;
  let kind: Status['kind'] | undefined;
  let source: Source | undefined;
  const commands =
    node === undefined
      ? undefined
      : new Commands({
          host,
          node,
          live: () => kind === 'live',
          orders: () => model.orders.all(),
          positions: () => view.openPositions(),
          refuse: (message, next) => view.refuse(message, next),
        });
  let quoted = '';
  const view = new BlotterView({
    host,
    uri,
    model,
    commands,
    onInstrument: (instrument) => {
      if (instrument === quoted) return;
      quoted = instrument;
      source?.watchQuote(instrument);
    },
  });
  root.replaceChildren(view.root);
  source = openSource(host, uri, {
    status: (status) => {
      kind = status.kind;
      view.takeStatus(status);
    },
    orders: (rows) => view.takeOrders(rows),
    fills: (rows) => view.takeFills(rows),
    positions: (rows) => view.takePositions(rows),
    accounts: (rows) => view.takeAccounts(rows),
    quote: (quote) => view.takeQuote(quote),
    trouble: (message) => view.takeTrouble(message),
  });
  if (node !== undefined) {
    const worth = new WorthWatch(
      host,
      node,
      () => view.isActive(),
      (found) => view.takeWorth(found),
    );
    void worth.ask();
  }
  pageKeys(
    () => view.regions(),
    () => view.filter,
  );
}
