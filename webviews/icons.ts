import add from '@vscode/codicons/src/icons/add.svg';
import arrowRight from '@vscode/codicons/src/icons/arrow-right.svg';
import arrowUp from '@vscode/codicons/src/icons/arrow-up.svg';
import beaker from '@vscode/codicons/src/icons/beaker.svg';
import chevronDown from '@vscode/codicons/src/icons/chevron-down.svg';
import chevronRight from '@vscode/codicons/src/icons/chevron-right.svg';
import circle from '@vscode/codicons/src/icons/circle-large.svg';
import slash from '@vscode/codicons/src/icons/circle-slash.svg';
import dot from '@vscode/codicons/src/icons/circle-small-filled.svg';
import clock from '@vscode/codicons/src/icons/clockface.svg';
import close from '@vscode/codicons/src/icons/close.svg';
import code from '@vscode/codicons/src/icons/code.svg';
import chat from '@vscode/codicons/src/icons/comment-discussion.svg';
import copy from '@vscode/codicons/src/icons/copy.svg';
import disconnect from '@vscode/codicons/src/icons/debug-disconnect.svg';
import rerun from '@vscode/codicons/src/icons/debug-rerun.svg';
import debugStop from '@vscode/codicons/src/icons/debug-stop.svg';
import csv from '@vscode/codicons/src/icons/desktop-download.svg';
import discard from '@vscode/codicons/src/icons/discard.svg';
import undo from '@vscode/codicons/src/icons/discard.svg';
import edit from '@vscode/codicons/src/icons/edit.svg';
import ellipsis from '@vscode/codicons/src/icons/ellipsis.svg';
import error from '@vscode/codicons/src/icons/error.svg';
import share from '@vscode/codicons/src/icons/export.svg';

import eye from '@vscode/codicons/src/icons/eye.svg';
import eyeClosed from '@vscode/codicons/src/icons/eye-closed.svg';
import filter from '@vscode/codicons/src/icons/filter.svg';
import compare from '@vscode/codicons/src/icons/git-compare.svg';
import goToFile from '@vscode/codicons/src/icons/go-to-file.svg';
import graph from '@vscode/codicons/src/icons/graph-line.svg';
import history from '@vscode/codicons/src/icons/history.svg';
import info from '@vscode/codicons/src/icons/info.svg';
import json from '@vscode/codicons/src/icons/json.svg';
import details from '@vscode/codicons/src/icons/layout-sidebar-right.svg';
import open from '@vscode/codicons/src/icons/link-external.svg';
import list from '@vscode/codicons/src/icons/list-flat.svg';
import loading from '@vscode/codicons/src/icons/loading.svg';
import note from '@vscode/codicons/src/icons/note.svg';
import check from '@vscode/codicons/src/icons/pass.svg';
import pass from '@vscode/codicons/src/icons/pass-filled.svg';
import play from '@vscode/codicons/src/icons/play.svg';
import plug from '@vscode/codicons/src/icons/plug.svg';
import pulse from '@vscode/codicons/src/icons/pulse.svg';
import question from '@vscode/codicons/src/icons/question.svg';
import fit from '@vscode/codicons/src/icons/screen-normal.svg';
import search from '@vscode/codicons/src/icons/search.svg';
import server from '@vscode/codicons/src/icons/server-process.svg';
import settings from '@vscode/codicons/src/icons/settings.svg';
import starEmpty from '@vscode/codicons/src/icons/star-empty.svg';
import star from '@vscode/codicons/src/icons/star-full.svg';
import stop from '@vscode/codicons/src/icons/stop-circle.svg';
import strategy from '@vscode/codicons/src/icons/symbol-class.svg';
import table from '@vscode/codicons/src/icons/table.svg';
import tag from '@vscode/codicons/src/icons/tag.svg';
import trash from '@vscode/codicons/src/icons/trash.svg';
import vm from '@vscode/codicons/src/icons/vm.svg';
import warning from '@vscode/codicons/src/icons/warning.svg';
import watch from '@vscode/codicons/src/icons/watch.svg';
import zoomIn from '@vscode/codicons/src/icons/zoom-in.svg';
import zoomOut from '@vscode/codicons/src/icons/zoom-out.svg';

/** VS Code's own icons by what they say here; two are ours, because there is none. */
const sources = {
  add,
  arrowRight,
  arrowUp,
  beaker,
  chat,
  check,
  chevronDown,
  chevronRight,
  circle,
  strategy,
  clock,
  close,
  code,
  compare,
  copy,
  csv,
  debugStop,
  details,
  discard,
  disconnect,
  dot,
  edit,
  ellipsis,
  error,
  share,
  eye,
  eyeClosed,
  filter,
  fit,
  goToFile,
  graph,
  history,
  info,
  json,
  list,
  loading,
  note,
  open,
  pass,
  play,
  plug,
  pulse,
  question,
  rerun,
  search,
  server,
  settings,
  slash,
  star,
  starEmpty,
  stop,
  table,
  tag,
  trash,
  undo,
  vm,
  warning,
  watch,
  zoomIn,
  zoomOut,
  zap: '<svg viewBox="0 0 16 16"><path d="M9.5 1 3.5 9H7l-.8 6 6.3-8.2H8.9L9.5 1Zm-1 2.8-.4 3.9h2.4L7.5 11.6 8.1 8H5.5l3-4.2Z"/></svg>',
  half: '<svg viewBox="0 0 16 16"><path d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1v12A6 6 0 0 1 8 2Z" fill-rule="evenodd" transform="rotate(180 8 8)"/></svg>',
};
export type IconName = keyof typeof sources;

const parsed = new Map<IconName, SVGElement>();

/** Decoration only: the word is always beside it. */
export function icon(name: IconName): SVGElement {
  const known = parsed.get(name) ?? parse(name);
  parsed.set(name, known);
  return known.cloneNode(true) as SVGElement;
}

function parse(name: IconName): SVGElement {
  const text = sources[name].replace(/<svg(?![^>]*xmlns)/, '<svg xmlns="http://www.w3.org/2000/svg"');
  const made = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
  made.setAttribute('class', `icon icon-${name}`);
  made.setAttribute('fill', 'currentColor');
  made.setAttribute('aria-hidden', 'true');
  made.removeAttribute('width');
  made.removeAttribute('height');
  return document.importNode(made, true) as Node as SVGElement;
}
