import { type ErrorCode, QuarterdeckError } from '../protocol/errors.ts';

interface FailureKind {
  pattern: RegExp;
  /** Only when packages were looked for with, or without, network. */
  only?: 'online' | 'offline';
  code: ErrorCode;
  message: string;
  nextStep: string;
}

/** How wheels come to a machine without network. */
export const downloadAdvice =
  'On a machine of the same platform and Python version run "pip download --require-hashes --only-binary :all: -r python/requirements.lock -d DIR", bring DIR here, then run "quarterdeck setup --offline --wheels DIR".';

const missing =
  /network was disabled|provided package locations|not found in the (cache|package registry)|no usable wheels|no wheels? with a matching|no matching distribution|no version of/i;

/** What an installer's last words mean. The first match counts: causes stand above what they cause. */
const kinds: readonly FailureKind[] = [
  {
    pattern: /no space left|ENOSPC|not enough space on the disk|os error (28|112)\b|disk quota exceeded/i,
    code: 'DISK_FULL',
    message: 'The disk became full while packages were installed.',
    nextStep:
      'Free some space, or set QUARTERDECK_HOME to a folder on a disk with more room, then set up again.',
  },
  {
    pattern: /do not match .*hash|hash mismatch|HashMismatch|invalid checksum/i,
    code: 'SETUP_FAILED',
    message: 'A downloaded package is not the one that the lock names: its hash differs.',
    nextStep:
      'Try again; if it stays, your package index or proxy serves altered files: ask whoever runs it.',
  },
  {
    pattern:
      /certificate verify failed|invalid peer certificate|unknown ?issuer|self[- ]signed certificate|SSLError|SSLCertVerification|tls handshake|invalid certificate/i,
    code: 'NO_NETWORK',
    message: 'The certificate of the server, or of a proxy before it, is not trusted on this machine.',
    nextStep:
      'Behind a company proxy, set SSL_CERT_FILE (or "pip config set global.cert") to its root certificate, then set up again.',
  },
  {
    pattern:
      /proxy authentication|\b407\b|ProxyError|proxy error|tunnel error|cannot connect to proxy|unsuccessful tunnel/i,
    code: 'NO_NETWORK',
    message: 'The proxy could not be used.',
    nextStep: 'Check HTTPS_PROXY and HTTP_PROXY (and the proxy’s user name and password), then set up again.',
  },
  {
    pattern:
      /dns error|failed to lookup address|name or service not known|temporary failure in name resolution|getaddrinfo failed|nodename nor servname|no such host is known|name resolution|NameResolutionError/i,
    code: 'NO_NETWORK',
    message: 'The server’s name could not be resolved: this machine seems to be offline.',
    nextStep:
      'Connect to the network, or fetch the wheels elsewhere and run "quarterdeck setup --offline --wheels DIR".',
  },
  {
    pattern: /timed? ?out|deadline has elapsed/i,
    code: 'NO_NETWORK',
    message: 'The server of the packages did not answer in time.',
    nextStep:
      'Check the network and proxy settings and set up again; a slow line may need UV_HTTP_TIMEOUT=300.',
  },
  {
    pattern:
      /connection (refused|reset|aborted)|network is unreachable|no route to host|tcp connect error|client error \(connect\)|NewConnectionError|ConnectionError|unreachable network|actively refused/i,
    code: 'NO_NETWORK',
    message: 'The server of the packages could not be connected to.',
    nextStep:
      'Check the network, firewall and index settings, or run "quarterdeck setup --offline --wheels DIR".',
  },
  {
    pattern: /\b(401|403)\b.*(client error|unauthorized|forbidden)|(unauthorized|forbidden).*\b(401|403)\b/i,
    code: 'SETUP_FAILED',
    message: 'The package index refused access.',
    nextStep: 'Check the index address and its credentials (pip config, UV_DEFAULT_INDEX, netrc).',
  },
  {
    pattern: missing,
    only: 'offline',
    code: 'SETUP_FAILED',
    message: 'A package of the lock is missing where packages were looked for without network.',
    nextStep: downloadAdvice,
  },
  {
    pattern: missing,
    only: 'online',
    code: 'SETUP_FAILED',
    message: 'The package index has no wheel of a package of the lock for this Python and platform.',
    nextStep:
      'If another index is set (pip config, UV_DEFAULT_INDEX), make sure it mirrors PyPI; else use another Python: 3.13, 3.12 or 3.14.',
  },
  {
    pattern: /permission denied|access is denied|EACCES|os error (5|13)\b/i,
    code: 'SETUP_FAILED',
    message: 'A file of the environment could not be written: permission denied.',
    nextStep:
      'Check who owns Quarterdeck’s data folder (quarterdeck doctor shows it); on Windows, an antivirus or a running backtest may hold a file.',
  },
];

/** The error an installer's failure becomes: sentence, next step, and its own last lines as details. */
export function installerFailure(
  task: string,
  output: string,
  access: 'online' | 'offline' = 'online',
): QuarterdeckError {
  const text = withoutSecrets(output);
  const tail = text.trim().split('\n').slice(-12).join('\n').slice(-2000);
  const kind = kinds.find(({ pattern, only = access }) => only === access && pattern.test(text));
  if (kind) {
    return new QuarterdeckError(kind.code, `${task} failed. ${kind.message}`, kind.nextStep, {
      details: { output: tail },
    });
  }
  const last = tail.split('\n').findLast((line) => line.trim() !== '');
  return new QuarterdeckError(
    'SETUP_FAILED',
    `${task} failed: ${last?.trim() ?? 'the installer said nothing'}`,
    'The details have the installer’s own words; "quarterdeck doctor" checks the rest.',
    { details: { output: tail } },
  );
}

/** Index addresses may carry a user name and password. */
function withoutSecrets(text: string): string {
  return text.replace(/(\w+:\/\/)[^\s/@]+@/g, '$1***@');
}
