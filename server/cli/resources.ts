import { resources as table } from '../resources/index.ts';
import type { Command } from './command.ts';
import { printJson } from './output.ts';

export const resources: Command = {
  name: 'resources',
  usage: 'resources [--json]',
  summary: 'list the resources and their templates',
  options: { json: { type: 'boolean' } },
  async run({ options }) {
    const rows = table.map(({ uriTemplate, title, description }) => ({ uriTemplate, title, description }));
    if (options.json) printJson(rows);
    else for (const { uriTemplate, description } of rows) console.log(`${uriTemplate}\n    ${description}`);
    return 0;
  },
};
