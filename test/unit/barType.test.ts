import { describe, expect, it } from 'vitest';
import { instrumentOfBarType } from '../../server/resources/barType.ts';

describe('the instrument of a bar type', () => {
  it.each([
    ['EUR/USD.SIM-1-MINUTE-BID-EXTERNAL', 'EUR/USD.SIM'],
    ['1-166564490-237491-None.BETFAIR-5-SECOND-LAST-INTERNAL', '1-166564490-237491-None.BETFAIR'],
    ['BTCUSDT-PERP.BINANCE-100-TICK-LAST-INTERNAL', 'BTCUSDT-PERP.BINANCE'],
    ['AAPL.XNAS-5-MINUTE-LAST-INTERNAL@1-MINUTE-EXTERNAL', 'AAPL.XNAS'],
    ['AAPL.XNAS-10-VALUE_IMBALANCE-MID-EXTERNAL', 'AAPL.XNAS'],
    ['1-166564490-237491-None.BETFAIR', '1-166564490-237491-None.BETFAIR'],
  ])('%s', (barType, instrument) => expect(instrumentOfBarType(barType)).toBe(instrument));
});
