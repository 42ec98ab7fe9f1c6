import * as z from 'zod';
import { watchTheme } from '../charts/colors.ts';
import { registerControls } from '../controls.ts';
import { connectToEditor } from '../editorHost.ts';
import { element } from '../elements.ts';
import { toErrorObject } from '../errors.ts';
import { pageKeys } from '../keys.ts';
import { errorView } from '../report/states.ts';
import { settings } from '../settings.ts';
import { t } from '../strings.ts';
import { StrategiesView } from './view.ts';
import '../charts/charts.css';
import '../page.css';
import './strategies.css';

registerControls();
watchTheme();
document.body.dataset.colors = settings.colors;
const host = connectToEditor();
const root = document.querySelector('main') ?? document.body;
root.replaceChildren(element('div', { class: 'empty', role: 'status' }, t('Loading…')));

const kept = z.object({ source: z.string() }).safeParse(host.kept()).data?.source;
const profiles = z.array(z.string()).safeParse(JSON.parse(document.body.dataset.profiles ?? '[]')).data ?? [];
const view = new StrategiesView(root, host, document.documentElement.clientWidth < 560, profiles);
view.start(kept ?? document.body.dataset.source, document.body.dataset.defaults).catch((error: unknown) => {
  root.replaceChildren(errorView(toErrorObject(error)));
});
pageKeys(
  () => view.regions(),
  () => undefined,
);
