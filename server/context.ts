import type { Approval, Approvals } from './approvals/approvals.ts';
import type { Credentials } from './approvals/credentials.ts';
import type { Confirmation } from './approvals/question.ts';
import type { Engine } from './engine/engine.ts';
import type { EngineEnvironment } from './environment/environment.ts';
import type { Nodes } from './nodes/registry.ts';
import type { LogLine, Progress } from './protocol/engine.ts';
import type { Identity } from './protocol/identity.ts';
import type { ToolSelection } from './protocol/selection.ts';
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
  /** Folders the client keeps to, where it named some: what lies outside is neither read nor written for it. */
  boundary?: string[];
  /** Which tools it wants to see, where it said so. */
  selection?: ToolSelection;
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
  approvals: Approvals;
  /** Venue credentials an operator handed over; node processes get them as environment. */
  credentials: Credentials;
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
  /** Waits for a person's yes to a call with exactly these arguments. @throws QuarterdeckError when there is none */
  approve(tool: string, args: unknown, confirmation: Confirmation): Promise<Approval>;
  /** The yes this call has, where it needed one. */
  approval?: Approval;
  onProgress(progress: Progress): void;
  onLog(line: LogLine): void;
}
