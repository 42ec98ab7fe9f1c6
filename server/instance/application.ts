import { realpathSync } from 'node:fs';
import path from 'node:path';
import packageJson from '../../package.json';
import { Approvals, usualPatienceMs } from '../approvals/approvals.ts';
import { ApprovalFile } from '../approvals/log.ts';
import type { ServerContext, SessionOptions } from '../context.ts';
import { Engine } from '../engine/engine.ts';
import { type EngineEnvironment, findEnvironment } from '../environment/environment.ts';
import { Session, type Tables } from '../mcp/session.ts';
import { Nodes } from '../nodes/registry.ts';
import { NodeStore } from '../nodes/store.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import type { Identity } from '../protocol/identity.ts';
import { Imports } from '../runs/imports.ts';
import { Retention, runBudget } from '../runs/retention.ts';
import { Runner } from '../runs/runner.ts';
import { RunStore } from '../runs/store.ts';
import { autostarted, nodeOrder } from '../tools/nodeOrder.ts';

export const version: string = packageJson.version;

export interface ApplicationSettings {
  workspace: string;
  home: string;
  python?: string;
}

/** Everything behind the transports of one workspace's server. */
export class Application {
  readonly context: ServerContext;
  private found: Promise<EngineEnvironment> | undefined;

  constructor(private readonly settings: ApplicationSettings) {
    const workspace = realpathSync.native(settings.workspace);
    const environment = () => this.environment();
    const approvals = new Approvals({
      log: new ApprovalFile(path.join(workspace, '.quarterdeck', 'approvals.jsonl')),
      live: isSet(process.env.QUARTERDECK_LIVE),
      patienceMs: 1000 * Number(process.env.QUARTERDECK_APPROVAL_SECONDS ?? usualPatienceMs / 1000),
    });
    const { credentials } = approvals;
    const engine = new Engine({
      python: async () => (await environment()).python,
      env: process.env,
      credentials: () => credentials.environment(),
    });
    const runs = new RunStore(path.join(workspace, '.quarterdeck', 'runs'));
    const runner = new Runner(engine, runs, new Retention(runs, runBudget(process.env)));
    const imports = new Imports(engine);
    const nodes = new Nodes(engine, new NodeStore(path.join(workspace, '.quarterdeck', 'nodes')), runs);
    const kept = { runs, runner, imports, nodes, approvals, credentials };
    this.context = { version, workspace, engine, ...kept, environment };
  }

  /** Settles what an earlier server left behind; call once before the first session. */
  async recover(): Promise<void> {
    await this.context.runs.closeUnfinished();
    await this.context.nodes.recover();
    this.autostart();
  }

  /** Starts the nodes that the workspace wants with its server; what keeps one from starting is told, and kept with it. */
  private autostart(): void {
    const { workspace, nodes } = this.context;
    const told = (error: unknown) => process.stderr.write(`autostart: ${String(error)}\n`);
    try {
      for (const profile of autostarted(workspace)) {
        const order = nodeOrder({ profile }, { workspace, session: { roots: [], readOnly: false } });
        nodes.start(order).catch(told);
      }
    } catch (error) {
      told(error);
    }
  }

  session(options: SessionOptions, transport: Identity['transport'], tables?: Tables): Session {
    return new Session(this.context, options, transport, tables);
  }

  get busy(): boolean {
    const { runner, imports, nodes } = this.context;
    return runner.activeCount + imports.activeCount + nodes.activeCount > 0;
  }

  async close(): Promise<void> {
    await this.context.nodes.close();
    await this.context.runner.close();
    await this.context.imports.close();
    await this.context.engine.close();
  }

  /** Looked up once; after a failure the next call looks again, so that a set-up in between is seen. */
  private environment(): Promise<EngineEnvironment> {
    this.found ??= this.find().catch((error: unknown) => {
      this.found = undefined;
      throw error;
    });
    return this.found;
  }

  private async find(): Promise<EngineEnvironment> {
    const { workspace, home, python } = this.settings;
    const found = await findEnvironment({
      workspace,
      home,
      ...(python === undefined ? {} : { preferredPython: python }),
    });
    if (found) return found;
    throw new QuarterdeckError(
      'ENGINE_NOT_INSTALLED',
      'There is no Python environment with a supported nautilus_trader yet.',
      'Run "quarterdeck setup" (in VS Code: "Quarterdeck: Set Up Engine"), then call again.',
    );
  }
}

function isSet(flag: string | undefined): boolean {
  return flag === '1' || flag === 'true';
}
