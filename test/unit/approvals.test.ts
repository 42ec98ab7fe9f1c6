import { statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ElicitRequestParams, ElicitResult } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { answerApproval } from '../../extension/approval.ts';
import { hashOf } from '../../server/approvals/question.ts';
import { ApprovalQuestion, approvalKey } from '../../server/protocol/approval.ts';
import { t } from '../../webviews/strings.ts';
import { type Answering, Desk, operatorSecret, spend } from './support/people.ts';

let desk: Desk;
afterEach(() => desk.close());

/** The editor's own code, with a person who clicks the button or does not. */
const editor =
  (click: boolean, seen: string[] = []): Answering =>
  (params) =>
    answerApproval(
      params,
      async (title, detail, button) => {
        seen.push(title, detail);
        return click ? button : undefined;
      },
      t,
    );

const ticks = (): ElicitResult => ({ action: 'accept', content: { confirm: true } });
const never: Answering = (_params, signal) =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve({ action: 'cancel' })));

function questionOf({ _meta }: ElicitRequestParams) {
  return ApprovalQuestion.parse(_meta?.[approvalKey]);
}

describe('with the editor attached', () => {
  it('a click in the editor lets exactly this call through, whoever made it', async () => {
    desk = new Desk();
    const seen: string[] = [];
    await desk.operator(editor(true, seen));
    const caller = await desk.client();
    expect(await spend(caller, '5 USD')).toEqual({ spent: '5 USD', asked: 'operator' });
    expect(seen).toEqual([
      'Real money: Spend 5 USD',
      expect.stringMatching(/^Amount: 5 USD\nA yes counts until \d\d:\d\d:\d\d UTC\.$/),
    ]);
    expect(desk.spent).toEqual([{ amount: '5 USD', real: true }]);
    expect(desk.log).toEqual(['operator_accepted', 'asked', 'approved']);
    expect(desk.entries.at(-1)).toMatchObject({
      caller: { client: { name: 'someone' } },
      asked: 'operator',
      tool: 'spend',
      arguments_hash: hashOf('spend', { real: true, amount: '5 USD' }),
    });
  });

  it('what moves no real money is not asked about', async () => {
    desk = new Desk();
    const caller = await desk.client();
    const result = await caller.callTool({ name: 'spend', arguments: { amount: '5 USD', real: false } });
    expect(result.structuredContent).toEqual({ spent: '5 USD' });
  });

  it.each([
    ['a person who declines', editor(false), 'APPROVAL_DECLINED', 'declined'],
    ['an editor that cannot ask', undefined, 'APPROVAL_UNAVAILABLE', 'unavailable'],
    ['an answer that names no question', ticks, 'APPROVAL_INVALID', 'invalid_answer'],
    [
      'an answer to another question',
      (params) => ({
        action: 'accept',
        content: { confirm: true, id: questionOf(params).id, hash: 'f'.repeat(64) },
      }),
      'APPROVAL_INVALID',
      'invalid_answer',
    ],
    [
      'an answer without the tick',
      () => ({ action: 'accept', content: {} }),
      'APPROVAL_INVALID',
      'invalid_answer',
    ],
    [
      'an editor that fails',
      () => {
        throw new Error('boom');
      },
      'APPROVAL_UNAVAILABLE',
      'unavailable',
    ],
  ] satisfies [string, Answering | undefined, string, string][])(
    '%s is a no',
    async (_who, answering, code, outcome) => {
      desk = new Desk();
      await desk.operator(answering);
      // The caller would say yes to anything: it is not asked.
      expect(await spend(await desk.client(ticks))).toBe(code);
      expect(desk.spent).toEqual([]);
      expect(desk.log.at(-1)).toBe(outcome);
    },
  );

  it('an old yes is worth nothing for the next call, nor for other arguments', async () => {
    desk = new Desk();
    let kept: ElicitResult | undefined;
    await desk.operator((params) => {
      const { id, hash } = questionOf(params);
      kept ??= { action: 'accept', content: { confirm: true, id, hash } };
      return kept;
    });
    const caller = await desk.client();
    expect(await spend(caller, '5 USD')).toMatchObject({ spent: '5 USD' });
    expect(await spend(caller, '5 USD')).toBe('APPROVAL_INVALID');
    expect(await spend(caller, '5000 USD')).toBe('APPROVAL_INVALID');
    expect(desk.spent).toHaveLength(1);
  });

  it('silence is a no, and so is a click that comes too late', async () => {
    desk = new Desk({ patienceMs: 50 });
    await desk.operator(never);
    const caller = await desk.client();
    expect(await spend(caller)).toBe('APPROVAL_TIMEOUT');
    expect(desk.log.at(-1)).toBe('timeout');
    const late: Answering = async (params) => {
      await sleep(60);
      return answerApproval(params, async (_title, _detail, button) => button, t);
    };
    await desk.close();
    desk = new Desk({ patienceMs: 50 });
    await desk.operator(late);
    expect(await spend(await desk.client())).toBe('APPROVAL_TIMEOUT');
    await sleep(50);
    expect(desk.spent).toEqual([]);
  });

  it('a question waits a minute at most, whatever was set', async () => {
    desk = new Desk({ patienceMs: 3_600_000 });
    let expires = '';
    await desk.operator((params) => {
      expires = questionOf(params).expires;
      return { action: 'decline' };
    });
    const before = Date.now();
    await spend(await desk.client());
    expect(Date.parse(expires)).toBeLessThanOrEqual(Date.now() + 60_000);
    expect(Date.parse(expires)).toBeGreaterThan(before);
  });

  it('a call that is cancelled is not done when the click comes', async () => {
    desk = new Desk();
    const abort = new AbortController();
    let click = (_result: ElicitResult) => {};
    await desk.operator((params) => {
      abort.abort();
      const { id, hash } = questionOf(params);
      return new Promise((resolve) => {
        click = () => resolve({ action: 'accept', content: { confirm: true, id, hash } });
      });
    });
    await expect(spend(await desk.client(), '5 USD', abort.signal)).rejects.toThrow();
    click({ action: 'accept' });
    await expect.poll(() => desk.log.at(-1)).toBe('cancelled');
    expect(desk.spent).toEqual([]);
  });

  it('an editor that went away leaves nobody to ask: the caller cannot stand in', async () => {
    desk = new Desk();
    const gone = await desk.operator(editor(true));
    await gone.close();
    expect(await spend(await desk.client(ticks))).toBe('LIVE_NOT_ARMED');
    await desk.operator(undefined);
    expect(await spend(await desk.client(ticks))).toBe('APPROVAL_UNAVAILABLE');
    expect(desk.spent).toEqual([]);
  });

  it('nothing is asked while real money is not armed', async () => {
    desk = new Desk({ live: true });
    const seen: string[] = [];
    await desk.operator(editor(true, seen), false);
    expect(await spend(await desk.client(ticks))).toBe('LIVE_NOT_ARMED');
    expect(seen).toEqual([]);
    expect(desk.log.at(-1)).toBe('not_armed');
  });

  it('a client that poses as the editor is refused, and still asks the real one', async () => {
    desk = new Desk();
    await desk.operator(editor(false));
    await expect(desk.operator(editor(true), true, 'x'.repeat(43))).rejects.toMatchObject({
      data: { code: 'OPERATOR_REFUSED' },
    });
    expect(desk.log.at(-1)).toBe('operator_refused');
    expect(await spend(await desk.client(ticks))).toBe('APPROVAL_DECLINED');
  });

  it('before an editor was appointed nobody can claim to be it', async () => {
    desk = new Desk({ live: true });
    const poser = await desk.client(editor(true));
    const claim = { method: 'quarterdeck/operator', params: { secret: operatorSecret, armed: true } };
    await expect(poser.request(claim, z.object({}))).rejects.toMatchObject({
      data: { code: 'OPERATOR_REFUSED' },
    });
  });
});

