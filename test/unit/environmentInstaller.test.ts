import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installerFailure } from '../../server/environment/failure.ts';
import { parsePipConfig, pipVariables, uvVariables } from '../../server/environment/pipSettings.ts';
import { inTurn } from '../../server/environment/turn.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'quarterdeck-unit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('what pip was told reaches uv', () => {
  it('index, extra indexes, links, hosts, certificate and proxy', () => {
    const pip = parsePipConfig(
      [
        "global.index-url='https://user:it\\'s@pypi.example/simple'",
        "global.extra-index-url='\\nhttps://a.example/simple\\nhttps://b.example/simple'",
        `global.find-links='${folder} /nowhere https://links.example'`,
        "global.trusted-host='pypi.example'",
        "global.cert='/etc/ca.pem'",
        "global.proxy='http://proxy.example:3128'",
        "global.timeout='60'",
      ].join('\r\n'),
    );
    expect(uvVariables(pip, {})).toEqual({
      UV_DEFAULT_INDEX: "https://user:it's@pypi.example/simple",
      UV_INDEX: 'https://a.example/simple https://b.example/simple',
      UV_INDEX_STRATEGY: 'unsafe-best-match',
      UV_FIND_LINKS: `${folder},https://links.example`,
      UV_INSECURE_HOST: 'pypi.example',
      SSL_CERT_FILE: '/etc/ca.pem',
      HTTPS_PROXY: 'http://proxy.example:3128',
      HTTP_PROXY: 'http://proxy.example:3128',
      UV_SYSTEM_CERTS: '1',
      UV_NATIVE_TLS: '1',
    });
  });

  it('environment before command section before global', () => {
    const lines = ["global.index-url='https://g'", "install.index-url='https://i'"];
    expect(parsePipConfig(lines.join('\n')).indexUrl).toBe('https://i');
    expect(parsePipConfig([...lines, ":env:.index-url='https://e'"].join('\n')).indexUrl).toBe('https://e');
  });

  it('from variables alone where there is no pip', () => {
    const pip = pipVariables({ PIP_INDEX_URL: 'https://e', PIP_NO_INDEX: '1', PIP_FIND_LINKS: ' /a  /b ' });
    expect(pip).toMatchObject({ indexUrl: 'https://e', noIndex: true, findLinks: ['/a', '/b'] });
  });

  it('but never over what uv itself, or the whole system, was told', () => {
    const pip = parsePipConfig(
      "global.index-url='https://pip'\nglobal.proxy='http://pip'\nglobal.cert='/pip'",
    );
    const told = {
      UV_INDEX_URL: 'https://uv',
      https_proxy: 'http://mine',
      SSL_CERT_FILE: '/mine',
      UV_NATIVE_TLS: '0',
    };
    expect(uvVariables(pip, told)).toEqual({ HTTP_PROXY: 'http://pip' });
  });
});

