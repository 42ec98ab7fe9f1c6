/** Words that make the name of a variable the name of a secret. */
const secretWords =
  /(^|_)(KEYS?|APIKEY|SECRETS?|TOKENS?|PASSWORD|PASSWD|PWD|PASS|PASSPHRASE|CREDENTIALS?|AUTH|COOKIE|MNEMONIC|PK|PAT|DSN)(_|$)/i;

/** `scheme://user:password@host` */
const addressWithPassword = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*:[^/?#\s]*@/i;

/** What any program needs of a system, Python and our host of the user, and a connection of its network. */
const ofTheSystem = new RegExp(
  `^(${[
    'PATH|HOME|USER|LOGNAME|SHELL|PWD|LANG|LANGUAGE|LC_.*|TZ|TZDIR|TMPDIR|TEMP|TMP|XDG_.*',
    'SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|OS|USERNAME|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA',
    'PROGRAMDATA|PROGRAMFILES.*|COMMONPROGRAMFILES.*|NUMBER_OF_PROCESSORS|PROCESSOR_.*',
    'HTTPS?_PROXY|ALL_PROXY|NO_PROXY|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE',
    'LD_LIBRARY_PATH|DYLD_.*|VIRTUAL_ENV|CONDA_.*|RUST_.*|.*_NUM_THREADS',
    'PYTHON.*|NAUTILUS_.*|QUARTERDECK_.*',
  ].join('|')})$`,
  'i',
);

/**
 * How the variables of the engine's adapters begin. A closed list: a name that a profile makes up must not open what
 * is in our environment for another program.
 */
const variablesOfAdapters = new Map([
  ['architect_ax', /^(AX|ARCHITECT)_/],
  ['betfair', /^BETFAIR_/],
  ['binance', /^BINANCE_/],
  ['bitmex', /^BITMEX_/],
  ['bybit', /^BYBIT_/],
  ['coinbase_intx', /^COINBASE_/],
  ['databento', /^DATABENTO_/],
  ['deribit', /^DERIBIT_/],
  ['dydx', /^DYDX_/],
  ['hyperliquid', /^HYPERLIQUID_/],
  ['interactive_brokers', /^(TWS|IB)_/],
  ['interactive_brokers_pyo3', /^(TWS|IB)_/],
  ['kraken', /^KRAKEN_/],
  ['okx', /^OKX_/],
  ['polymarket', /^(POLYMARKET|POLYGON)_/],
  ['tardis', /^(TARDIS|TM)_/],
]);

/** A database's password may be named by whoever writes a profile: of our environment, only what is called so. */
const ofDatabases = /^REDIS_/;

/**
 * What of our environment a process that runs strategies may see: all but secrets. Strategies, and whatever they print,
 * log or import, have no business with the keys of a venue; a node that trades gets its own.
 *
 * `QUARTERDECK_PASS_ENV` names what is passed all the same, as for a catalog in S3: `AWS_ACCESS_KEY_ID,AWS_SECRET_*`.
 */
export function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return kept(env, (name, value) => !isSecret(name, value));
}

/**
 * What a trading node sees: what the system and Python need, and what its adapters sign in with. Whatever else is in our
 * environment stays with us, secret or not.
 *
 * @param handedOver credentials that were meant for nodes: a client of the user's own may read any of them, an adapter
 * of the engine its own.
 */
export function forNode(
  env: NodeJS.ProcessEnv,
  clients: NodeClients,
  handedOver: Record<string, string>,
): NodeJS.ProcessEnv {
  return {
    ...kept(env, (name, value) => ofTheSystem.test(name) && !isSecret(name, value)),
    ...forClients(env, clients, handedOver),
  };
}

/** What a node's clients and its database sign in with. */
export function forClients(
  env: NodeJS.ProcessEnv,
  { adapters, hasOwn, named = [] }: NodeClients,
  handedOver: Record<string, string>,
): Record<string, string> {
  const isTheirs = (name: string) => adapters.some((adapter) => variablesOfAdapters.get(adapter)?.test(name));
  const isNamed = (name: string) => named.includes(name);
  const ours = Object.entries(env).filter(
    ([name]) => isTheirs(name) || (isNamed(name) && ofDatabases.test(name)),
  );
  const given = Object.entries(handedOver).filter(([name]) => hasOwn || isTheirs(name) || isNamed(name));
  return Object.fromEntries([...ours, ...given].map(([name, value]) => [name, value ?? '']));
}

/** What a node is connected with. */
export interface NodeClients {
  /** Adapters of the engine, by name. */
  adapters: readonly string[];
  /** Whether there is a client of the user's own as well. */
  hasOwn: boolean;
  /** Variables that its databases name for their passwords. */
  named?: readonly string[];
}

function kept(env: NodeJS.ProcessEnv, keep: (name: string, value: string) => boolean): NodeJS.ProcessEnv {
  const wanted = (env.QUARTERDECK_PASS_ENV ?? '').split(',').map((name) => name.trim());
  const isWanted = (name: string) =>
    wanted.some((one) =>
      one.endsWith('*') ? one.length > 1 && name.startsWith(one.slice(0, -1)) : one === name,
    );
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => isWanted(name) || keep(name, value ?? '')),
  );
}

function isSecret(name: string, value: string): boolean {
  // The shell's own, which are folders.
  if (name === 'PWD' || name === 'OLDPWD') return false;
  return secretWords.test(name) || addressWithPassword.test(value);
}
