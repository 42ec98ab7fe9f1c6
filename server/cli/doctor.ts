import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { type EngineEnvironment, findEnvironment } from '../environment/environment.ts';
import { checkPlatform, describePlatform, gigabytes, platformFacts } from '../environment/platform.ts';
import { neededBytes } from '../environment/support.ts';
import { instanceFiles, readRecord } from '../instance/record.ts';
import { isAlive } from '../lock.ts';
import { toErrorObject } from '../mcp/callTool.ts';
import { homeDirectory } from '../paths.ts';
import { VenueCheck } from '../protocol/venues.ts';
import { clientConfig } from './clientConfig.ts';
import type { Command, CommonFlags } from './command.ts';
import { withClient } from './connection.ts';
import { printJson } from './output.ts';

/** One line of the doctor's report. */
export interface Finding {
  name: string;
  status: 'ok' | 'warn' | 'fail';
  found: string;
  /** What to do; absent where there is nothing to do. */
  next_step?: string;
}

export const doctor: Command = {
  name: 'doctor',
  usage: 'doctor [--json] [--venue PROFILE | VENUE [--order]] [--print-config vscode|claude|cursor]',
  summary: 'check what the engine needs or a venue, or print what adds the server to a client',
  options: {
    json: { type: 'boolean' },
    venue: { type: 'string' },
    order: { type: 'boolean' },
    'print-config': { type: 'string' },
  },
  async run({ flags, options }) {
    const client = options['print-config'];
    if (typeof client === 'string') {
      const { config, where } = clientConfig(client, flags.workspace);
      process.stderr.write(`${where}\n`);
      printJson(config);
      return 0;
    }
    const { venue, order } = options;
    const findings =
      typeof venue === 'string'
        ? await examineVenue(flags, venue, order === true)
        : await examine(flags.workspace, homeDirectory());
    const ok = findings.every(({ status }) => status !== 'fail');
    if (options.json) printJson({ ok, findings });
    else for (const line of findings.flatMap(toLines)) console.log(line);
    return ok ? 0 : 1;
  },
};

/** Checks the venue of a profile through a temporary node, or one of the node that runs. */
async function examineVenue(flags: CommonFlags, name: string, order: boolean): Promise<Finding[]> {
  return withClient(flags, async (client) => {
    const { profiles } = Profiles.parse(await client.callTool('list_venues', {}));
    const subject = profiles.some((profile) => profile.name === name) ? { profile: name } : { venue: name };
    const { rows } = Checked.parse(await client.callTool('check_venue', { ...subject, order }));
    return rows.map(({ check, status, found, next_step }) => ({
      name: check.replaceAll('_', ' '),
      status: status === 'skipped' ? 'ok' : status,
      found,
      ...(next_step === undefined ? {} : { next_step }),
    }));
  });
}

const Profiles = z.object({ profiles: z.array(z.object({ name: z.string() })) });
const Checked = z.object({ rows: z.array(VenueCheck) });

