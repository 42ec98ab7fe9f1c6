import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../server/paths.ts';
import { prompts } from '../../server/prompts/index.ts';
import { renamedTools, tools } from '../../server/tools/index.ts';
import { listedSchema } from '../../server/tools/listing.ts';
import { forbidden, isListed, parseSelection } from '../../server/tools/selection.ts';
import { Bm25 } from './support/bm25.ts';
import { tasks } from './support/tasks.ts';

const names = new Set(tools.map(({ name }) => name));
const usual = tools.filter((tool) => isListed(tool, { readOnly: false }, false));

/** What a model reads of a tool. Four characters a token, the usual rule for English and JSON. */
function tokens(tool: (typeof tools)[number]): number {
  return (tool.name.length + tool.description.length + JSON.stringify(listedSchema(tool)).length) / 4;
}

describe('the list of tools', () => {
  it('is lean for who named no toolsets: at most 24 tools and 6,000 tokens', () => {
    const total = usual.reduce((sum, tool) => sum + tokens(tool), 0);
    console.log(`default list: ${usual.length} tools, ${Math.round(total)} tokens`);
    expect(usual.length).toBeLessThanOrEqual(24);
    expect(total).toBeLessThanOrEqual(6000);
  });

  it('stays below what hosts refuse even with everything in it', () => {
    expect(tools.length).toBeLessThanOrEqual(128);
  });

  it.each(tools.map((tool) => [tool.name, tool] as const))(
    '%s is listed with a schema that stands alone',
    (_name, tool) => {
      const listed = listedSchema(tool);
      const full = tool.inputSchema();
      expect(Object.keys(Object(listed.properties))).toEqual(Object.keys(Object(full.properties)));
      expect(listed.required).toEqual(full.required);
      expect(listed).toMatchObject({ type: 'object', additionalProperties: false });
      const text = JSON.stringify(listed);
      for (const [, name = ''] of text.matchAll(/"#\/\$defs\/([^"]+)"/g)) {
        expect(Object.keys(Object(listed.$defs))).toContain(name);
      }
      expect(text.length).toBeLessThanOrEqual(JSON.stringify(full).length + 200);
    },
  );

  it.each(tools.map((tool) => [tool.name, tool] as const))(
    '%s says of each array that it has items: VS Code refuses one that does not',
    (_name, tool) => {
      const arrays: object[] = [];
      JSON.stringify(listedSchema(tool), (_key, value) => {
        if (value?.type === 'array') arrays.push(value);
        return value;
      });
      for (const array of arrays) expect(array).toHaveProperty('items');
    },
  );

  it.each(tools.map((tool) => [tool.name, tool] as const))(
    '%s begins with words of its domain',
    (_name, { description }) => {
      const [sentence = ''] = description.split(/(?<=[.:])\s/);
      expect(sentence).toMatch(
        /NautilusTrader|backtest|strateg|trading node|market data|instrument|order|position|account|venue|risk|catalog/i,
      );
      expect(description.length).toBeLessThanOrEqual(1024);
    },
  );
});

