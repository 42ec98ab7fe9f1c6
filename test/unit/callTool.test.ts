import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { CallContext } from '../../server/context.ts';
import { callTool, toErrorObject } from '../../server/mcp/callTool.ts';
import { ErrorObject, QuarterdeckError } from '../../server/protocol/errors.ts';
import { tools } from '../../server/tools/index.ts';

/** Arguments are refused before anything of the context is touched: a context that is touched fails the test. */
const untouchable = new Proxy({ session: { roots: [], readOnly: false } } as unknown as CallContext, {
  get(target, key) {
    if (key === 'session') return target.session;
    throw new Error(`The handler ran: it read context.${String(key)}.`);
  },
});

/** What a JSON parser makes of 1720108799123456789. */
const unsafe = Number('1720108799123456789');

const valid = {
  strategies: [{ source: 'a.py:A', config: {} }],
  venues: [{ name: 'SIM', oms_type: 'NETTING', account_type: 'CASH', starting_balances: ['1 USD'] }],
  data: [{ data_type: 'Bar', instrument_id: 'A.SIM' }],
};

describe('bad arguments', () => {
  it.each([
    ['an unknown tool', 'run_backtests', {}, 'UNKNOWN_TOOL', undefined, 'run_backtest'],
    ['a missing argument', 'run_backtest', {}, 'INVALID_ARGUMENTS', 'strategies', ''],
    [
      'a misspelt key',
      'run_backtest',
      { ...valid, strategys: [] },
      'INVALID_ARGUMENTS',
      'strategys',
      'strategies',
    ],
    [
      'a misspelt nested key',
      'run_backtest',
      { ...valid, venues: [{ ...valid.venues[0], oms_typ: 'X' }] },
      'INVALID_ARGUMENTS',
      'venues[0].oms_typ',
      'oms_type',
    ],
    [
      'a wrong enum',
      'run_backtest',
      { ...valid, venues: [{ ...valid.venues[0], oms_type: 'HEDGE' }] },
      'INVALID_ARGUMENTS',
      'venues[0].oms_type',
      '',
    ],
    ['an unsafe integer', 'run_backtest', { ...valid, start: unsafe }, 'UNSAFE_INTEGER', 'start', 'string'],
    [
      'an unsafe integer deep inside',
      'run_backtest',
      { ...valid, instruments: [{ ts_event: unsafe }] },
      'UNSAFE_INTEGER',
      'instruments[0].ts_event',
      'string',
    ],
    ['a wrong type', 'get_run', { run_id: 5 }, 'INVALID_ARGUMENTS', 'run_id', ''],
    ['a limit out of bounds', 'get_run', { run_id: 'x', limit: 0 }, 'INVALID_ARGUMENTS', 'limit', ''],
  ])('%s is refused with its place and advice', async (_what, tool, args, code, path, advice) => {
    const answer = await callTool(tool, args, untouchable);
    expect(answer).toMatchObject({ ok: false, error: { code, ...(path === undefined ? {} : { path }) } });
    if (!answer.ok) expect(answer.error.next_step).toContain(advice);
  });

  it('whatever the arguments are, they are refused before the handler sees them', async () => {
    const needy = ['run_backtest', 'import_data', 'check_strategy', 'get_run', 'cancel_run'];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...needy), fc.jsonValue(), async (name, args) => {
        const answer = await callTool(name, args, untouchable);
        expect(answer.ok ? 'accepted' : ErrorObject.parse(answer.error).code).toMatch(
          /INVALID_ARGUMENTS|UNSAFE_INTEGER/,
        );
      }),
      { numRuns: 300 },
    );
  });
});

it('a read-only session refuses every tool that is not a reading one', async () => {
  const context = new Proxy(untouchable, {
    get: (target, key) => (key === 'session' ? { roots: [], readOnly: true } : Reflect.get(target, key)),
  });
  for (const { name, policy, always } of tools) {
    if (policy === 'read' || always) continue;
    expect(await callTool(name, valid, context)).toMatchObject({ ok: false, error: { code: 'READ_ONLY' } });
  }
});

describe('toErrorObject', () => {
  it('never shows a stack', () => {
    const error = new Error('boom');
    expect(JSON.stringify(toErrorObject(error))).not.toContain('callTool.test');
    expect(toErrorObject(error)).toMatchObject({ type: 'system', code: 'INTERNAL' });
  });

  it('keeps what a typed error says', () => {
    const error = new QuarterdeckError('NO_DATA', 'Nothing there.', 'Import some.', { path: 'data[0]' });
    expect(toErrorObject(error)).toEqual({
      type: 'validation',
      code: 'NO_DATA',
      message: 'Nothing there.',
      path: 'data[0]',
      next_step: 'Import some.',
    });
    expect(QuarterdeckError.fromObject(error.toObject()).toObject()).toEqual(error.toObject());
  });
});

describe('the tool table', () => {
  it.each(tools.map((tool) => [tool.name, tool] as const))(
    '%s keeps the rules of the table',
    (name, tool) => {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(tool.title.length).toBeGreaterThan(3);
      for (const schema of [tool.inputSchema(), tool.outputSchema()]) {
        expect(schema.type).toBe('object');
        expect(JSON.stringify(schema)).not.toContain('draft-07');
        z.fromJSONSchema(schema);
      }
      expect(tool.inputSchema()).toMatchObject({ additionalProperties: false });
    },
  );

  it('has each name once', () => {
    expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
  });
});
