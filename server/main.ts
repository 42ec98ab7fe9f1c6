import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { closestMatch } from 'leven';
import packageJson from '../package.json';
import type { Command, CommonFlags } from './cli/command.ts';
import { stdio } from './cli/stdio.ts';
import { QuarterdeckError } from './protocol/errors.ts';

const commonOptions = {
  workspace: { type: 'string' },
  root: { type: 'string', multiple: true },
  alone: { type: 'boolean' },
  'read-only': { type: 'boolean' },
  toolsets: { type: 'string' },
  'exclude-tools': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
    // A pipe that is still open, stdin above all, must not keep a finished command alive.
    process.stdout.write('', () => process.exit(code));
  },
  async (error: unknown) => {
    // A bundle has a class of its own for our errors, so those of this one are told apart here.
    const known = error instanceof QuarterdeckError ? error.toObject() : undefined;
    const { code, message, next_step } = known ?? (await import('./cli/rest.ts')).toErrorObject(error);
    process.stderr.write(`${message}\n${next_step}\n(${code})\n`);
    process.exit(1);
  },
);

async function main(argv: string[]): Promise<number> {
  const [first] = argv;
  const named = first !== undefined && !first.startsWith('-');
  const command = named ? await findCommand(first) : stdio;
  if (!command) return unknownCommand(first ?? '');
  const { values, positionals } = parse(command, named ? argv.slice(1) : argv);
  if (values.help) return help();
  if (values.version) return print(packageJson.version);
  const { help: _, version: __, ...given } = values;
  const common = Object.keys(commonOptions);
  const options = Object.fromEntries(Object.entries(given).filter(([name]) => !common.includes(name)));
  return command.run({
    flags: commonFlags(given),
    positionals,
    options: single(options),
  });
}

/** An editor waits for `stdio`: the rest, with all it stands on, is loaded only when asked for. */
async function findCommand(name: string): Promise<Command | undefined> {
  return name === stdio.name ? stdio : (await allCommands()).find((command) => command.name === name);
}

async function allCommands(): Promise<readonly Command[]> {
  return (await import('./cli/rest.ts')).commands;
}

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>;

function parse(command: Command, args: string[]): { values: Values; positionals: string[] } {
  try {
    return parseArgs({ args, options: { ...command.options, ...commonOptions }, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new QuarterdeckError('INVALID_ARGUMENTS', message, `Usage: quarterdeck ${command.usage}`);
  }
}

function commonFlags({ workspace, root, alone, toolsets, ...rest }: Values): CommonFlags {
  const named = typeof workspace === 'string' ? workspace : process.env.QUARTERDECK_WORKSPACE;
  const folder = path.resolve(named || process.cwd());
  if (!existsSync(folder)) {
    throw new QuarterdeckError('FILE_NOT_FOUND', `There is no folder "${folder}".`, 'Correct --workspace.');
  }
  return {
    workspace: folder,
    roots: (Array.isArray(root) ? root : []).map((dir) => path.resolve(String(dir))),
    alone: alone === true,
    readOnly: rest['read-only'] === true,
    ...(typeof toolsets === 'string' ? { toolsets } : {}),
    ...(typeof rest['exclude-tools'] === 'string' ? { excludeTools: rest['exclude-tools'] } : {}),
  };
}

function single(values: Values): Record<string, string | boolean | undefined> {
  return Object.fromEntries(Object.entries(values).map(([k, v]) => [k, Array.isArray(v) ? v.at(-1) : v]));
}

async function help(): Promise<number> {
  const commands = await allCommands();
  const width = Math.max(...commands.map(({ usage }) => usage.length));
  const rows = commands.map(({ usage, summary }) => `  ${usage.padEnd(width)}  ${summary}`);
  const flags =
    '  --workspace DIR   --root DIR (more readable folders)   --alone (a private server)\n' +
    '  --read-only   --toolsets all | NAME,…   --exclude-tools NAME,…';
  return print(
    `quarterdeck ${packageJson.version}\n\nCommands:\n${rows.join('\n')}\n\nFlags of all commands:\n${flags}`,
  );
}

async function unknownCommand(name: string): Promise<number> {
  const close = closestMatch(
    name,
    (await allCommands()).map((command) => command.name),
    { maxDistance: 3 },
  );
  process.stderr.write(
    `There is no command "${name}".${close ? ` Did you mean "${close}"?` : ''}\nquarterdeck --help\n`,
  );
  return 1;
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}
