import { tools as table } from '../tools/index.ts';
import type { Command } from './command.ts';
import { printJson } from './output.ts';

export const tools: Command = {
  name: 'tools',
  usage: 'tools [--json]',
  summary: 'list the tools',
  options: { json: { type: 'boolean' } },
  async run({ options }) {
    if (options.json) {
      printJson(
        table.map((tool) => {
          const { name, title, description, toolset, policy } = tool;
          return {
            name,
            title,
            description,
            toolset,
            policy,
            inputSchema: tool.inputSchema(),
            outputSchema: tool.outputSchema(),
          };
        }),
      );
      return 0;
    }
    const width = Math.max(...table.map(({ name }) => name.length));
    for (const { name, description, policy } of table) {
      const firstSentence = description.split(/(?<=[.:]) /)[0] ?? '';
      console.log(`${name.padEnd(width)}  ${policy.padEnd(5)}  ${firstSentence}`);
    }
    return 0;
  },
};
