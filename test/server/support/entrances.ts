import { readFileSync } from 'node:fs';
import { instanceFiles, readRecord } from '../../../server/instance/record.ts';
import type { HttpServer } from './httpServer.ts';
import type { TestWorkspace } from './workspace.ts';

/** Every way into a workspace's server. */
export function entrances(workspace: TestWorkspace, server: HttpServer) {
  const record = readRecord(instanceFiles(workspace.home, workspace.root));
  if (!record) throw new Error('No server is published.');
  return {
    url: server.at.url,
    sseUrl: server.at.sse_url ?? '',
    headers: server.headers,
    socket: record.socket,
    token: readFileSync(record.token_file, 'utf8').trim(),
    pid: record.pid,
  };
}
