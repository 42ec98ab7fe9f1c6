import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';

/** A server or an engine process of ours, told by its command line. */
const ourProcess = /dist[\\/]server[\\/]main\.js|\s-m quarterdeck(\s|$)/;

/** Our sockets and folders in the temporary folder. */
const ourTemporary = /^(quarterdeck|qd)-/;

/** Inherited by all that a run starts: where it can be read, a developer's other servers are told apart by it. */
const mark = 'QUARTERDECK_STARTED_BY';

/** How long what was told to end may take: the last to go are children that look for their parent. */
const patience = 12_000;

/**
 * What of ours is there before a run starts anything, so that it is not blamed for it.
 *
 * @param {string} [folder] where the run puts what is temporary
 */
export function snapshot(folder = os.tmpdir()) {
  process.env[mark] = randomBytes(8).toString('hex');
  return { folder, processes: ourProcesses(listProcesses()), temporary: ourTemporaries(folder) };
}

/** Prints what a run has left behind, after giving it time to end. @returns {Promise<boolean>} true when nothing is left */
export async function reportLeftovers(before) {
  const deadline = Date.now() + patience;
  let left = leftSince(before);
  while (left.length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    left = leftSince(before);
  }
  if (left.length > 0)
    console.error(['', 'Left behind by this run:', ...left.map((line) => `  ${line}`)].join('\n'));
  return left.length === 0;
}

/** What is left now, one line each. */
export function leftSince(before) {
  const processes = ourProcesses(listProcesses()).filter(({ pid }) => mayBeOfThisRun(pid));
  return difference(before, { processes, temporary: ourTemporaries(before.folder) });
}

export function difference(before, after) {
  const known = new Set(before.processes.map(({ pid, command }) => `${pid} ${command}`));
  const processes = after.processes.filter(({ pid, command }) => !known.has(`${pid} ${command}`));
  const temporary = after.temporary.filter((name) => !before.temporary.includes(name));
  return [
    ...processes.map(({ pid, command }) => `process ${pid}: ${command.slice(0, 200)}`),
    ...temporary.map((name) => `in the temporary folder: ${name}`),
  ];
}

/** @param {string} listing lines of "pid command" */
export function ourProcesses(listing) {
  return listing.split('\n').flatMap((line) => {
    const [, pid, command] = /^\s*(\d+)\s+(.+?)\s*$/.exec(line) ?? [];
    return command && ourProcess.test(command) ? [{ pid: Number(pid), command }] : [];
  });
}

function ourTemporaries(folder) {
  return readdirSync(folder).filter((name) => ourTemporary.test(name));
}

/** Only Linux lets us look; elsewhere every new process counts. */
function mayBeOfThisRun(pid) {
  const environment = process.platform === 'linux' ? readProc(pid, 'environ') : '';
  return environment === '' || environment.split('\0').includes(`${mark}=${process.env[mark]}`);
}

function listProcesses() {
  // A slim container has no ps.
  if (process.platform === 'linux') return listProc();
  const options = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] };
  if (process.platform !== 'win32') return execFileSync('ps', ['-ww', '-A', '-o', 'pid=,args='], options);
  const query = 'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.CommandLine)" }';
  try {
    return execFileSync('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', query], options);
  } catch {
    // Where PowerShell is locked away, only files can be checked.
    return '';
  }
}

function listProc() {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => `${pid} ${readProc(pid, 'cmdline').replace(/[\0\n]/g, ' ')}`).join('\n');
}

function readProc(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // It ended meanwhile, or belongs to someone else.
    return '';
  }
}
