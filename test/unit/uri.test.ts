import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchTemplate } from '../../server/resources/resource.ts';
import { countFrom, parseUri } from '../../server/resources/uri.ts';

describe('nautilus:// addresses', () => {
  it('gives back any id that was percent-encoded into it', () => {
    const id = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(id, (text) => {
        const { segments } = parseUri(`nautilus://runs/${encodeURIComponent(text)}/orders`);
        expect(matchTemplate('nautilus://runs/{id}/orders{?after,limit}', segments)).toEqual({ id: text });
      }),
    );
  });

  it('takes the query in any order, or none', () => {
    expect(Object.fromEntries(parseUri('nautilus://runs/x/orders?limit=5&after=2').query)).toEqual({
      after: '2',
      limit: '5',
    });
    expect(parseUri('nautilus://runs/x/orders').query.size).toBe(0);
  });

  it('answers nonsense with an error that has a code, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseUri(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'UNKNOWN_RESOURCE' });
        }
      }),
    );
    expect(() => parseUri('nautilus://runs/%E0%A4%A')).toThrow('There is no resource');
    expect(() => parseUri('http://runs')).toThrow('There is no resource');
  });

  it('does not take a longer or shorter path for another', () => {
    expect(matchTemplate('nautilus://runs/{id}', ['runs'])).toBeUndefined();
    expect(matchTemplate('nautilus://runs/{id}', ['runs', 'a', 'orders'])).toBeUndefined();
    expect(matchTemplate('nautilus://runs/{id}/orders', ['runs', 'a', 'fills'])).toBeUndefined();
  });

  it.each(['-1', '1.5', 'x', '', '11'])('refuses limit=%s', (text) => {
    expect(() => countFrom(new URLSearchParams({ limit: text }), 'limit', { min: 1, max: 10 })).toThrow(
      'between 1 and 10',
    );
  });
});
