"""A strategy that follows an option chain runs through both APIs as it does in a plain script."""

from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from conftest import STRATEGIES, Worker
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig
from nautilus_trader.core import nautilus_pyo3
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import AccountType, AssetClass, OmsType, OptionKind
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import OptionContract
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.persistence.catalog.parquet import ParquetDataCatalog

BEGIN, SECOND = 1_709_542_800_000_000_000, 1_000_000_000
EXPIRY = BEGIN + 30 * 86_400 * SECOND
STRIKES = (5000, 5100)
CONFIG = {
    "series_id": str(nautilus_pyo3.OptionSeriesId("XCBO", "SPX", "USD", EXPIRY)),
    "strikes": tuple(f"{strike}.00" for strike in STRIKES),
}


def option(strike: int, kind: OptionKind) -> OptionContract:
    name = f"SPX{'C' if kind == OptionKind.CALL else 'P'}{strike}"
    return OptionContract(
        instrument_id=InstrumentId.from_str(f"{name}.XCBO"),
        raw_symbol=Symbol(name),
        asset_class=AssetClass.INDEX,
        currency=USD,
        price_precision=2,
        price_increment=Price.from_str("0.01"),
        multiplier=Quantity.from_int(100),
        lot_size=Quantity.from_int(1),
        underlying="SPX",
        option_kind=kind,
        strike_price=Price.from_str(f"{strike}.00"),
        activation_ns=0,
        expiration_ns=EXPIRY,
        ts_event=0,
        ts_init=0,
    )


OPTIONS = [option(strike, kind) for strike in STRIKES for kind in (OptionKind.CALL, OptionKind.PUT)]


def quotes(index: int) -> list[QuoteTick]:
    instrument, size = OPTIONS[index], Quantity.from_int(10)
    stamps = [BEGIN + step * SECOND + index for step in range(600)]
    prices = [10 + index + step % 37 * 0.05 for step in range(600)]
    return [
        QuoteTick(instrument.id, Price(price, 2), Price(price + 0.1, 2), size, size, stamp, stamp)
        for price, stamp in zip(prices, stamps, strict=True)
    ]


def plain(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.syspath_prepend(str(STRATEGIES))
    chain = import_module("chain")
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(
        Venue("XCBO"), OmsType.NETTING, AccountType.MARGIN, [Money(1_000_000, USD)], USD, default_leverage=Decimal(10)
    )
    for instrument in OPTIONS:
        engine.add_instrument(instrument)
    for index in range(len(OPTIONS)):
        engine.add_data(quotes(index))
    strategy = chain.Chain(chain.ChainConfig(**CONFIG))
    engine.add_strategy(strategy)
    engine.run()
    result, account = engine.get_result(), engine.cache.account_for_venue(Venue("XCBO"))
    outcome = {
        "orders": result.total_orders,
        "balance": str(account.balance_total(USD).as_decimal()),
        "slices": strategy.slices,
    }
    engine.dispose()
    return outcome


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    location = tmp_path_factory.mktemp("options") / "catalog"
    store = ParquetDataCatalog(str(location))
    store.write_data(OPTIONS)
    for index in range(len(OPTIONS)):
        store.write_data(quotes(index))
    return location


def test_both_apis_give_what_a_plain_engine_gives(
    catalog: Path, start_worker: Callable[..., Worker], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = plain(monkeypatch)
    assert expected["slices"] == 9
    assert expected["orders"] == 2
    request = {
        "strategies": [{"source": "chain.py:Chain", "config": CONFIG}],
        "venues": [
            {
                "name": "XCBO",
                "oms_type": "NETTING",
                "account_type": "MARGIN",
                "base_currency": "USD",
                "starting_balances": ["1000000 USD"],
                "default_leverage": "10",
            }
        ],
        "data": [{"data_type": "QuoteTick", "instrument_id": str(each.id)} for each in OPTIONS],
    }
    for api in ("node", "engine"):
        folder = tmp_path / api
        folder.mkdir()
        params = {"workspace": str(STRATEGIES), "catalog": str(catalog), "run_id": "run", "run_directory": str(folder)}
        result = start_worker("run").call("run_backtest", {**params, "request": {**request, "api": api}})
        assert result["counts"]["orders"] == expected["orders"]
        assert result["balances"][0]["total"] == expected["balance"]
        assert f"SLICES {expected['slices']}" in (folder / "log.jsonl").read_text()
