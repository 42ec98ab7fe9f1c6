import * as z from 'zod/mini';

/** A page inside a chat answer: an MCP App (2026-01-26) speaks JSON-RPC with the host's window. */
export interface ChatHost {
  /** What the tool that showed the page answered, each time. */
  onResult(listener: (value: unknown) => void): void;
  call(tool: string, args: Record<string, unknown>): Promise<unknown>;
  read(uri: string): Promise<unknown>;
  /** Puts words into the chat's input. */
  ask(prompt: string): void;
}

const Message = z.looseObject({
  jsonrpc: z.literal('2.0'),
  id: z.optional(z.union([z.number(), z.string()])),
  method: z.optional(z.string()),
  params: z.optional(z.unknown()),
  result: z.optional(z.unknown()),
  error: z.optional(z.looseObject({ message: z.string() })),
});
const Context = z.looseObject({
  theme: z.optional(z.string()),
  styles: z.optional(z.looseObject({ variables: z.optional(z.record(z.string(), z.string())) })),
});
const Initialized = z.looseObject({ hostContext: z.optional(Context) });
const ToolResult = z.looseObject({
  isError: z.optional(z.boolean()),
  structuredContent: z.optional(z.unknown()),
  content: z.optional(z.array(z.looseObject({ text: z.optional(z.string()) }))),
});
const Resource = z.looseObject({ contents: z.array(z.looseObject({ text: z.optional(z.string()) })) });

export function connectToChat(name: string, version: string): ChatHost {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const listeners: ((value: unknown) => void)[] = [];
  let last: unknown;
  let count = 0;
  const post = (message: Record<string, unknown>) =>
    window.parent.postMessage({ jsonrpc: '2.0', ...message }, '*');
  const request = (method: string, params: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      count += 1;
      waiting.set(count, { resolve, reject });
      post({ id: count, method, params });
    });

  addEventListener('message', (event) => {
    if (event.source !== window.parent) return;
    const parsed = Message.safeParse(event.data);
    if (!parsed.success) return;
    const { id, method, params, result, error } = parsed.data;
    if (method === undefined) {
      const one = waiting.get(Number(id));
      waiting.delete(Number(id));
      if (error) one?.reject(new Error(error.message));
      else one?.resolve(result);
      return;
    }
    if (method === 'ui/notifications/tool-result') {
      const told = ToolResult.safeParse(params).data;
      last = told?.structuredContent === undefined ? errorIn(told) : whole(told.structuredContent);
      for (const listener of listeners) listener(last);
    } else if (method === 'ui/notifications/host-context-changed') dress(params);
    else if (method === 'ping' || method === 'ui/resource-teardown') post({ id, result: {} });
    else if (id !== undefined) post({ id, error: { code: -32601, message: 'Method not found' } });
  });

  const initialize = {
    protocolVersion: '2026-01-26',
    appInfo: { name, version },
    appCapabilities: { availableDisplayModes: ['inline'] },
  };
  void request('ui/initialize', initialize).then((answer) => {
    dress(Initialized.safeParse(answer).data?.hostContext);
    post({ method: 'ui/notifications/initialized', params: {} });
    new ResizeObserver(() => {
      const { scrollWidth: width } = document.documentElement;
      const height = Math.ceil(document.body.getBoundingClientRect().height);
      post({ method: 'ui/notifications/size-changed', params: { width, height } });
    }).observe(document.body);
  });

  return {
    onResult(listener) {
      listeners.push(listener);
      if (last !== undefined) listener(last);
    },
    async call(tool, args) {
      const answer = ToolResult.parse(await request('tools/call', { name: tool, arguments: args }));
      if (answer.isError) throw new Error(answer.content?.[0]?.text ?? tool);
      return whole(answer.structuredContent);
    },
    async read(uri) {
      const { contents } = Resource.parse(await request('resources/read', { uri }));
      return JSON.parse(contents[0]?.text ?? 'null');
    },
    ask: (text) =>
      void request('ui/message', { role: 'user', content: [{ type: 'text', text }] }).catch(() => {}),
  };
}

/** The host's colours; where it names only the general ones, ours follow from those in chat.css. */
function dress(context: unknown): void {
  const { theme, styles } = Context.safeParse(context).data ?? {};
  const root = document.documentElement;
  if (theme) {
    root.style.colorScheme = theme;
    document.body.classList.toggle('vscode-light', theme === 'light');
    document.body.classList.toggle('vscode-dark', theme !== 'light');
  }
  for (const [name, value] of Object.entries(styles?.variables ?? {})) {
    if (name.startsWith('--')) root.style.setProperty(name, value);
  }
}

/** A tool that failed says why in its text. */
function errorIn(told: z.infer<typeof ToolResult> | undefined): unknown {
  const text = told?.content?.[0]?.text;
  if (text === undefined) return undefined;
  try {
    return { error: JSON.parse(text) };
  } catch {
    return { error: { message: text } };
  }
}

/** An answer in its own shape: that something was left out for a model's sake is no part of it. */
function whole(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(Object.entries(answer).filter(([name]) => name !== 'left_out'));
}
