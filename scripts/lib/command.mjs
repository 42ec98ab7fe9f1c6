import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

const running = new Set();
let received;

/**
 * Runs a command to its end and never throws for its exit code.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, capture?: 'stdout' | 'all', echo?: boolean, shell?: boolean }} [options] what
 *   is not captured goes to this process's own output; with `echo` also what is.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { env = process.env, capture, echo = false, shell = false } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', capture ? 'pipe' : 'inherit', capture === 'all' ? 'pipe' : 'inherit'];
    const child = spawn(command, args, { cwd: root, env, stdio, shell, windowsHide: true });
    running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
        if (echo) process.stdout.write(text);
      });
    }
    child.on('error', (error) => {
      running.delete(child);
      reject(new Error(`"${command}" could not be started: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve({ code: code ?? 128 + (signalNumbers[signal] ?? 0), output });
    });
  });
}

/** Node's own executable on one of our or npm's scripts. */
export function runNode(args, options) {
  return run(process.execPath, args, options);
}

/** Passes signals on to what runs, so that it can end in order and so can we. */
export function passOnSignals() {
  for (const signal of Object.keys(signalNumbers)) {
    process.on(signal, () => {
      received = signal;
      // A terminal has already interrupted the children too; a second time would cut their cleaning up short.
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      for (const child of running) child.kill(signal);
    });
  }
}

/** The exit code that says which signal ended us, if one did. */
export function interruptedCode() {
  return received && 128 + signalNumbers[received];
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
