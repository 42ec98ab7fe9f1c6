import { existsSync } from 'node:fs';

/** What a user told pip about where packages come from. uv reads none of it. */
export interface PipSettings {
  indexUrl?: string;
  extraIndexUrls: string[];
  findLinks: string[];
  noIndex: boolean;
  trustedHosts: string[];
  cert?: string;
  clientCert?: string;
  proxy?: string;
}

/** Reads the output of `pip config list`: lines like `global.index-url='https://…'`, values as Python writes them. */
export function parsePipConfig(text: string): PipSettings {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^([^.]+)\.([\w-]+)=(['"])(.*)\3$/.exec(line.trim());
    if (match?.[1] && match[2]) values.set(`${match[1]}.${match[2]}`, unescapePython(match[4] ?? ''));
  }
  const get = (key: string) =>
    values.get(`:env:.${key}`) ?? values.get(`install.${key}`) ?? values.get(`global.${key}`);
  return settings(get);
}

/** The same from `PIP_…` alone, for when there is no pip to ask. */
export function pipVariables(env: NodeJS.ProcessEnv): PipSettings {
  return settings((key) => env[`PIP_${key.toUpperCase().replaceAll('-', '_')}`]);
}

/** The variables that make uv do what pip was told, except where the user told uv itself. */
export function uvVariables(pip: PipSettings, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const extra: NodeJS.ProcessEnv = {};
  const set = (name: string, value: string | undefined, unless: string[] = []) => {
    const taken = [name, ...unless].some((other) => env[other] || env[other.toLowerCase()]);
    if (value && !taken) extra[name] = value;
  };
  set('UV_DEFAULT_INDEX', pip.indexUrl, ['UV_INDEX_URL']);
  if (pip.extraIndexUrls.length > 0) {
    set('UV_INDEX', pip.extraIndexUrls.join(' '), ['UV_EXTRA_INDEX_URL']);
    // pip takes the best of all indexes, uv the first that knows the name; the lock's hashes make pip's way safe.
    set('UV_INDEX_STRATEGY', 'unsafe-best-match');
  }
  // pip passes over a folder that is not there; uv stops.
  const links = pip.findLinks.filter((link) => /^\w+:\/\//.test(link) || existsSync(link));
  set('UV_FIND_LINKS', links.join(','));
  set('UV_INSECURE_HOST', pip.trustedHosts.join(' '));
  set('SSL_CERT_FILE', pip.cert ?? env.REQUESTS_CA_BUNDLE ?? env.CURL_CA_BUNDLE);
  set('SSL_CLIENT_CERT', pip.clientCert);
  set('HTTPS_PROXY', pip.proxy, ['ALL_PROXY']);
  set('HTTP_PROXY', pip.proxy, ['ALL_PROXY']);
  // The system's certificates, as newer and as older versions of uv call them.
  set('UV_SYSTEM_CERTS', '1', ['UV_NATIVE_TLS']);
  set('UV_NATIVE_TLS', '1', ['UV_SYSTEM_CERTS']);
  return extra;
}

function settings(get: (key: string) => string | undefined): PipSettings {
  const list = (key: string) =>
    get(key)
      ?.split(/\s+/)
      .filter((item) => item !== '') ?? [];
  const one = (name: 'indexUrl' | 'cert' | 'clientCert' | 'proxy', key: string) => {
    const value = get(key)?.trim();
    return value ? { [name]: value } : {};
  };
  return {
    ...one('indexUrl', 'index-url'),
    extraIndexUrls: list('extra-index-url'),
    findLinks: list('find-links'),
    noIndex: /^(1|true|yes|on)$/i.test(get('no-index')?.trim() ?? ''),
    trustedHosts: list('trusted-host'),
    ...one('cert', 'cert'),
    ...one('clientCert', 'client-cert'),
    ...one('proxy', 'proxy'),
  };
}

function unescapePython(text: string): string {
  return text.replace(/\\(.)/g, (_, char: string) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char);
}
