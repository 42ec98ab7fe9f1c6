import { QuarterdeckError } from '../server/protocol/errors.ts';
import type { Host } from './host.ts';
import { HostMessage, type PageMessage } from './messages.ts';

declare function acquireVsCodeApi(): { postMessage(message: PageMessage): void };

interface Waiting {
  resolve(value: unknown): void;
  reject(error: QuarterdeckError): void;
}

/** The host of a page that is shown as a VS Code webview. */
export function connectToEditor(): Host {
  const editor = acquireVsCodeApi();
  const waiting = new Map<number, Waiting>();
  const watchers = new Map<string, () => void>();
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
    if (message?.type === 'changed') watchers.get(message.uri)?.();
  });

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
      watchers.set(uri, onChange);
      editor.postMessage({ type: 'watch', uri });
      return () => {
        watchers.delete(uri);
        editor.postMessage({ type: 'unwatch', uri });
      };
    },
  };
}
