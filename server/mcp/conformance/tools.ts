import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  type CallToolResult,
  CreateMessageResultSchema,
  type ElicitRequestFormParams,
  ElicitResultSchema,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import { png, wav } from './media.ts';
import { defaultsForm, enumsForm, richSchema, userForm } from './schemas.ts';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

interface ToolFixture {
  name: string;
  description: string;
  inputSchema: { type: 'object'; [key: string]: unknown };
  call(args: Record<string, string>, extra: Extra): Promise<CallToolResult>;
}

const stepMs = 50;
const reconnectionMs = 300;

/** The tools of the suite: each does one thing that a server may do during a call. */
export const tools: readonly ToolFixture[] = [
  fixture('test_simple_text', 'Answers with a text.', [], async () =>
    text('This is a simple text response for testing.'),
  ),
  fixture('test_image_content', 'Answers with an image.', [], async () => ({
    content: [{ type: 'image', data: png, mimeType: 'image/png' }],
  })),
  fixture('test_audio_content', 'Answers with a sound.', [], async () => ({
    content: [{ type: 'audio', data: wav, mimeType: 'audio/wav' }],
  })),
  fixture('test_embedded_resource', 'Answers with a resource.', [], async () => ({
    content: [resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  })),
  fixture('test_multiple_content_types', 'Answers with a text, an image and a resource.', [], async () => ({
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      { type: 'image', data: png, mimeType: 'image/png' },
      resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ],
  })),
  fixture('test_tool_with_logging', 'Logs while it works.', [], async (_args, extra) => {
    for (const line of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      const params = { level: 'info' as const, logger: 'conformance', data: line };
      await extra.sendNotification({ method: 'notifications/message', params });
      await sleep(stepMs);
    }
    return text('Logged three lines.');
  }),
  fixture('test_error_handling', 'Fails.', [], async () => ({
    isError: true,
    ...text('This tool intentionally returns an error for testing'),
  })),
  fixture('test_tool_with_progress', 'Tells its progress.', [], async (_args, extra) => {
    const progressToken = extra._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined) {
        const params = { progressToken, progress, total: 100 };
        await extra.sendNotification({ method: 'notifications/progress', params });
      }
      await sleep(stepMs);
    }
    return text('Told three steps.');
  }),
  fixture('test_sampling', 'Asks the client’s model.', ['prompt'], async ({ prompt = '' }, extra) => {
    const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: prompt } }];
    const params = { messages, maxTokens: 100 };
    const { content } = await extra.sendRequest(
      { method: 'sampling/createMessage', params },
      CreateMessageResultSchema,
    );
    return text(`LLM response: ${content.type === 'text' ? content.text : content.type}`);
  }),
  fixture('test_elicitation', 'Asks the person.', ['message'], async ({ message = '' }, extra) => {
    const { action, content } = await ask(extra, message, userForm);
    return text(`User response: action=${action}, content=${JSON.stringify(content ?? {})}`);
  }),
  fixture('test_elicitation_sep1034_defaults', 'Asks with defaults.', [], (_args, extra) =>
    completed(extra, 'Please review and update the form fields with defaults.', defaultsForm),
  ),
  fixture('test_elicitation_sep1330_enums', 'Asks with choices.', [], (_args, extra) =>
    completed(extra, 'Please select options from the enum fields.', enumsForm),
  ),
  fixture(
    'test_reconnection',
    'Lets go of its connection and answers who comes back.',
    [],
    async (_args, extra) => {
      await sleep(stepMs);
      extra.closeSSEStream?.();
      await sleep(reconnectionMs);
      return text('Reconnection test completed successfully.');
    },
  ),
  {
    ...fixture('json_schema_2020_12_tool', 'Tool with JSON Schema 2020-12 features', [], async () =>
      text('Accepted.'),
    ),
    inputSchema: richSchema,
  },
];

/** A tool whose arguments are required texts. */
function fixture(
  name: string,
  description: string,
  required: string[],
  call: ToolFixture['call'],
): ToolFixture {
  const properties = Object.fromEntries(required.map((key) => [key, { type: 'string' }]));
  return { name, description, inputSchema: { type: 'object', properties, required }, call };
}

function text(value: string): CallToolResult {
  return { content: [{ type: 'text', text: value }] };
}

function resource(uri: string, mimeType: string, value: string): CallToolResult['content'][number] {
  return { type: 'resource', resource: { uri, mimeType, text: value } };
}

type Form = ElicitRequestFormParams['requestedSchema'];

function ask(extra: Extra, message: string, requestedSchema: Form) {
  const params = { mode: 'form' as const, message, requestedSchema };
  return extra.sendRequest({ method: 'elicitation/create', params }, ElicitResultSchema);
}

async function completed(extra: Extra, message: string, form: Form): Promise<CallToolResult> {
  const { action, content } = await ask(extra, message, form);
  return text(`Elicitation completed: action=${action}, content=${JSON.stringify(content ?? {})}`);
}
