"""The samples that ship: strategies that trade in a plain engine, series that say where they are from."""

import hashlib
import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from nautilus_trader.backtest.config import FixedFeeModelConfig
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.backtest.models import FixedFeeModel
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderStatus
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.persistence.wranglers import BarDataWrangler

SAMPLES = Path(__file__).parents[2] / "python" / "samples"
WORKSPACE = SAMPLES / "workspace"
DATA = WORKSPACE / "data"
SERIES = sorted(file.name for file in DATA.glob("*.csv"))
STRATEGIES = {"trend": "Trend", "mean_reversion": "MeanReversion", "buy_and_hold": "BuyAndHold"}


def load(name: str) -> ModuleType:
    file = WORKSPACE / "strategies" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"samples_{name}", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # The engine looks a config's types up in the module it was defined in.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / name, index_col="timestamp", parse_dates=["timestamp"])


def run(strategy: str, series: str) -> BacktestEngine:
    instrument_id = InstrumentId.from_str(f"{series.split('-')[0].upper()}.XNAS")
    instrument = Equity(
        instrument_id=instrument_id,
        raw_symbol=instrument_id.symbol,
        currency=USD,
        price_precision=2,
        price_increment=Price.from_str("0.01"),
        lot_size=Quantity.from_int(1),
        ts_event=0,
        ts_init=0,
    )
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(
        instrument_id.venue,
        OmsType.NETTING,
        AccountType.CASH,
        starting_balances=[Money(100_000, USD)],
        base_currency=USD,
        fee_model=FixedFeeModel(config=FixedFeeModelConfig(commission="1.00 USD")),
    )
    engine.add_instrument(instrument)
    bar_type = BarType.from_str(f"{instrument_id}-1-DAY-LAST-EXTERNAL")
    frame = read(series)
    frame.index = frame.index.tz_localize("UTC") + pd.Timedelta("1D")
    engine.add_data(BarDataWrangler(bar_type, instrument).process(frame))
    module = load(strategy)
    config = getattr(module, f"{STRATEGIES[strategy]}Config")(instrument_id=instrument_id, bar_type=bar_type)
    engine.add_strategy(getattr(module, STRATEGIES[strategy])(config))
    engine.run()
    return engine


def fills(engine: BacktestEngine) -> list[tuple[int, str, str]]:
    orders = [order for order in engine.cache.orders() if order.status == OrderStatus.FILLED]
    return sorted((order.ts_last, str(order.quantity), str(order.avg_px)) for order in orders)


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_strategy_trades_and_leaves_nothing_behind(strategy: str, series: str) -> None:
    engine = run(strategy, series)
    orders = engine.cache.orders()
    refused = [order for order in orders if order.status in (OrderStatus.DENIED, OrderStatus.REJECTED)]
    closed = engine.get_result().total_positions
    assert refused == []
    assert closed == 1 if strategy == "buy_and_hold" else 20 <= closed <= 200
    assert engine.cache.orders_open() == []
    assert engine.cache.positions_open() == []
    engine.dispose()


@pytest.mark.parametrize("strategy", ["trend", "mean_reversion"])
def test_every_exit_is_the_protecting_order_or_the_end(strategy: str) -> None:
    engine = run(strategy, SERIES[0])
    exits = [o for o in engine.cache.orders() if o.is_sell and o.status == OrderStatus.FILLED]
    assert exits
    assert all(order.is_reduce_only for order in exits)
    engine.dispose()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_reset_engine_gives_the_same_result(strategy: str) -> None:
    engine = run(strategy, SERIES[0])
    first = fills(engine)
    engine.reset()
    engine.run()
    assert fills(engine) == first
    engine.dispose()


@pytest.mark.parametrize("series", SERIES)
def test_series_is_well_formed(series: str) -> None:
    lines = (DATA / series).read_bytes()
    assert b"\r" not in lines
    rows = [line.split(",") for line in lines.decode().splitlines()]
    assert rows[0] == ["timestamp", "open", "high", "low", "close", "volume"]
    assert all(re.fullmatch(r"\d+\.\d\d", price) for row in rows[1:] for price in row[1:5])
    frame = read(series)
    assert frame.index.is_monotonic_increasing and frame.index.is_unique
    assert (frame.index.dayofweek < 5).all()
    assert (frame["high"] >= frame[["open", "close", "low"]].max(axis=1)).all()
    assert (frame["low"] <= frame[["open", "close"]].min(axis=1)).all()
    assert (frame["volume"] > 0).all()
    # A split would show as a jump that no strategy could have traded.
    assert frame["open"].div(frame["close"].shift()).dropna().between(0.75, 1.3).all()


def test_sources_name_every_file_with_its_hash() -> None:
    sources = (DATA / "SOURCES.md").read_text()
    rows = re.findall(r"^\| `(\S+\.csv)` .*`([0-9a-f]{64})` \|$", sources, re.MULTILINE)
    actual = {name: hashlib.sha256((DATA / name).read_bytes()).hexdigest() for name in SERIES}
    assert dict(rows) == actual
    assert sum((DATA / name).stat().st_size for name in SERIES) < 1_000_000


def test_licence_of_the_data_is_beside_it() -> None:
    text = (DATA / "LICENSE-bokeh_sampledata.txt").read_text()
    assert "Copyright (c) Bokeh Contributors" in text
    assert "Redistribution and use" in text


REQUESTS = [
    (SAMPLES, SAMPLES / "backtest.json"),
    (WORKSPACE, WORKSPACE / "import.json"),
    *((WORKSPACE, file) for file in (WORKSPACE / "backtests").glob("*.json")),
]


@pytest.mark.parametrize(("folder", "file"), REQUESTS)
def test_request_names_files_and_classes_that_exist(folder: Path, file: Path) -> None:
    request = json.loads(file.read_text())
    for item in request.get("data") or request["items"]:
        assert "file" not in item or (folder / item["file"]).is_file()
    for strategy in request.get("strategies", []):
        name, class_name = strategy["source"].split(":")
        assert f"class {class_name}(Strategy)" in (folder / name).read_text()
