import { registerControls } from '../controls.ts';
import { connectToEditor } from '../editorHost.ts';
import { followRun } from './run.ts';
import { render } from './view.ts';
import './report.css';

registerControls();
const host = connectToEditor();
const root = document.querySelector('main') ?? document.body;

let stop = () => {};
show(document.body.dataset.run ?? '');

function show(uri: string): void {
  stop();
  stop = followRun(host, uri, (state) => render(root, state, { host, show }));
}
