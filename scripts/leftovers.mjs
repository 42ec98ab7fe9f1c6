import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** A server or an engine process of ours, told by its command line. */
const ourProcess = /dist[\\/]server[\\/]main\.js|\s-m quarterdeck(\s|$)/;

/** Sockets and folders in the temporary folder begin with this. */
const ourTemporary = /^quarterdeck-/;

/** How long what was told to end may take: the last to go are children that look for their parent. */
const patience = 12_000;

/** What of ours is there now. A run takes one before it starts, so that a developer's own servers do not count. */
export function snapshot() {
  return { processes: ourProcesses(listProcesses()), temporary: ourTemporaries() };
}

/** @returns {Promise<string[]>} what was not there before and does not go away, one line each */
export async function leftoversSince(before) {
  const deadline = Date.now() + patience;
  let left = difference(before, snapshot());
  while (left.length > 0 && Date.now() < deadline) {
    await delay(250);
    left = difference(before, snapshot());
  }
  return left;
}

/** Prints what `leftoversSince` finds. @returns {Promise<boolean>} true when nothing is left */
export async function reportLeftovers(before) {
  const left = await leftoversSince(before);
  if (left.length > 0)
    console.error(['', 'Left behind by this run:', ...left.map((line) => `  ${line}`)].join('\n'));
  return left.length === 0;
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
    return command && ourProcess.test(command) && Number(pid) !== process.pid
      ? [{ pid: Number(pid), command }]
      : [];
  });
}

function ourTemporaries() {
  return readdirSync(os.tmpdir()).filter((name) => ourTemporary.test(name));
}

function listProcesses() {
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

/** A slim container has no `ps`. */
function listProc() {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => `${pid} ${readCommand(pid)}`).join('\n');
}

function readCommand(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0/g, ' ').replace(/\n/g, ' ');
  } catch {
    // It ended meanwhile.
    return '';
  }
}
