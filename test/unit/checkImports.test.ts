import { describe, expect, it } from 'vitest';
import { importProblems, parseImports } from '../../scripts/checkImports.mjs';

/** A tree of one file that imports one thing. */
function problems(path: string, text: string, others: { path: string; text: string }[] = []): string[] {
  return importProblems([{ path, text }, ...others]);
}

describe('imports point one way', () => {
  it.each([
    ['server/tools/data.ts', `import { DataItem } from '../protocol/data.ts';`],
    ['server/mcp/session.ts', `import { tools } from '../tools/index.ts';`],
    ['server/mcp/session.ts', `import { Server } from '@modelcontextprotocol/sdk/server/index.js';`],
    ['server/main.ts', `import packageJson from '../package.json';`],
    ['server/protocol/data.ts', `import * as z from 'zod';`],
    ['extension/runs.ts', `import { RunRecord } from '../server/protocol/run.ts';`],
    ['extension/main.ts', `import { window } from 'vscode';`],
    ['extension/tools.ts', `import type { tools } from '../server/tools/index.ts';`],
    ['webviews/report/main.ts', `import type { Tool } from '../../server/tools/tool.ts';`],
    ['test/unit/files.test.ts', `import { main } from '../../server/main.ts';\nimport 'vscode';`],
    ['python/quarterdeck/nautilus/convert.py', 'from nautilus_trader.model.objects import Money'],
    ['python/samples/workspace/trend.py', 'import nautilus_trader'],
  ])('%s may say %s', (path, text) => {
    expect(problems(path, text)).toEqual([]);
  });

  it.each([
    ['server/protocol/data.ts', `import { home } from '../paths.ts';`, 'stands below'],
    ['server/protocol/data.ts', `import path from 'node:path';`, 'only zod'],
    ['server/tools/data.ts', `import { callTool } from '../mcp/callTool.ts';`, 'stands below mcp'],
    ['server/engine/pool.ts', `import { find } from '../environment/environment.ts';`, 'or beside it'],
    ['server/tools/data.ts', `const x = await import('../cli/call.ts');`, 'stands below cli'],
    ['server/tools/data.ts', `import type { App } from '../../extension/app.ts';`, 'may import only server'],
    ['server/tools/data.ts', `export * from '../../test/server/data.ts';`, 'may import only server'],
    [
      'server/runs/store.ts',
      `import { Client } from '@modelcontextprotocol/sdk/client';`,
      'only server/mcp/',
    ],
    ['server/paths.ts', `import { workspace } from 'vscode';`, 'only extension/'],
    ['server/plans/plan.ts', `import { home } from '../paths.ts';`, 'no known part'],
    ['extension/main.ts', `import { tools } from '../server/tools/index.ts';`, 'only by "import type"'],
    ['extension/main.ts', `import { type Tool } from '../server/tools/tool.ts';`, 'only by "import type"'],
    ['webviews/report/main.ts', `import { App } from '../../extension/app.ts';`, 'may import only webviews'],
    ['python/quarterdeck/handlers.py', 'def f():\n    import nautilus_trader.backtest', 'nautilus_trader'],
  ])('%s may not say %s', (path, text, why) => {
    const found = problems(path, text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(why);
  });

  it('keeps tool files from knowing one another, helpers apart', () => {
    const index = {
      path: 'server/tools/index.ts',
      text: `import { data } from './data.ts';\nimport { runs } from './runs.ts';\nimport type { Tool } from './tool.ts';`,
    };
    expect(problems('server/tools/runs.ts', `import { defineTool } from './tool.ts';`, [index])).toEqual([]);
    expect(problems('server/tools/runs.ts', `import { data } from './data.ts';`, [index])).toEqual([
      'server/tools/runs.ts:1 imports server/tools/data.ts: tool files do not know one another; share a helper instead.',
    ]);
  });
});

it('what the editor waits for loads no package, unless on demand or for its types', () => {
  const main = {
    path: 'extension/main.ts',
    text: `import { begin } from './begin.ts';\nconst rest = () => import('./rest.ts');`,
  };
  const zod = `import * as z from 'zod';`;
  expect(problems('extension/begin.ts', zod, [main])[0]).toContain('the editor waits');
  expect(problems('extension/rest.ts', zod, [main])).toEqual([]);
  expect(problems('extension/begin.ts', `import type * as z from 'zod';`, [main])).toEqual([]);
  expect(problems('extension/begin.ts', `import fs from 'node:fs';`, [main])).toEqual([]);
});

it('finds every form of import, where it is, and what is only a type', () => {
  const text = [
    `import fs from 'node:fs';`,
    `import {`,
    `  one,`,
    `  two,`,
    `} from "./many.ts";`,
    `import './effect.css';`,
    `export type { Three } from './types.ts';`,
    `const late = () => import('./late.ts');`,
    `type Four = typeof import('./four.ts');`,
    `// import { no } from './comment.ts';`,
    `export const from = 'not an import';`,
  ].join('\n');
  expect(parseImports(text).map(({ specifier, typeOnly, line }) => [specifier, typeOnly, line])).toEqual([
    ['node:fs', false, 1],
    ['./many.ts', false, 2],
    ['./effect.css', false, 6],
    ['./types.ts', true, 7],
    ['./late.ts', false, 8],
    ['./four.ts', true, 9],
  ]);
});
