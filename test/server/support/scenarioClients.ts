import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client as SdkClient } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { McpError } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { inspect } from './inspector.ts';
import { python } from './python.ts';
import type { Client, Outcome, Step } from './scenario.ts';
import type { TestWorkspace } from './workspace.ts';

const Named = z.record(z.string(), z.unknown());

/** The client of the SDK that our server is built on, over any transport. */
export function sdkClient(transport: Transport): Client {
  return async (steps) => {
    const client = new SdkClient({ name: 'scenario', version: '0' });
    await client.connect(transport);
    const outcomes: Outcome[] = [];
    try {
      for (const step of steps) outcomes.push(await sdkStep(client, step));
    } finally {
      await client.close();
    }
    return outcomes;
  };
}

async function sdkStep(client: SdkClient, step: Step): Promise<Outcome> {
  try {
    return outcome(await sdkResult(client, step), step);
  } catch (error) {
    if (error instanceof McpError) return { error: { message: error.message, data: error.data } };
    throw error;
  }
}

function sdkResult(client: SdkClient, step: Step): Promise<Record<string, unknown>> {
  switch (step.do) {
    case 'list':
      return client.request({ method: step.method }, Named);
    case 'call':
      return client.callTool({ name: step.name, arguments: step.args });
    case 'prompt':
      return client.getPrompt({ name: step.name, arguments: step.args });
    case 'read':
      return client.readResource({ uri: step.uri });
  }
}

/** The Python SDK's client. @param server how it gets to us */
export function pythonClient(
  server: { command: string[] } | { url: string; headers: Record<string, string>; sse: boolean },
  workspace: TestWorkspace,
): Client {
  return async (steps) => {
    const script = path.join(import.meta.dirname, 'scenario_client.py');
    const env = { ...workspace.env, PYTHONPATH: process.env.QUARTERDECK_TEST_PYTHONPATH ?? '' };
    const args = [script, JSON.stringify(server), JSON.stringify(steps)];
    const { stdout } = await promisify(execFile)(python(), args, { env, maxBuffer: 2 ** 26 });
    const results = z.array(Named).parse(JSON.parse(stdout));
    return results.map((result, i) => outcome(result, steps[i]));
  };
}

/** The Inspector's command line: a process for each step. @param server its arguments that lead to us */
export function inspectorClient(
  server: { before: string[]; after: string[] },
  workspace: TestWorkspace,
): Client {
  return async (steps) =>
    steps.map((step) => {
      const args = [...server.before, ...inspectorArguments(step), ...server.after];
      return outcome(JSON.parse(inspectToEnd(args, workspace)), step);
    });
}

function inspectorArguments(step: Step): string[] {
  if (step.do === 'list') return ['--method', step.method];
  if (step.do === 'read') return ['--method', 'resources/read', '--uri', step.uri];
  if (step.do === 'prompt') {
    const args = Object.entries(step.args).flatMap(([key, value]) => ['--prompt-args', `${key}=${value}`]);
    // The first flags take all that follows: what must not be taken stands after another flag.
    return [...args, '--prompt-name', step.name, '--method', 'prompts/get'];
  }
  return ['--method', 'tools/call', '--tool-name', step.name, '--tool-args-json', JSON.stringify(step.args)];
}

/** It exits with a code of its own when the answer is an error, and prints it. */
function inspectToEnd(args: string[], workspace: TestWorkspace): string {
  try {
    return inspect(args, { ...workspace.env, HOME: workspace.folder });
  } catch (error) {
    const { stdout, stderr } = z.object({ stdout: z.string(), stderr: z.string() }).parse(error);
    return stdout.trim() === '' ? stderr : stdout;
  }
}

/** What a result says, in whatever envelope the client put it. */
function outcome(given: Record<string, unknown>, step: Step | undefined): Outcome {
  const result = Named.parse(given.result ?? given);
  if (result.error !== undefined) {
    const error = Named.parse(result.error);
    // The Inspector knows no tool that is not listed, and does not ask us.
    return { error: error.code === 'tool_not_found' ? { code: 'UNKNOWN_TOOL' } : error };
  }
  if (step?.do === 'list') {
    const items = z.array(Named).parse(Object.values(result).find(Array.isArray));
    return { names: items.map(({ uri, uriTemplate, name }) => String(uri ?? uriTemplate ?? name)) };
  }
  if (step?.do === 'prompt') {
    const messages = z.array(z.object({ content: z.object({ text: z.string() }) })).parse(result.messages);
    return { value: { text: messages.map(({ content }) => content.text).join('\n') } };
  }
  const blocks = z.array(z.object({ text: z.string() })).parse(result.contents ?? result.content);
  const value = Named.parse(JSON.parse(blocks[0]?.text ?? ''));
  return result.isError === true ? { error: value } : { value };
}