describe('without an editor', () => {
  it('the caller’s person is asked, where the server was started for it', async () => {
    desk = new Desk({ live: true });
    expect(await spend(await desk.client(ticks))).toEqual({ spent: '5 USD', asked: 'caller' });
  });

  it.each([
    ['not started for it', false, ticks, 'LIVE_NOT_ARMED'],
    ['no way to ask', true, undefined, 'APPROVAL_UNAVAILABLE'],
    ['a decline', true, () => ({ action: 'decline' }), 'APPROVAL_DECLINED'],
    ['a form without the tick', true, () => ({ action: 'accept', content: {} }), 'APPROVAL_DECLINED'],
    [
      'a tick that is off',
      true,
      () => ({ action: 'accept', content: { confirm: false } }),
      'APPROVAL_DECLINED',
    ],
  ] satisfies [string, boolean, Answering | undefined, string][])(
    '%s is a no',
    async (_what, live, answering, code) => {
      desk = new Desk({ live });
      expect(await spend(await desk.client(answering))).toBe(code);
      expect(desk.spent).toEqual([]);
    },
  );

  it('what cannot be written down is not done', async () => {
    desk = new Desk({ live: true, logFile: '/dev/null/approvals.jsonl' });
    expect(await spend(await desk.client(ticks))).toBe('APPROVAL_UNAVAILABLE');
    expect(desk.spent).toEqual([]);
  });

  it('the log is the user’s alone', async () => {
    desk = new Desk({ live: true });
    await spend(await desk.client(ticks));
    expect(statSync(path.join(desk.folder, 'approvals.jsonl')).mode & 0o777).toBe(0o600);
  });
});

describe('credentials', () => {
  it('are kept in memory, by names that cannot change what a process runs', () => {
    desk = new Desk();
    const { credentials } = desk.approvals;
    credentials.set({ BINANCE_API_KEY: 'a', BINANCE_API_SECRET: 'b' });
    credentials.set({ BINANCE_API_KEY: null });
    expect(credentials.names).toEqual(['BINANCE_API_SECRET']);
    expect(credentials.environment()).toEqual({ BINANCE_API_SECRET: 'b' });
    for (const name of ['LD_PRELOAD', 'PYTHONPATH', 'PATH', 'NODE_OPTIONS', 'QUARTERDECK_LIVE', 'a=b', 'x']) {
      expect(() => credentials.set({ OTHER: 'c', [name]: 'd' })).toThrow(/credential is named/);
    }
    expect(() => credentials.set({ KEY: 'a\nb' })).toThrow(/line ends/);
    expect(credentials.names).toEqual(['BINANCE_API_SECRET']);
  });
});

it('the hash of a call depends on its values and not on the order of its keys', () => {
  desk = new Desk();
  expect(hashOf('t', { a: 1, b: [{ c: '2', d: null }] })).toBe(
    hashOf('t', { b: [{ d: null, c: '2' }], a: 1 }),
  );
  const others = [
    ['u', { a: 1 }],
    ['t', { a: '1' }],
    ['t', { a: [1] }],
    ['t', {}],
    ['t', { a: 1, b: null }],
  ] as const;
  for (const [tool, args] of others) expect(hashOf(tool, args)).not.toBe(hashOf('t', { a: 1 }));
});
