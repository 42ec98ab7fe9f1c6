import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../server/engine/inheritance.ts';

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
