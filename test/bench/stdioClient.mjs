import { spawn } from 'node:child_process';

/**
 * A raw MCP client: JSON lines over stdio and nothing else, so that what is measured is the server.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv, cwd: string }} options
 */
export function startClient(command, args, { env, cwd }) {
  const child = spawn(command, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  const waiting = new Map();
  let lastId = 0;
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said = (said + text).slice(-2000);
  });
  child.stdin.on('error', () => undefined);
  const closed = new Promise((resolve) => {
    const end = (why) => {
      for (const { reject } of waiting.values()) reject(new Error(`${command} ended (${why}). ${said}`));
      waiting.clear();
      resolve();
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code, signal) => end(signal ?? code));
  });
  readLines(child.stdout, (line) => {
    const { id, result, error } = parse(line, args);
    const call = waiting.get(id);
    if (!call) return;
    waiting.delete(id);
    if (error) call.reject(new Error(error.message));
    else call.resolve(result);
  });

  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const request = (method, params = {}) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      send({ id, method, params });
    });
  return {
    pid: child.pid,
    request,
    async initialize() {
      const clientInfo = { name: 'bench', version: '1' };
      await request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
      send({ method: 'notifications/initialized' });
    },
    async call(name, args = {}) {
      const result = await request('tools/call', { name, arguments: args });
      if (result.isError) throw new Error(`${name}: ${result.content[0]?.text}`);
      return result.structuredContent;
    },
    /** Closes stdin, as a host does; a server that does not end by itself is ended. */
    async close() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await closed;
      clearTimeout(timer);
    },
  };
}

function parse(line, args) {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`${args.join(' ')} wrote to its protocol's stream: ${line.slice(0, 200)}`);
  }
}

/** Long answers arrive in many pieces: joined once, not at each piece. */
function readLines(stream, onLine) {
  let pieces = [];
  stream.on('data', (data) => {
    let start = 0;
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, start)) {
      pieces.push(data.subarray(start, end));
      const line = Buffer.concat(pieces).toString();
      pieces = [];
      start = end + 1;
      if (line.trim() !== '') onLine(line);
    }
    if (start < data.length) pieces.push(data.subarray(start));
  });
}
