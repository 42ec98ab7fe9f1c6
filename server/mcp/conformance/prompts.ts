import type { PromptArgument, PromptMessage } from '@modelcontextprotocol/sdk/types.js';
import { png } from './media.ts';

interface PromptFixture {
  name: string;
  description: string;
  arguments?: PromptArgument[];
  messages(args: Record<string, string>): PromptMessage[];
}

/** The prompts of the suite. */
export const prompts: readonly PromptFixture[] = [
  {
    name: 'test_simple_prompt',
    description: 'A prompt without arguments.',
    messages: () => [says('This is a simple prompt for testing.')],
  },
  {
    name: 'test_prompt_with_arguments',
    description: 'A prompt with two arguments.',
    arguments: [
      { name: 'arg1', description: 'The first.', required: true },
      { name: 'arg2', description: 'The second.', required: true },
    ],
    messages: ({ arg1, arg2 }) => [says(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)],
  },
  {
    name: 'test_prompt_with_embedded_resource',
    description: 'A prompt with a resource in it.',
    arguments: [{ name: 'resourceUri', description: 'The resource to embed.', required: true }],
    messages: ({ resourceUri = '' }) => [
      {
        role: 'user',
        content: {
          type: 'resource',
          resource: {
            uri: resourceUri,
            mimeType: 'text/plain',
            text: 'Embedded resource content for testing.',
          },
        },
      },
      says('Please process the embedded resource above.'),
    ],
  },
  {
    name: 'test_prompt_with_image',
    description: 'A prompt with an image in it.',
    messages: () => [
      { role: 'user', content: { type: 'image', data: png, mimeType: 'image/png' } },
      says('Please analyze the image above.'),
    ],
  },
];

function says(text: string): PromptMessage {
  return { role: 'user', content: { type: 'text', text } };
}
