import { QuarterdeckError } from '../server/protocol/errors.ts';
import type { Host } from './host.ts';
import { HostMessage, type PageMessage, PageState } from './messages.ts';

declare function acquireVsCodeApi(): {
  postMessage(message: PageMessage): void;
  getState(): unknown;
  setState(state: unknown): void;
};

interface Waiting {
  resolve(value: unknown): void;
  reject(error: QuarterdeckError): void;
}

/** The host of a page that is shown as a VS Code webview. */
export function connectToEditor(): Host {
  const editor = acquireVsCodeApi();
  const waiting = new Map<number, Waiting>();
  const watchers = new Map<string, Set<() => void>>();
  const remembered = readRemembered();
  let lastId = 0;

  const settle = (id: number, how: (one: Waiting) => void) => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (one) how(one);
  };
  window.addEventListener('message', ({ data }) => {
    const { data: message } = HostMessage.safeParse(data);
    if (message?.type === 'answer') settle(message.id, ({ resolve }) => resolve(message.value));
    if (message?.type === 'refusal')
      settle(message.id, ({ reject }) => reject(QuarterdeckError.fromObject(message.error)));
    if (message?.type === 'changed') for (const watcher of watchers.get(message.uri) ?? []) watcher();
  });

  // The editor restores a page by what it kept: at least where it was. A page that was led on, hidden and is shown again
  // comes with the address it was opened with.
  const kept = PageState.safeParse(editor.getState()).data;
  if (kept) document.body.dataset.address = JSON.stringify(kept.address);
  else editor.setState(withAddress(editor.getState()));

  const ask = (message: (id: number) => PageMessage) =>
    new Promise<unknown>((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      editor.postMessage(message(lastId));
    });

  return {
    call: (tool, args) => ask((id) => ({ type: 'call', id, tool, args })),
    read: (uri) => ask((id) => ({ type: 'read', id, uri })),
    watch(uri, onChange) {
      const known = watchers.get(uri) ?? new Set();
      watchers.set(uri, known.add(onChange));
      if (known.size === 1) editor.postMessage({ type: 'watch', uri });
      return () => {
        if (!known.delete(onChange) || known.size > 0) return;
        watchers.delete(uri);
        editor.postMessage({ type: 'unwatch', uri });
      };
    },
    openSource: (place) => editor.postMessage({ type: 'source', place }),
    openPage: (address) => editor.postMessage({ type: 'page', address }),
    shows(address) {
      document.body.dataset.address = JSON.stringify(address);
      editor.setState(withAddress(editor.getState()));
      editor.postMessage({ type: 'shows', address });
    },
    address: () => PageState.safeParse(withAddress({})).data?.address,
    save: (name, text) => editor.postMessage({ type: 'save', name, text }),
    copy: (text) => editor.postMessage({ type: 'copy', text }),
    ask: (prompt) => editor.postMessage({ type: 'ask', prompt }),
    kept: () => editor.getState(),
    keep: (state) => editor.setState(withAddress(state)),
    remembered: (name) => remembered[name],
    remember(name, value) {
      remembered[name] = value;
      editor.postMessage({ type: 'remember', name, value });
    },
  };
}

function readRemembered(): Record<string, unknown> {
  const parsed: unknown = JSON.parse(document.body.dataset.remembered ?? '{}');
  return { ...Object(parsed) };
}

function withAddress(state: unknown): unknown {
  const { address } = document.body.dataset;
  return {
    ...(typeof state === 'object' ? state : {}),
    ...(address ? { address: JSON.parse(address) } : {}),
  };
}
