/** Zones of venues by their MIC and by the names that NautilusTrader's adapters and data use. */
const venuesOf: Record<string, string> = {
  'America/New_York':
    'XNYS NYSE XNAS NASDAQ ARCX ARCA BATS XASE AMEX IEXG IEX XNYM NYMEX XCEC COMEX IFUS DBEQ EQUS XBOX OPRA',
  'America/Chicago': 'XCME CME GLBX XCBT CBOT XCBO CBOE XCBF CFE',
  'America/Toronto': 'XTSE TSX',
  'America/Sao_Paulo': 'BVMF B3',
  'Europe/London': 'XLON LSE IFEU XLME LME BETFAIR',
  'Europe/Berlin': 'XETR XETRA XEUR EUREX XFRA FWB',
  'Europe/Paris': 'XPAR EURONEXT',
  'Europe/Amsterdam': 'XAMS',
  'Europe/Zurich': 'XSWX SIX',
  'Europe/Rome': 'XMIL',
  'Europe/Madrid': 'XMAD',
  'Africa/Johannesburg': 'XJSE JSE',
  'Asia/Tokyo': 'XTKS TSE XOSE OSE',
  'Asia/Hong_Kong': 'XHKG SEHK XHKF HKFE',
  'Asia/Shanghai': 'XSHG SSE XSHE SZSE',
  'Asia/Singapore': 'XSES SGX',
  'Asia/Seoul': 'XKRX KRX',
  'Asia/Kolkata': 'XNSE NSE XBOM BSE',
  'Australia/Sydney': 'XASX ASX',
  // Open around the clock, and their own times are UTC.
  UTC: 'BINANCE BINANCE_US BYBIT OKX KRAKEN COINBASE COINBASE_INTX DERIBIT BITMEX BITFINEX BITSTAMP GATE_IO HTX HYPERLIQUID DYDX POLYMARKET',
};

const zones = new Map(
  Object.entries(venuesOf).flatMap(([zone, venues]) => venues.split(' ').map((venue) => [venue, zone])),
);

/** What zone times of these venues are shown in, and what to say when it is not one of theirs. */
export function exchangeZone(venues: readonly string[]): { zone: string; note: string | undefined } {
  const unknown = venues.filter((venue) => !zones.has(venue.toUpperCase()));
  const found = new Set(venues.map((venue) => zones.get(venue.toUpperCase())));
  const [zone] = found;
  if (venues.length === 0) return { zone: 'UTC', note: 'UTC: no venue is known here' };
  if (unknown.length > 0) return { zone: 'UTC', note: `UTC: no zone is known for ${unknown.join(', ')}` };
  if (found.size > 1 || zone === undefined)
    return { zone: 'UTC', note: `UTC: ${venues.join(', ')} are in different zones` };
  return { zone, note: undefined };
}