describe('switches of a session', () => {
  const readOnly = tools.filter((tool) => isListed(tool, { readOnly: true }, true));

  it('read-only goes before every other', () => {
    expect(readOnly.every(({ policy, always }) => policy === 'read' || always)).toBe(true);
    const selection = parseSelection('all', undefined, tools);
    if (!selection) throw new Error('There is no selection.');
    for (const tool of tools) {
      const refusal = forbidden(tool, { readOnly: true, selection });
      expect(refusal?.code).toBe(tool.policy === 'read' || tool.always ? undefined : 'READ_ONLY');
    }
  });

  it('trading tools appear while a node runs, and are accepted at any time', () => {
    const running = tools.filter((tool) => isListed(tool, { readOnly: false }, true)).map(({ name }) => name);
    expect(running).toContain('submit_order');
    expect(usual.map(({ name }) => name)).not.toContain('submit_order');
    expect(usual.map(({ name }) => name)).toContain('initialize_trading_node');
    for (const tool of tools) expect(forbidden(tool, { readOnly: false })).toBeUndefined();
  });

  it('named toolsets are listed and allowed, others neither; an exclusion holds against them', () => {
    const selection = parseSelection('data, backtest', 'delete_runs', tools);
    if (!selection) throw new Error('There is no selection.');
    const switches = { readOnly: false, selection };
    const listed = tools.filter((tool) => isListed(tool, switches, true));
    expect(new Set(listed.filter(({ always }) => !always).map(({ toolset }) => toolset))).toEqual(
      new Set(['data', 'backtest']),
    );
    expect(listed.map(({ name }) => name)).toContain('annotate_run');
    for (const tool of tools) {
      expect(forbidden(tool, switches)?.code).toBe(listed.includes(tool) ? undefined : 'TOOL_EXCLUDED');
    }
  });

  it('misspelt names are refused with a suggestion', () => {
    expect(() => parseSelection('dat', undefined, tools)).toThrow('There is no toolset "dat"');
    expect(() => parseSelection(undefined, 'run_backtests', tools)).toThrow(
      'There is no tool "run_backtests"',
    );
    expect(parseSelection('default', '', tools)).toBeUndefined();
  });
});

describe('names', () => {
  it('that were published once go on working', () => {
    const published = readdirSync(path.join(packageRoot, 'test', 'surface', 'tools'));
    expect(published.length).toBeGreaterThan(30);
    for (const file of published) {
      const name = path.basename(file, '.json');
      expect(names.has(renamedTools[name] ?? name), `${name} needs an alias in server/tools/index.ts`).toBe(
        true,
      );
    }
  });

  it('are those the frozen files have', () => {
    for (const { name, description } of tools) {
      const frozen = JSON.parse(
        readFileSync(path.join(packageRoot, 'test', 'surface', 'tools', `${name}.json`), 'utf8'),
      );
      expect(frozen.description).toBe(description);
    }
  });
});

describe('finding the right tool', () => {
  const ranking = new Bm25(
    tools.map(({ name, title, description }) => ({ name, text: `${name} ${name} ${title} ${description}` })),
  );

  it('by its name, title and description works for nine sentences of ten', () => {
    const asked = tasks.filter(([, tool]) => names.has(tool));
    const ranks = asked.map(([sentence, tool]) => ({ sentence, tool, ranked: ranking.rank(sentence) }));
    const first = ranks.filter(({ tool, ranked }) => ranked[0] === tool);
    const third = ranks.filter(({ tool, ranked }) => ranked.slice(0, 3).includes(tool));
    const share = (part: unknown[]) => `${((100 * part.length) / asked.length).toFixed(0)} %`;
    console.log(
      `BM25 over names, titles and descriptions, ${asked.length} sentences: first ${share(first)}, among three ${share(third)}`,
    );
    for (const { sentence, tool, ranked } of ranks) {
      if (ranked[0] !== tool) console.log(`  "${sentence}": ${ranked.slice(0, 3).join(', ')}, not ${tool}`);
    }
    expect(asked.length).toBeGreaterThanOrEqual(60);
    expect(first.length / asked.length).toBeGreaterThanOrEqual(0.9);
    expect(third.length / asked.length).toBeGreaterThanOrEqual(0.95);
  });

  it('has a sentence for each tool', () => {
    const covered = new Set(tasks.map(([, tool]) => tool));
    const without = [...names].filter((name) => !covered.has(name));
    console.log(`tools without a task sentence: ${without.join(', ') || 'none'}`);
    expect(without.length).toBeLessThan(tools.length / 3);
  });
});

it('prompts name only tools there are', () => {
  const sources = readdirSync(path.join(packageRoot, 'server', 'prompts')).map((file) =>
    readFileSync(path.join(packageRoot, 'server', 'prompts', file), 'utf8'),
  );
  const named = sources.join('\n').matchAll(/\\`([a-z]+(?:_[a-z]+)+)\\`/g);
  const unknown = [...named].map(([, name = '']) => name).filter((name) => !names.has(name));
  expect([...new Set(unknown)]).toEqual([]);
  expect(prompts.length).toBeGreaterThanOrEqual(9);
});
