import { expect, it } from 'vitest';
import { type Interpreter, unfitAsBase } from '../../server/environment/interpreter.ts';
import {
  checkPlatform,
  describePlatform,
  type PlatformFacts,
  platformFacts,
} from '../../server/environment/platform.ts';
import { isSupportedNautilus } from '../../server/environment/support.ts';
import { QuarterdeckError } from '../../server/protocol/errors.ts';

const linux: PlatformFacts = {
  platform: 'linux',
  arch: 'x64',
  release: '6.1.0',
  glibc: '2.36',
  musl: false,
  appleSilicon: false,
  freeBytes: 50e9,
};
const mac: PlatformFacts = {
  ...linux,
  platform: 'darwin',
  arch: 'arm64',
  release: '25.1.0',
  glibc: undefined,
  appleSilicon: true,
};
const windows: PlatformFacts = { ...linux, platform: 'win32', release: '10.0.22631', glibc: undefined };

function complaint(facts: PlatformFacts): QuarterdeckError | undefined {
  try {
    checkPlatform(facts, '/data');
    return undefined;
  } catch (error) {
    if (error instanceof QuarterdeckError) return error;
    throw error;
  }
}

it.each([
  ['Linux', linux],
  ['Linux on ARM', { ...linux, arch: 'arm64' }],
  ['the oldest glibc', { ...linux, glibc: '2.35' }],
  ['an unknown glibc', { ...linux, glibc: undefined }],
  ['macOS 26', mac],
  ['a translated process on Apple silicon', { ...mac, arch: 'x64' }],
  ['Windows', windows],
])('accepts %s', (_, facts) => {
  expect(complaint(facts)).toBeUndefined();
});

it.each([
  ['an older glibc', { ...linux, glibc: '2.31' }, 'This Linux has glibc 2.31, and NautilusTrader needs 2.35'],
  ['musl', { ...linux, glibc: undefined, musl: true }, 'musl C library'],
  ['32-bit ARM', { ...linux, arch: 'arm' }, 'no Linux build for arm'],
  ['an Intel Mac', { ...mac, arch: 'x64', appleSilicon: false }, 'Macs with an Intel processor'],
  ['macOS 15', { ...mac, release: '24.6.0' }, 'This Mac runs macOS 15, and NautilusTrader needs macOS 26'],
  ['another system', { ...linux, platform: 'freebsd' as const }, 'no build for freebsd'],
])('refuses %s', (_, facts, message) => {
  const error = complaint(facts);
  expect(error?.code).toBe('PLATFORM_UNSUPPORTED');
  expect(error?.message).toContain(message);
  expect(error?.nextStep).not.toBe('');
});

it('refuses a disk that is too full, naming both figures', () => {
  const error = complaint({ ...linux, freeBytes: 1.24e9 });
  expect(error?.code).toBe('DISK_FULL');
  expect(error?.message).toContain('needs 2.5 GB');
  expect(error?.message).toContain('1.2 GB are free');
});

it('describes the machine it runs on', () => {
  const facts = platformFacts('/nowhere/at/all');
  expect(facts.freeBytes).toBeGreaterThan(0);
  expect(describePlatform(facts)).toContain(process.arch);
  if (facts.platform === 'linux') expect(facts.musl).toBe(facts.glibc === undefined);
});

const python: Interpreter = {
  executable: '/usr/bin/python3.13',
  version: '3.13.5',
  implementation: 'cpython',
  platform: 'linux-x86_64',
  preRelease: false,
  freeThreaded: false,
  pip: true,
  ensurepip: true,
  nautilusTrader: null,
  pandas: null,
  sites: [],
};

it.each(['linux-x86_64', 'linux-aarch64', 'macosx-11.0-arm64', 'macosx-10.13-universal2', 'win-amd64'])(
  'builds from a Python for %s',
  (platform) => {
    expect(unfitAsBase({ ...python, platform })).toBeUndefined();
  },
);

it.each([
  [{ version: '3.11.9' }, 'not 3.12, 3.13 or 3.14'],
  [{ version: '3.15.0' }, 'not 3.12, 3.13 or 3.14'],
  [{ version: '2.7.18' }, 'not 3.12, 3.13 or 3.14'],
  [{ implementation: 'pypy' }, 'pypy, not CPython'],
  [{ freeThreaded: true }, 'free-threaded'],
  [{ preRelease: true }, 'pre-release'],
  [{ platform: 'win32' }, 'built for win32'],
  [{ platform: 'macosx-10.9-x86_64' }, 'built for macosx-10.9-x86_64'],
  [{ platform: 'mingw_x86_64' }, 'built for mingw_x86_64'],
])('builds from no Python that is %j', (change, why) => {
  expect(unfitAsBase({ ...python, ...change })).toContain(why);
});

it.each([
  ['1.231.0', true],
  ['1.231.4', true],
  ['1.231.0.post1', true],
  ['1.231.0+local.1', true],
  ['1.230.9', false],
  ['1.232.0', false],
  ['2.0.0rc7', false],
  ['1.231.0rc1', false],
  ['1.231.0.dev20260101', false],
  ['nonsense', false],
])('nautilus_trader %s is supported: %s', (version, supported) => {
  expect(isSupportedNautilus(version)).toBe(supported);
});
