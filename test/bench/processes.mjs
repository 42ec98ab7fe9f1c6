import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Resident memory of a process in megabytes and the commands of all that descend from it. */
export function inspect(pid) {
  const all = list();
  const own = all.find((process) => process.pid === pid);
  if (!own) throw new Error(`There is no process ${pid}.`);
  return {
    megabytes: own.kilobytes / 1024,
    descendants: descendants(pid, all).map(({ command }) => command),
  };
}

/** Memory of all processes under one, together, in megabytes; what they share counts once where the system says. */
export function descendantMegabytes(pid) {
  return descendants(pid, list()).reduce(
    (sum, one) => sum + (proportional(one.pid) ?? one.kilobytes) / 1024,
    0,
  );
}

/** Resident kilobytes with shared pages divided among those who share them; undefined where the system does not tell. */
function proportional(pid) {
  try {
    const said = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
    return said ? Number(said[1]) : undefined;
  } catch {
    return undefined;
  }
}

function descendants(pid, all) {
  const children = all.filter(({ parent }) => parent === pid);
  return [...children, ...children.flatMap((child) => descendants(child.pid, all))];
}

function list() {
  if (process.platform === 'linux') return fromProc();
  return process.platform === 'win32' ? fromPowerShell() : fromPs();
}

/** A slim container has no `ps`. */
function fromProc() {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const number = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return [{ pid: Number(pid), parent: number('PPid'), kilobytes: number('VmRSS'), command }];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

function fromPs() {
  const output = execFileSync('ps', ['-ww', '-A', '-o', 'pid=,ppid=,rss=,args='], { encoding: 'utf8' });
  return output.split('\n').flatMap((line) => {
    const [, pid, parent, kilobytes, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command
      ? [{ pid: Number(pid), parent: Number(parent), kilobytes: Number(kilobytes), command }]
      : [];
  });
}

function fromPowerShell() {
  const query =
    'Get-CimInstance Win32_Process | Select-Object ProcessId,ParentProcessId,WorkingSetSize,CommandLine | ConvertTo-Json -Compress';
  const output = execFileSync('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', query], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(output).map(({ ProcessId, ParentProcessId, WorkingSetSize, CommandLine }) => ({
    pid: ProcessId,
    parent: ParentProcessId,
    kilobytes: WorkingSetSize / 1024,
    command: CommandLine ?? '',
  }));
}
