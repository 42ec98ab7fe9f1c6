import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { packageRoot } from '../../server/paths.ts';
import { QuarterdeckError } from '../../server/protocol/errors.ts';
import { parseSettings } from '../../server/settings.ts';

const sample = path.join(packageRoot, 'python', 'samples', 'workspace', 'quarterdeck.json');

function mistake(text: string): QuarterdeckError {
  try {
    parseSettings(text, 'quarterdeck.json');
  } catch (error) {
    if (error instanceof QuarterdeckError) return error;
  }
  throw new Error('expected a QuarterdeckError');
}

describe('quarterdeck.json', () => {
  it('may be empty, begin with a byte order mark, and name trading nodes', () => {
    expect(parseSettings('\uFEFF{}', 'f')).toEqual({ catalogs: {}, profiles: {}, defaults: {} });
    const profiles = { paper: { trader_id: 'DESK-001' } };
    expect(parseSettings(JSON.stringify({ profiles }), 'f').profiles).toMatchObject(profiles);
  });

  it('of the samples is valid', () => {
    const { defaults } = parseSettings(readFileSync(sample, 'utf8'), sample);
    expect(defaults.backtest?.data).toHaveLength(1);
  });

  it.each([
    ['{"catalog": {}}', '#/catalog', 'unknown setting "catalog"', 'Did you mean "catalogs"?'],
    ['{"catalogs": {"a": 3}}', '#/catalogs/a', '"catalogs.a": Invalid input: expected string', 'Correct'],
    ['{"catalogs": {"a/b": "x"}}', '#/catalogs/a~1b', 'is no name', 'Correct'],
    [
      '{"defaults": {"backtest": {"data": [{"fil": "x"}]}}}',
      '#/defaults/backtest/data/0/fil',
      'unknown setting "defaults.backtest.data.0.fil"',
      'Leave it out',
    ],
    ['{"python": "x",}', '', 'is not valid JSON', 'Correct'],
  ])('%s is a mistake with its place', (text, fragment, message, advice) => {
    const error = mistake(text);
    expect(error.toObject()).toMatchObject({
      code: 'INVALID_CONFIG',
      path: `quarterdeck.json${fragment}`,
      message: expect.stringContaining(message),
      next_step: expect.stringContaining(advice),
    });
  });

  it('has a schema that editors are told of', () => {
    const Manifest = z.object({
      contributes: z.object({
        jsonValidation: z.array(z.object({ fileMatch: z.string(), url: z.string() })),
      }),
    });
    const manifest = Manifest.parse(JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')));
    const [entry] = manifest.contributes.jsonValidation;
    expect(entry?.fileMatch).toBe('quarterdeck.json');
    const file = path.join(packageRoot, entry?.url ?? '');
    expect(existsSync(file)).toBe(true);
    const { properties } = z
      .object({ properties: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(readFileSync(file, 'utf8')));
    expect(Object.keys(properties)).toEqual(['$schema', 'python', 'catalogs', 'profiles', 'defaults']);
  });
});
