import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { packageRoot } from '../../server/paths.ts';
import { QuarterdeckError } from '../../server/protocol/errors.ts';
import { pageHtml } from '../../webviews/html.ts';
import type { PageMessage } from '../../webviews/messages.ts';
import themes from './themes.json';

export type Theme = keyof typeof themes;

/** What stands behind a page: a session with a real server. */
export interface Session {
  call(tool: string, args: Record<string, unknown>): Promise<unknown>;
  read(uri: string): Promise<unknown>;
  watch(uri: string, listener: () => void): () => void;
}

export interface OpenOptions {
  page: 'report' | 'blotter' | 'strategies';
  data: Record<string, string>;
  theme?: Theme;
  width?: number;
  height?: number;
  settings?: Record<string, string>;
  /** Runs in the page before its own script. */
  script?: () => void;
}

/** A page as VS Code would show it, its messages answered from a session; what else it asks is kept. */
export interface ShownPage {
  page: Page;
  /** What the page asked of the editor beside tools and resources. */
  asked: PageMessage[];
  /** Breaches of the page's own policy and errors in it. */
  troubles: string[];
}

/** Serves the built pages and opens them with the editor's own policy, classes and colours. */
export class PageServer {
  private readonly server: Server;
  private port = 0;
  private readonly pages = new Map<string, string>();

  constructor(private readonly browser: Browser) {
    this.server = createServer((request, response) => {
      const name = (request.url ?? '/').slice(1);
      const html = this.pages.get(name);
      if (html !== undefined) {
        response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
        return;
      }
      try {
        const text = readFileSync(path.join(packageRoot, 'dist', 'webviews', path.basename(name)));
        const type = name.endsWith('.css') ? 'text/css' : 'text/javascript';
        response.setHeader('content-type', type).end(text);
      } catch {
        response.writeHead(404).end();
      }
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const address = this.server.address();
    this.port = typeof address === 'object' && address ? address.port : 0;
  }

  async open(session: Session, options: OpenOptions): Promise<ShownPage> {
    const { theme = 'dark', width = 1600, height = 1000, settings = {} } = options;
    const name = `${options.page}-${this.pages.size}.html`;
    const origin = `http://127.0.0.1:${this.port}`;
    const html = pageHtml({
      page: options.page,
      title: options.page,
      asset: (file) => `${origin}/${file}`,
      source: origin,
      nonce: 'abc',
      data: options.data,
      settings,
    });
    this.pages.set(name, html);
    const context = await this.browser.newContext({
      viewport: { width, height },
      reducedMotion: 'reduce',
      locale: 'en-US',
    });
    const page = await context.newPage();
    const shown: ShownPage = { page, asked: [], troubles: [] };
    page.on('pageerror', (error) => shown.troubles.push(String(error.stack ?? error)));
    page.on('console', (message) => {
      if (message.type() === 'error') shown.troubles.push(message.text());
    });
    const watching = new Map<string, () => void>();
    page.on('close', () => {
      for (const stop of watching.values()) stop();
    });
    // As text, which is how an editor hands a message over; the browser's driver takes objects apart value by value.
    const tell = (message: unknown) =>
      page
        .evaluate((text) => window.postMessage(JSON.parse(text), '*'), JSON.stringify(message))
        .catch(() => {});
    await page.exposeFunction('toEditor', async (message: PageMessage) => {
      switch (message.type) {
        case 'call':
        case 'read': {
          const work =
            message.type === 'call' ? session.call(message.tool, message.args) : session.read(message.uri);
          await work.then(
            (value) => tell({ type: 'answer', id: message.id, value }),
            (error: unknown) => tell({ type: 'refusal', id: message.id, error: toObject(error) }),
          );
          return;
        }
        case 'watch':
          watching.set(
            message.uri,
            session.watch(message.uri, () => void tell({ type: 'changed', uri: message.uri })),
          );
          return;
        case 'unwatch':
          watching.get(message.uri)?.();
          watching.delete(message.uri);
          return;
        default:
          shown.asked.push(message);
      }
    });
    await page.addInitScript(editorScript, { css: themes[theme].css, kind: themes[theme].kind });
    if (options.script) await page.addInitScript(options.script);
    await page.goto(`${origin}/${name}`);
    return shown;
  }

  /**
   * A page in a frame, as VS Code has its webviews: what answers it lives in the document around, on another site and so
   * in another process, and talks with it by messages. `answers` is run there.
   */
  async openFramed<T>(options: OpenOptions, answers: (given: T) => void, given: T): Promise<ShownPage> {
    const { theme = 'dark', width = 1600, height = 1000, settings = {} } = options;
    const origin = `http://127.0.0.1:${this.port}`;
    const html = pageHtml({
      ...{
        page: options.page,
        title: options.page,
        source: origin,
        nonce: 'abc',
        data: options.data,
        settings,
      },
      asset: (file) => `${origin}/${file}`,
    });
    this.pages.set('framed.html', html);
    this.pages.set(
      'around.html',
      `<!doctype html><html lang="en"><title>around</title><style>body{margin:0}iframe{border:0;width:${width}px;height:${height}px}</style><body></body></html>`,
    );
    const context = await this.browser.newContext({ viewport: { width, height }, locale: 'en-US' });
    const page = await context.newPage();
    const shown: ShownPage = { page, asked: [], troubles: [] };
    page.on('pageerror', (error) => shown.troubles.push(String(error.stack ?? error)));
    await page.addInitScript(editorScript, { css: themes[theme].css, kind: themes[theme].kind });
    await page.goto(`http://localhost:${this.port}/around.html`);
    await page.evaluate(answers, given as never);
    await page.evaluate((address) => {
      const frame = document.createElement('iframe');
      frame.src = address;
      document.body.append(frame);
    }, `${origin}/framed.html`);
    return shown;
  }

  /** An empty page of our origin. */
  async blank(viewport: { width: number; height: number }): Promise<Page> {
    this.pages.set('blank.html', '<!doctype html><html lang="en"><title>host</title><body></body></html>');
    const context = await this.browser.newContext({ viewport, locale: 'en-US', colorScheme: 'dark' });
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${this.port}/blank.html`);
    return page;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** What VS Code puts into a webview before its page: the colours, the class of the theme, the message channel. */
function editorScript({ css, kind }: { css: string; kind: string }): void {
  const host = window as unknown as { toEditor(message: unknown): void; acquireVsCodeApi: unknown };
  if (location.pathname.endsWith('around.html')) return;
  let state: unknown = JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined;
  host.acquireVsCodeApi = () => ({
    postMessage: (message: unknown) =>
      window.parent === window
        ? host.toEditor(JSON.parse(JSON.stringify(message)))
        : window.parent.postMessage(message, '*'),
    getState: () => state,
    setState: (next: unknown) => {
      state = next;
      sessionStorage.setItem('state', JSON.stringify(next));
    },
  });
  const apply = () => {
    if (!document.body) return false;
    document.documentElement.style.cssText = css;
    document.body.classList.add(kind);
    return true;
  };
  if (!apply())
    new MutationObserver((_, observer) => apply() && observer.disconnect()).observe(document, {
      childList: true,
      subtree: true,
    });
}

function toObject(error: unknown) {
  if (error instanceof QuarterdeckError) return error.toObject();
  const message = error instanceof Error ? error.message : String(error);
  return { type: 'system', code: 'INTERNAL', message, next_step: 'Look into the test.' };
}
