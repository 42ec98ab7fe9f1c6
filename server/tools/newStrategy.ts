import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { writablePath } from '../files.ts';
import { packageRoot } from '../paths.ts';
import { QuarterdeckError } from '../protocol/errors.ts';
import { defineTool } from './tool.ts';

/** What a new strategy can start from: our file, and the class in it that the new name replaces. */
const templates = {
  blank: { file: 'templates/blank.py', class: 'Blank' },
  buy_and_hold: { file: 'workspace/strategies/buy_and_hold.py', class: 'BuyAndHold' },
  trend: { file: 'workspace/strategies/trend.py', class: 'Trend' },
  mean_reversion: { file: 'workspace/strategies/mean_reversion.py', class: 'MeanReversion' },
} as const;
type Template = keyof typeof templates;

export const newStrategyTools = [
  defineTool({
    name: 'create_strategy',
    title: 'New NautilusTrader strategy',
    description:
      'Create a new NautilusTrader strategy file with its config class in the workspace, a skeleton to write on from a template: blank (subscribes to bars, trades nothing yet), buy_and_hold, trend (breakout with a trailing stop) or mean_reversion (Bollinger bands and RSI, bracket orders). Never overwrites a file.',
    toolset: 'strategies',
    policy: 'write',
    input: z.strictObject({
      name: z
        .string()
        .regex(/^[A-Z][A-Za-z0-9]{0,63}$/)
        .describe('Class name in PascalCase ASCII, at most 64 characters, for example "GapFade".'),
      template: z
        .enum(Object.keys(templates) as [Template, ...Template[]])
        .default('blank')
        .describe('blank, buy_and_hold, trend or mean_reversion.'),
      file: z
        .string()
        .optional()
        .describe('Path in the workspace ending in .py; default strategies/<name in snake_case>.py.'),
    }),
    output: z.strictObject({
      file: z.string(),
      source: z.string().describe('What check_strategy and run_backtest take as source.'),
      next_step: z.string(),
    }),
    async handler({ name, template, file }, context) {
      const relative = file ?? path.posix.join('strategies', `${snakeCase(name)}.py`);
      if (!relative.endsWith('.py')) throw notPython(relative);
      const target = writablePath(relative, 'file', context);
      await mkdir(path.dirname(target), { recursive: true });
      await write(target, relative, await render(template, name));
      const source = `${relative}:${name}`;
      return {
        file: target,
        source,
        next_step: `Write its rules, then call check_strategy with source "${source}", then run_backtest.`,
      };
    },
  }),
];

/** The template with its class, and whatever is named after it, under the new name. */
async function render(template: Template, name: string): Promise<string> {
  const { file, class: old } = templates[template];
  const text = await readFile(path.join(packageRoot, 'python', 'samples', file), 'utf8');
  return text.replace(new RegExp(`\\b${old}(?=(Config)?\\b)`, 'g'), name);
}

async function write(target: string, relative: string, text: string): Promise<void> {
  try {
    await writeFile(target, text, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    throw new QuarterdeckError(
      'FILE_EXISTS',
      `${relative} is there already.`,
      'Give another name or file; nothing is overwritten.',
      { path: 'file' },
    );
  }
}

function notPython(file: string): QuarterdeckError {
  return new QuarterdeckError(
    'INVALID_ARGUMENTS',
    `"${file}" is no Python file.`,
    'Give a path that ends in .py.',
    { path: 'file' },
  );
}

function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_').toLowerCase();
}
