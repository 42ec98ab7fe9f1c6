import { existsSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { QuarterdeckError } from '../protocol/errors.ts';
import { compare, neededBytes, wheelPlatform } from './support.ts';

/** What the engine's wheels and the installer need to know of this machine. */
export interface PlatformFacts {
  platform: NodeJS.Platform;
  arch: string;
  /** `os.release()`: on macOS the version of Darwin. */
  release: string;
  /** Undefined where there is none, or none could be found out. */
  glibc: string | undefined;
  musl: boolean;
  /** An Apple processor, also when this process runs translated. */
  appleSilicon: boolean;
  /** Bytes free where the environment goes. */
  freeBytes: number;
}

/** Says before anything is downloaded when the engine cannot be installed on this machine. */
export function checkPlatform(facts: PlatformFacts, folder: string): void {
  const trouble = unsupported(facts);
  if (trouble) {
    throw new QuarterdeckError('PLATFORM_UNSUPPORTED', trouble, platformAdvice(facts), {
      details: { platform: facts.platform, arch: facts.arch, release: facts.release },
    });
  }
  if (facts.freeBytes < neededBytes) {
    throw new QuarterdeckError(
      'DISK_FULL',
      `The engine environment needs ${gigabytes(neededBytes)} on the disk of ${folder}, and ${gigabytes(facts.freeBytes)} are free.`,
      'Free some space, or set QUARTERDECK_HOME to a folder on a disk with more room.',
      { path: folder },
    );
  }
}

export function platformFacts(folder: string): PlatformFacts {
  return {
    platform: process.platform,
    arch: process.arch,
    release: os.release(),
    ...cLibrary(),
    appleSilicon: process.platform === 'darwin' && /apple/i.test(os.cpus()[0]?.model ?? ''),
    freeBytes: freeBytes(folder),
  };
}

/** In words: "Linux x64, glibc 2.36". */
export function describePlatform({ platform, arch, release, glibc, musl }: PlatformFacts): string {
  if (platform === 'darwin') return `macOS ${macOS(release)} ${arch}`;
  if (platform === 'win32') return `Windows ${release} ${arch}`;
  return `${platform} ${arch}${glibc ? `, glibc ${glibc}` : musl ? ', musl' : ''}`;
}

export function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function unsupported(facts: PlatformFacts): string | undefined {
  const { platform, arch, release, glibc, musl } = facts;
  const needed = wheelPlatform.glibc.join('.');
  if (platform === 'linux') {
    if (arch !== 'x64' && arch !== 'arm64') return `NautilusTrader has no Linux build for ${arch}.`;
    if (musl) return `This Linux uses the musl C library, and NautilusTrader needs glibc ${needed} or newer.`;
    if (glibc && compare(glibc.split('.').map(Number), wheelPlatform.glibc) < 0) {
      return `This Linux has glibc ${glibc}, and NautilusTrader needs ${needed} or newer.`;
    }
    return undefined;
  }
  if (platform === 'darwin') {
    if (!facts.appleSilicon && arch !== 'arm64')
      return 'NautilusTrader has no build for Macs with an Intel processor.';
    if (macOS(release) < wheelPlatform.macOS) {
      return `This Mac runs macOS ${macOS(release)}, and NautilusTrader needs macOS ${wheelPlatform.macOS} or newer.`;
    }
    return undefined;
  }
  return platform === 'win32' ? undefined : `NautilusTrader has no build for ${platform}.`;
}

function platformAdvice({ platform, appleSilicon, arch }: PlatformFacts): string {
  if (platform === 'darwin' && (appleSilicon || arch === 'arm64')) {
    return 'Update macOS, or work on a newer Linux, Windows or macOS machine through VS Code Remote.';
  }
  return 'Use a Linux with glibc 2.35 or newer (Ubuntu 22.04, Debian 12, Fedora 36, …), for example in a dev container or through VS Code Remote.';
}

/** Darwin 20 to 24 are macOS 11 to 15; Apple then went on with 26 for Darwin 25. */
function macOS(release: string): number {
  const darwin = Number.parseInt(release, 10);
  return darwin >= 25 ? darwin + 1 : darwin - 9;
}

const Report = z.object({
  header: z.object({ glibcVersionRuntime: z.string().optional() }),
  sharedObjects: z.array(z.string()).default([]),
});

function cLibrary(): { glibc: string | undefined; musl: boolean } {
  if (process.platform !== 'linux') return { glibc: undefined, musl: false };
  // Without this the report resolves the names of all network peers, which can take seconds.
  Object.assign(process.report, { excludeNetwork: true });
  const report = Report.safeParse(process.report.getReport());
  if (!report.success) return { glibc: undefined, musl: false };
  const { header, sharedObjects } = report.data;
  return {
    glibc: header.glibcVersionRuntime,
    musl: !header.glibcVersionRuntime && sharedObjects.some((file) => /libc\.musl-|ld-musl-/.test(file)),
  };
}

function freeBytes(folder: string): number {
  let existing = path.resolve(folder);
  while (!existsSync(existing) && existing !== path.dirname(existing)) existing = path.dirname(existing);
  const { bavail, bsize } = statfsSync(existing);
  return bavail * bsize;
}
