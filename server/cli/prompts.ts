import { prompts as table } from '../prompts/index.ts';
import type { Command } from './command.ts';
import { printJson } from './output.ts';

export const prompts: Command = {
  name: 'prompts',
  usage: 'prompts [--json]',
  summary: 'list the prompts',
  options: { json: { type: 'boolean' } },
  async run({ options }) {
    const rows = table.map(({ name, title, description, arguments: args }) => ({
      ...{ name, title, description },
      arguments: args.map(({ complete: _, ...argument }) => argument),
    }));
    if (options.json) printJson(rows);
    else {
      const width = Math.max(...rows.map(({ name }) => name.length));
      for (const { name, description } of rows) console.log(`${name.padEnd(width)}  ${description}`);
    }
    return 0;
  },
};
