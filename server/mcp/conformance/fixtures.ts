import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  CompleteRequestSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { Tables } from '../session.ts';
import { prompts } from './prompts.ts';
import { readFixture, resources } from './resources.ts';
import { tools } from './tools.ts';

const invalidParams = -32602;
const resourceNotFound = -32002;

/**
 * What the protocol's conformance suite calls by name, mounted on the sessions and transports that serve everyone. It
 * reaches nothing of ours.
 */
export const conformanceTables: Tables = { tools: [], resources: [], prompts: [], mount };

function mount(server: Server): void {
  server.registerCapabilities({ prompts: {}, resources: { subscribe: true }, completions: {}, logging: {} });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (!tool) throw new McpError(invalidParams, `There is no tool "${params.name}".`);
    const args = Object.entries(params.arguments ?? {}).map(([name, value]) => [name, String(value)]);
    return tool.call(Object.fromEntries(args), extra);
  });
  server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: [
      {
        uriTemplate: 'test://template/{id}/data',
        name: 'template',
        description: 'A resource with a parameter.',
        mimeType: 'application/json',
      },
    ],
  }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params: { uri } }) => {
    const contents = readFixture(uri);
    if (!contents) throw new McpError(resourceNotFound, 'There is no such resource.', { uri });
    return { contents: [contents] };
  });
  server.setRequestHandler(ListPromptsRequestSchema, () => ({
    prompts: prompts.map(({ name, description, arguments: args }) => ({
      name,
      description,
      arguments: args,
    })),
  }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) => {
    const prompt = prompts.find(({ name }) => name === params.name);
    if (!prompt) throw new McpError(invalidParams, `There is no prompt "${params.name}".`);
    return { messages: prompt.messages(params.arguments ?? {}) };
  });
  server.setRequestHandler(CompleteRequestSchema, async ({ params }) => {
    await sleep(0);
    const values = ['paris', 'park', 'party'].filter((word) => word.startsWith(params.argument.value));
    return { completion: { values, total: values.length, hasMore: false } };
  });
}