/** Looks at everything the engine needs. Changes nothing and downloads nothing. */
export async function examine(
  workspace: string,
  home: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Finding[]> {
  const environment = await findEnvironment({ workspace, home, env }).catch((error: unknown) =>
    toErrorObject(error),
  );
  const installed = environment !== undefined && 'python' in environment;
  return [
    node(),
    ...engine(environment),
    ...platform(home, installed),
    writable('home folder', home, 'Make it writable for you, or set QUARTERDECK_HOME to a folder that is.'),
    writable(
      'workspace',
      workspace,
      'Results are kept in its .quarterdeck folder: make it writable for you.',
    ),
    server(workspace, home),
  ];
}

function node(): Finding {
  const major = Number.parseInt(process.versions.node, 10);
  const found = `${process.versions.node} (${process.execPath})`;
  if (major >= 20) return { name: 'Node', status: 'ok', found };
  return { name: 'Node', status: 'fail', found, next_step: 'Install Node 20 or newer.' };
}

function engine(
  environment: Awaited<ReturnType<typeof findEnvironment>> | ReturnType<typeof toErrorObject>,
): Finding[] {
  const name = 'engine environment';
  if (environment === undefined) {
    return [{ name, status: 'fail', found: 'none yet', next_step: 'Run "quarterdeck setup".' }];
  }
  if (!('python' in environment)) {
    return [{ name, status: 'fail', found: environment.message, next_step: environment.next_step }];
  }
  const { python, pythonVersion, nautilusTrader, origin } = environment;
  return [
    { name, status: 'ok', found: `${python} (${origins[origin]})` },
    { name: 'Python', status: 'ok', found: pythonVersion },
    { name: 'nautilus_trader', status: 'ok', found: nautilusTrader },
    pandas(environment),
  ];
}

const origins: Record<EngineEnvironment['origin'], string> = {
  flag: 'named by --python',
  variable: 'named by QUARTERDECK_PYTHON',
  settings: 'named in the settings',
  extension: 'chosen in the editor',
  workspace: 'the workspace’s',
  managed: 'managed by Quarterdeck',
};

function pandas({ pandas: version, python }: EngineEnvironment): Finding {
  const name = 'pandas';
  const advice = `${python} -m pip install "pandas>=2.3,<2.4"`;
  if (version === null) return { name, status: 'fail', found: 'not installed', next_step: advice };
  if (Number.parseInt(version, 10) < 3) return { name, status: 'ok', found: version };
  const found = `${version}: works, but backtests with many orders run slower than with 2.3`;
  return { name, status: 'warn', found, next_step: advice };
}

/** What only an installation needs is a warning once there is an environment. */
function platform(home: string, installed: boolean): Finding[] {
  const facts = platformFacts(home);
  const status = installed ? 'warn' : 'fail';
  const findings: Finding[] = [];
  try {
    checkPlatform({ ...facts, freeBytes: Number.POSITIVE_INFINITY }, home);
    findings.push({ name: 'platform', status: 'ok', found: describePlatform(facts) });
  } catch (error) {
    const { message, next_step } = toErrorObject(error);
    findings.push({ name: 'platform', status, found: message, next_step });
  }
  const found = `${gigabytes(facts.freeBytes)} free for ${home}`;
  if (facts.freeBytes >= neededBytes) return [...findings, { name: 'disk', status: 'ok', found }];
  const next_step = `Free some space: setting up takes ${gigabytes(neededBytes)}, results need room as well.`;
  return [...findings, { name: 'disk', status, found, next_step }];
}

function writable(name: string, folder: string, next_step: string): Finding {
  try {
    // Windows tells the truth about a folder only when something is written to it.
    const existing = nearestExisting(folder);
    accessSync(existing, constants.W_OK);
    const probe = path.join(existing, `.quarterdeck-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
    return { name, status: 'ok', found: folder };
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { name, status: 'fail', found: `${folder} is not writable (${why})`, next_step };
  }
}

function server(workspace: string, home: string): Finding {
  const record = readRecord(instanceFiles(home, workspace));
  if (!record) return { name: 'server', status: 'ok', found: 'not running; it starts when it is needed' };
  if (isAlive(record.pid)) {
    return { name: 'server', status: 'ok', found: `running at ${record.url} (process ${record.pid})` };
  }
  return {
    name: 'server',
    status: 'warn',
    found: `process ${record.pid} ended without saying so`,
    next_step: 'Nothing to do: the next client starts a new one.',
  };
}

function nearestExisting(folder: string): string {
  const parent = path.dirname(folder);
  return existsSync(folder) || parent === folder ? folder : nearestExisting(parent);
}

function toLines({ name, status, found, next_step }: Finding): string[] {
  const line = `${status.padEnd(4)}  ${name.padEnd(18)}  ${found}`;
  return next_step === undefined ? [line] : [line, `${' '.repeat(26)}→ ${next_step}`];
}
