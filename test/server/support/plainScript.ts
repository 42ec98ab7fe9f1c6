/** What a user writes today: NautilusTrader's own API and nothing of ours. Takes the CSV, prints JSON. */
export const plainEngineScript = `
import json, math, sys
from decimal import Decimal
import pandas as pd
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.config import BacktestEngineConfig, LoggingConfig
from nautilus_trader.examples.strategies.ema_cross import EMACross, EMACrossConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.identifiers import InstrumentId, Venue
from nautilus_trader.model.objects import Money
from nautilus_trader.persistence.wranglers import BarDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider

engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
venue = Venue("SIM")
engine.add_venue(venue=venue, oms_type=OmsType.NETTING, account_type=AccountType.MARGIN,
                 base_currency=USD, starting_balances=[Money(1_000_000, USD)])
instrument = TestInstrumentProvider.default_fx_ccy("EUR/USD", venue)
engine.add_instrument(instrument)
bar_type = BarType.from_str("EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL")
frame = pd.read_csv(sys.argv[1], index_col="timestamp", parse_dates=True)
engine.add_data(BarDataWrangler(bar_type, instrument).process(frame))
engine.add_strategy(EMACross(EMACrossConfig(instrument_id=instrument.id, bar_type=bar_type,
                                            trade_size=Decimal("100000"), fast_ema_period=10, slow_ema_period=20)))
engine.run()
result = engine.get_result()
account = engine.cache.account_for_venue(venue)
number = lambda value: None if value is None or math.isnan(value) else value
print(json.dumps({
    "counts": {"iterations": result.iterations, "events": result.total_events, "orders": result.total_orders,
               "trades": result.total_positions},
    "balances": [{"venue": "SIM", "currency": "USD", "total": str(account.balance_total(USD).as_decimal()),
                  "free": str(account.balance_free(USD).as_decimal()),
                  "locked": str(account.balance_locked(USD).as_decimal())}],
    "pnl": {c: {k: number(v) for k, v in stats.items()} for c, stats in result.stats_pnls.items()},
}))
`;