describe('an installer’s failure is said in a sentence', () => {
  const uv = (cause: string) =>
    `error: Request failed after 3 retries in 5.3s\n  cause: Failed to fetch: https://pypi.org/simple/pyarrow/\n  cause: client error (Connect)\n  cause: ${cause}`;
  const pip = (cause: string) =>
    `WARNING: Retrying (Retry(total=0)) after connection broken by '${cause}': /simple/uv/\nERROR: Could not find a version that satisfies the requirement uv (from versions: none)\nERROR: No matching distribution found for uv`;

  it.each([
    [
      'DNS (uv)',
      uv('dns error\n  cause: failed to lookup address information: Name or service not known'),
      'NO_NETWORK',
      'offline',
    ],
    ['DNS (pip)', pip('NewConnectionError: [Errno -2] Name or service not known'), 'NO_NETWORK', 'offline'],
    [
      'DNS (Windows)',
      uv('dns error\n  cause: No such host is known. (os error 11001)'),
      'NO_NETWORK',
      'offline',
    ],
    [
      'refused',
      uv('tcp connect error\n  cause: Connection refused (os error 111)'),
      'NO_NETWORK',
      'could not be connected to',
    ],
    [
      'proxy (uv)',
      uv('tunnel error: failed to create underlying connection\n  cause: tcp connect error'),
      'NO_NETWORK',
      'proxy could not be used',
    ],
    [
      'proxy (pip)',
      pip("ProxyError('Cannot connect to proxy.', NewConnectionError('refused'))"),
      'NO_NETWORK',
      'proxy could not be used',
    ],
    ['certificate (uv)', uv('invalid peer certificate: UnknownIssuer'), 'NO_NETWORK', 'certificate'],
    [
      'certificate (pip)',
      pip('SSLError(SSLCertVerificationError(1, certificate verify failed: self-signed certificate))'),
      'NO_NETWORK',
      'certificate',
    ],
    ['time', uv('operation timed out'), 'NO_NETWORK', 'in time'],
    [
      'disk',
      'error: Failed to install: numpy\n  cause: No space left on device (os error 28)',
      'DISK_FULL',
      'disk became full',
    ],
    [
      'access',
      'error: HTTP status client error (401 Unauthorized) for url (https://x/simple/)',
      'SETUP_FAILED',
      'refused access',
    ],
    [
      'hash',
      'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.',
      'SETUP_FAILED',
      'hash differs',
    ],
    [
      'wheel',
      'error: No solution found\n  cause: Because nautilus-trader==1.231.0 has no usable wheels',
      'SETUP_FAILED',
      'no wheel',
    ],
    [
      'rights',
      'error: failed to create file\n  cause: Permission denied (os error 13)',
      'SETUP_FAILED',
      'permission denied',
    ],
  ])('%s', (_, output, code, message) => {
    const error = installerFailure('Installing the packages', output);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^Installing the packages failed\. /);
    expect(error.message).toContain(message);
  });

  it('tells a missing wheel in a folder from one in an index', () => {
    const output =
      'error: No solution found\n  cause: Because click was not found in the provided package locations';
    expect(installerFailure('Installing', output, 'offline').nextStep).toContain('pip download');
    expect(installerFailure('Installing', output, 'online').nextStep).toContain('PyPI');
  });

  it('keeps what it does not know, without passwords', () => {
    const error = installerFailure(
      'Fetching uv',
      'fetching https://me:secret@pypi.example/simple\nit went pop\n',
    );
    expect(error).toMatchObject({ code: 'SETUP_FAILED', message: 'Fetching uv failed: it went pop' });
    expect(JSON.stringify(error.toObject())).not.toContain('secret');
    expect(error.extra.details).toMatchObject({
      output: expect.stringContaining('https://***@pypi.example'),
    });
  });
});

describe('one set-up at a time', () => {
  it('the second waits for the first', async () => {
    const lock = path.join(folder, 'x.lock');
    const events: string[] = [];
    const work = (name: string) => async () => {
      events.push(`${name} begins`);
      await delay(100);
      events.push(`${name} ends`);
      return name;
    };
    const onWait = () => events.push('waits');
    const names = await Promise.all([
      inTurn(lock, { onWait }, work('a')),
      inTurn(lock, { onWait }, work('b')),
    ]);
    expect(names).toEqual(['a', 'b']);
    expect(events.filter((event) => event !== 'waits')).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    expect(events.filter((event) => event === 'waits')).toEqual(['waits']);
  });

  it('is not held up by a lock that shows no life, even if another process has its id by now', async () => {
    const lock = path.join(folder, 'x.lock');
    writeFileSync(lock, String(process.pid));
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(lock, longAgo, longAgo);
    expect(await inTurn(lock, { onWait: () => {} }, async () => 'done')).toBe('done');
  });

  it('stops waiting when it is cancelled', async () => {
    const lock = path.join(folder, 'x.lock');
    const controller = new AbortController();
    const first = inTurn(lock, { onWait: () => {} }, () => delay(500, 'first'));
    const second = inTurn(
      lock,
      { signal: controller.signal, onWait: () => controller.abort() },
      async () => 'second',
    );
    await expect(second).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await first).toBe('first');
  });
});
