import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestClient, TestWorkspace } from './support/workspace.ts';

const config = { instrument_id: 'EUR/USD.SIM', bar_type: 'EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL' };

let workspace: TestWorkspace;
let client: TestClient;
beforeAll(async () => {
  workspace = new TestWorkspace();
  client = await workspace.connect();
});
afterAll(() => workspace.close());

describe('create_strategy', () => {
  it.each([
    ['blank', 'HTTPGapFade', 'http_gap_fade'],
    ['buy_and_hold', 'Held2024', 'held2024'],
    ['trend', 'DayTrend', 'day_trend'],
    ['mean_reversion', 'Fade', 'fade'],
  ])('makes a strategy from the template %s that passes its check', async (template, name, file) => {
    const created = await client.call('create_strategy', { name, template });
    expect(created.source).toBe(`strategies/${file}.py:${name}`);
    const checked = await client.call('check_strategy', { source: created.source, config });
    expect(checked).toMatchObject({ problems: [], warnings: [] });
    const text = readFileSync(String(created.file), 'utf8');
    expect(text).toContain(`class ${name}Config(StrategyConfig, frozen=True)`);
    expect(text).toContain(`class ${name}(Strategy)`);
  });

  it('overwrites nothing', async () => {
    workspace.write('desk/mine.py', 'precious = True\n');
    const error = await client.error('create_strategy', { name: 'Mine', file: 'desk/mine.py' });
    expect(error).toMatchObject({ code: 'FILE_EXISTS', path: 'file' });
    expect(readFileSync(path.join(workspace.root, 'desk/mine.py'), 'utf8')).toBe('precious = True\n');
  });

  it.each([
    [{ name: 'gap fade' }, 'INVALID_ARGUMENTS', 'name'],
    [{ name: 'Gap', file: '../gap.py' }, 'PATH_OUTSIDE_WORKSPACE', 'file'],
    [{ name: 'Gap', file: 'gap.txt' }, 'INVALID_ARGUMENTS', 'file'],
    [{ name: 'Gap', file: '.quarterdeck/gap.py' }, 'PATH_OUTSIDE_WORKSPACE', 'file'],
  ])('refuses %j', async (args, code, where) => {
    expect(await client.error('create_strategy', args)).toMatchObject({ code, path: where });
  });
});
