import { fileURLToPath } from 'node:url';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  ListRootsResultSchema,
  RootsListChangedNotificationSchema,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

const patienceMs = 5000;

/** The folders a client says it keeps to: asked for when first needed, and again when it says they changed. */
export class ClientRoots {
  private asked: Promise<string[] | undefined> | undefined;

  constructor(private readonly server: Server) {
    server.setNotificationHandler(RootsListChangedNotificationSchema, () => {
      this.asked = undefined;
    });
  }

  /** Absolute paths; undefined when the client has no roots, names none, or does not answer. */
  folders(extra: Extra): Promise<string[] | undefined> {
    if (!this.server.getClientCapabilities()?.roots) return Promise.resolve(undefined);
    this.asked ??= this.ask(extra);
    return this.asked;
  }

  private async ask({ sendRequest, signal }: Extra): Promise<string[] | undefined> {
    try {
      const { roots } = await sendRequest({ method: 'roots/list' }, ListRootsResultSchema, {
        timeout: patienceMs,
      });
      const folders = roots.flatMap(({ uri }) => folderOf(uri));
      return folders.length > 0 ? folders : undefined;
    } catch {
      // A call that was cancelled says nothing of the client's roots.
      if (signal.aborted) this.asked = undefined;
      return undefined;
    }
  }
}

function folderOf(uri: string): string[] {
  try {
    return [fileURLToPath(uri)];
  } catch {
    return [];
  }
}
