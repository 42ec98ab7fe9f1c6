import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Application } from '../instance/application.ts';
import { openRemoteEntrance } from '../instance/attach.ts';
import { openEntrance } from '../instance/entrance.ts';
import type { Listen } from '../instance/hello.ts';
import { instanceFiles, tokenOf } from '../instance/record.ts';
import { conformanceTables } from '../mcp/conformance/fixtures.ts';
import { isLoopback } from '../mcp/httpGuard.ts';
import { homeDirectory } from '../paths.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import type { Command, CommandInput, CommonFlags } from './command.ts';
import { answerJson, printJson } from './output.ts';
import { sessionOptions } from './session.ts';

export const http: Command = {
  name: 'http',
  usage: 'http [--host 127.0.0.1] [--port 0] [--sse] [--token-file FILE]',
  summary: 'MCP over HTTP; the first line says where, as JSON',
  options: {
    host: { type: 'string' },
    port: { type: 'string' },
    sse: { type: 'boolean' },
    'token-file': { type: 'string' },
    'tls-cert': { type: 'string' },
    'tls-key': { type: 'string' },
    'plain-http': { type: 'boolean' },
    conformance: { type: 'boolean' },
  },
  run({ flags, options }) {
    return answerFirst(async (say) => {
      const { conformance, token_file, ...listen } = entranceOf(flags, options);
      if (conformance || flags.alone)
        await serveHere(flags, listen, conformance, (at) => say({ ...at, token_file }));
      else await serveThere(flags, listen, (at) => say({ ...at, token_file }));
    });
  },
};

/** What went wrong before anything was served is printed as other commands print it. */
async function answerFirst(serve: (say: (value: object) => void) => Promise<void>): Promise<number> {
  let said = false;
  const say = (value: object) => {
    said = true;
    printJson(value, { line: true });
  };
  const failed = await serve(say).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (!failed) return 0;
  if (said) throw failed.error;
  return answerJson(() => Promise.reject(failed.error), { line: true });
}

/** An entrance of the workspace's server, for as long as this process stays. */
async function serveThere(flags: CommonFlags, listen: Listen, say: (at: object) => void): Promise<void> {
  const { readOnly, ...options } = await sessionOptions(flags);
  const settings = { workspace: flags.workspace, home: homeDirectory() };
  const entrance = await openRemoteEntrance(settings, { ...options, read_only: readOnly, listen });
  say(entrance.opened);
  const stopped = await Promise.race([signalled().then(() => true), entrance.gone.then(() => false)]);
  entrance.close();
  if (stopped) return;
  throw new QuarterdeckError(
    'SERVER_UNREACHABLE',
    'The workspace’s server has ended, and this entrance with it.',
    'Start "quarterdeck http" again.',
  );
}

/** A private server in this process. */
async function serveHere(
  flags: CommonFlags,
  listen: Listen,
  conformance: boolean,
  say: (at: object) => void,
): Promise<void> {
  const application = new Application({ workspace: flags.workspace, home: homeDirectory() });
  const { bearer, ...open } = listen;
  const options = await sessionOptions(flags);
  const { front, opened } = await openEntrance(conformance ? open : { ...open, bearer }, (asked) =>
    application.session(
      { ...options, readOnly: options.readOnly || asked.readOnly },
      asked.transport,
      conformance ? conformanceTables : undefined,
    ),
  );
  say(opened);
  await signalled();
  await front.close();
  await application.close();
}

function signalled(): Promise<unknown> {
  return Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
}

type Options = CommandInput['options'];
type EntranceFlags = Listen & { conformance: boolean; token_file: string | null };

/** @throws QuarterdeckError for a combination that would let strangers in */
function entranceOf(flags: CommonFlags, options: Options): EntranceFlags {
  const host = text(options.host) ?? '127.0.0.1';
  const conformance = options.conformance === true;
  const tls = certificate(options);
  if (!isLoopback(host) && conformance) {
    throw insecureBind(
      '--conformance has no token, so it listens on this machine only.',
      'Leave out --host.',
    );
  }
  if (!isLoopback(host) && !tls && options['plain-http'] !== true) {
    throw insecureBind(
      `On ${host} the token would cross the network for all to read.`,
      'Give --tls-cert and --tls-key, or --plain-http where something in front of it encrypts.',
    );
  }
  const file = path.resolve(
    text(options['token-file']) ?? instanceFiles(homeDirectory(), flags.workspace).token,
  );
  return {
    ...{ host, port: portOf(text(options.port)), sse: options.sse === true },
    ...{ conformance, bearer: tokenOf(file), token_file: conformance ? null : file },
    ...(tls ? { tls } : {}),
  };
}

function certificate(options: Options): Listen['tls'] {
  const [cert, key] = [text(options['tls-cert']), text(options['tls-key'])];
  if (cert !== undefined && key !== undefined)
    return { cert: pem(cert, '--tls-cert'), key: pem(key, '--tls-key') };
  if (cert === undefined && key === undefined) return undefined;
  throw new QuarterdeckError(
    'INVALID_ARGUMENTS',
    'TLS needs a certificate and its key.',
    'Give --tls-cert and --tls-key.',
  );
}

function pem(file: string, flag: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new QuarterdeckError('FILE_NOT_FOUND', `"${file}" cannot be read.`, `Correct ${flag}.`, {
      path: flag,
    });
  }
}

function portOf(given: string | undefined): number {
  const port = Number(given ?? 0);
  if (/^\d*$/.test(given ?? '') && port <= 65_535) return port;
  throw new QuarterdeckError(
    'INVALID_ARGUMENTS',
    `"${given}" is no port.`,
    'Give a number from 0 to 65535.',
    {
      path: '--port',
    },
  );
}

function insecureBind(message: string, step: string): QuarterdeckError {
  return new QuarterdeckError('INSECURE_BIND', message, step, { path: '--host' });
}

function text(option: string | boolean | undefined): string | undefined {
  return typeof option === 'string' ? option : undefined;
}
