import { expect, it } from 'vitest';
import { marketOfRun, venueWords } from '../../webviews/strategies/market.ts';
import { exactTime } from '../../webviews/time.ts';

const request = {
  data: [
    { data_type: 'QuoteTick', instrument_id: 'EUR/USD.SIM' },
    { data_type: 'TradeTick', instrument_id: 'EUR/USD.SIM' },
    { file: 'data/ticks/btcusdt.csv' },
  ],
  venues: [
    {
      name: 'SIM',
      account_type: 'MARGIN',
      oms_type: 'NETTING',
      starting_balances: ['1000000.50 USD', '1_000 EUR'],
    },
  ],
};

it('names what a run was on once each, instruments in full and files by their name', () => {
  expect(marketOfRun('bt-1', request, 'default').title).toBe('EUR/USD.SIM, btcusdt.csv');
});

it('writes balances as they were given, grouped', () => {
  expect(venueWords(marketOfRun('bt-1', request, 'default'))).toBe(
    'SIM · MARGIN · NETTING · 1,000,000.50 USD · 1,000 EUR',
  );
});

it('writes a time with every nanosecond', () => {
  expect(exactTime('1795741490538145561')).toBe('2026-11-27T01:04:50.538145561Z');
});
