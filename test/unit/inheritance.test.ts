import { describe, expect, it } from 'vitest';
import { forClients, forNode, withoutSecrets } from '../../server/engine/inheritance.ts';

describe('what a process that runs strategies inherits', () => {
  it.each([
    'API_KEY',
    'BINANCE_API_SECRET',
    'BINANCE_FUTURES_TESTNET_API_KEY',
    'DATABENTO_API_KEY',
    'GITHUB_TOKEN',
    'AWS_SECRET_ACCESS_KEY',
    'GOOGLE_APPLICATION_CREDENTIALS',
    'DB_PASSWORD',
    'okx_passphrase',
    'POLYMARKET_PK',
  ])('not %s', (name) => {
    expect(withoutSecrets({ [name]: 'x' })).toEqual({});
  });

  it('not an address with a password in it', () => {
    expect(withoutSecrets({ DATABASE_URL: 'postgres://me:swordfish@localhost/db' })).toEqual({});
    expect(withoutSecrets({ HTTPS_PROXY: 'http://proxy:3128' })).toEqual({
      HTTPS_PROXY: 'http://proxy:3128',
    });
  });

  it.each([
    'PATH',
    'HOME',
    'PWD',
    'LANG',
    'NAUTILUS_PATH',
    'KEYBOARD',
    'TOKENIZERS_PARALLELISM',
    'MY_PARAMETER',
  ])('but %s', (name) => {
    expect(withoutSecrets({ [name]: 'x' })).toEqual({ [name]: 'x' });
  });

  it('and what QUARTERDECK_PASS_ENV names', () => {
    const env = {
      QUARTERDECK_PASS_ENV: 'AWS_*, MY_TOKEN',
      AWS_SECRET_ACCESS_KEY: 'a',
      MY_TOKEN: 'b',
      OTHER_TOKEN: 'c',
    };
    expect(Object.keys(withoutSecrets(env))).toEqual(['AWS_SECRET_ACCESS_KEY', 'MY_TOKEN']);
    expect(withoutSecrets({ QUARTERDECK_PASS_ENV: '*', A_TOKEN: 'x' })).not.toHaveProperty('A_TOKEN');
  });
});

describe('what a trading node inherits', () => {
  const env = {
    PATH: '/bin',
    HOME: '/somewhere',
    LC_ALL: 'C',
    SystemRoot: 'C:\\Windows',
    PYTHONHASHSEED: '0',
    QUARTERDECK_HOME: '/q',
    HTTPS_PROXY: 'http://proxy:3128',
    HTTP_PROXY: 'http://me:swordfish@proxy:3128',
    BINANCE_API_KEY: 'b',
    OKX_API_KEY: 'o',
    TWS_PASSWORD: 't',
    DEPLOY_HOOK: 'a secret with an innocent name',
    CI_JOB_TOKEN: 'c',
  };
  const system = [
    'PATH',
    'HOME',
    'LC_ALL',
    'SystemRoot',
    'PYTHONHASHSEED',
    'QUARTERDECK_HOME',
    'HTTPS_PROXY',
  ];
  const names = (...[clients, handedOver]: [Parameters<typeof forNode>[1], Record<string, string>]) =>
    Object.keys(forNode(env, clients, handedOver));

  it('is what system and Python need, and nothing else where it is connected with nothing', () => {
    expect(names({ adapters: [], hasOwn: false }, { BINANCE_API_KEY: 'x', MY_VENUE: 'y' })).toEqual(system);
  });

  it('is also what its adapters sign in with', () => {
    const clients = { adapters: ['binance', 'interactive_brokers'], hasOwn: false };
    const handedOver = { BINANCE_API_SECRET: 's', OKX_PASSPHRASE: 'p' };
    const more = ['BINANCE_API_KEY', 'TWS_PASSWORD', 'BINANCE_API_SECRET'];
    expect(names(clients, handedOver)).toEqual([...system, ...more]);
  });

  it('is, for a client of one’s own, what was handed over, and not what lies in our environment', () => {
    const handedOver = { MY_VENUE: 'y', OKX_PASSPHRASE: 'p' };
    const more = ['MY_VENUE', 'OKX_PASSPHRASE'];
    expect(names({ adapters: [], hasOwn: true }, handedOver)).toEqual([...system, ...more]);
  });

  it('follows no adapter that a profile makes up, and no prototype', () => {
    for (const adapter of ['ci_job', 'deploy', '__proto__', 'constructor'])
      expect(names({ adapters: [adapter], hasOwn: false }, {})).toEqual(system);
  });
});

describe('what a client that is added to a running node signs in with', () => {
  const env = { BINANCE_API_KEY: 'b', REDIS_PASSWORD: 'r', OPENAI_API_KEY: 'o', PATH: '/bin' };

  it('is its adapter’s own, of the environment and of what was handed over since', () => {
    const clients = { adapters: ['binance'], hasOwn: false };
    expect(forClients(env, clients, { BINANCE_API_KEY: 'newer', OKX_API_KEY: 'k' })).toEqual({
      BINANCE_API_KEY: 'newer',
    });
  });

  it('and of what a database’s password is named, only what is called so or was handed over', () => {
    const clients = { adapters: [], hasOwn: false, named: ['REDIS_PASSWORD', 'OPENAI_API_KEY', 'CACHE'] };
    expect(forClients(env, clients, { CACHE: 'c' })).toEqual({ REDIS_PASSWORD: 'r', CACHE: 'c' });
  });
});
