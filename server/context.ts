import type { Engine } from './engine/engine.ts';
import type { EngineEnvironment } from './environment/environment.ts';
import type { Nodes } from './nodes/registry.ts';
import type { LogLine, Progress } from './protocol/engine.ts';
import type { Imports } from './runs/imports.ts';
import type { Runner } from './runs/runner.ts';
import type { RunStore } from './runs/store.ts';

/** What a client asked for when it attached; it may differ from client to client of one server. */
export interface SessionOptions {
  /** Folders that may be read besides the workspace. */
  roots: string[];
  /** Catalog used when a call names none. */
  catalog?: string;
  readOnly: boolean;
}

/** Who a session is, for what keeps a record of who did what. What a client says of itself proves nothing. */
export interface Identity {
  /** Random, one per session; no secret and no way in. */
  session: string;
  /** As the client introduced itself; empty before it has. Cut to 100 characters each. */
  client: { name: string; version: string };
  /** The way it came in. */
  transport: 'local' | 'http' | 'sse' | 'in-process';
}

/** What all sessions of a server share. */
export interface ServerContext {
  version: string;
  workspace: string;
  engine: Engine;
  runs: RunStore;
  runner: Runner;
  imports: Imports;
  nodes: Nodes;
  /** The engine environment; built by `setup` when there is none. */
  environment(): Promise<EngineEnvironment>;
}

/** What one call may use. */
export interface CallContext extends ServerContext {
  session: SessionOptions & { identity: Identity };
  /** Aborts when the client cancels the call or goes away. */
  signal: AbortSignal;
  /** True when the client went away, rather than cancelled. */
  disconnected(): boolean;
  onProgress(progress: Progress): void;
  onLog(line: LogLine): void;
}
