"""Every field of the engine's backtest configs can be reached through run_backtest, or there is a reason why not."""

from typing import Any

import msgspec
import pytest
from nautilus_trader.backtest import config as backtest
from nautilus_trader.common.config import ImportableActorConfig
from nautilus_trader.execution.config import ImportableExecAlgorithmConfig
from nautilus_trader.trading.config import ImportableStrategyConfig
from quarterdeck import protocol
from quarterdeck.nautilus.backtest import COMPONENTS
from quarterdeck.nautilus.venues import MODELS, PLAIN

IMPORTABLE = {
    "strategy_path": "source",
    "actor_path": "source",
    "exec_algorithm_path": "source",
    "fill_model_path": "source",
    "fee_model_path": "source",
    "latency_model_path": "source",
    "model_type": "source",
}
"""The engine's names of what is `source` here."""

RENAMED: dict[type, dict[str, str]] = {
    backtest.BacktestRunConfig: {},
    backtest.BacktestDataConfig: {
        "catalog_path": "catalog",
        "data_cls": "data_type",
        "start_time": "start",
        "end_time": "end",
        # Both become one item for each of their entries.
        "bar_types": "bar_type",
        "instrument_ids": "instrument_id",
        "bar_spec": "bar_type",
    },
    backtest.BacktestVenueConfig: {},
}
REASONS: dict[type, dict[str, str]] = {
    backtest.BacktestRunConfig: {
        "raise_exception": "a run that fails always says why",
        "dispose_on_completion": "the engine is read when the run has ended, and its process ends",
        "data_clients": "a backtest reads kept data; live clients belong to a trading node",
    },
    backtest.BacktestDataConfig: {
        "catalog_fs_protocol": "part of the catalog's URL",
        "catalog_fs_storage_options": "secrets belong into the environment that fsspec reads",
        "catalog_fs_rust_storage_options": "secrets belong into the environment that fsspec reads",
    },
    backtest.BacktestVenueConfig: {},
    backtest.BacktestEngineConfig: {
        "environment": "always BACKTEST",
        "logging": "the log is kept with the run",
        **dict.fromkeys(COMPONENTS, "given beside engine, as {source, config}"),
    },
}
SHAPES: dict[type, Any] = {
    backtest.BacktestRunConfig: protocol.BacktestRequest,
    backtest.BacktestDataConfig: protocol.DataItem,
    backtest.BacktestVenueConfig: protocol.BacktestVenue,
}


def fields(shape: Any) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(shape)}


@pytest.mark.parametrize("config", SHAPES)
def test_every_field_is_there_or_has_a_reason(config: type) -> None:
    ours, renamed, reasons = fields(SHAPES[config]), RENAMED[config], REASONS[config]
    for name in fields(config):
        assert (renamed.get(name, name) in ours) != (name in reasons), f"{config.__name__}.{name}"
    assert set(reasons) | set(renamed) <= fields(config)


@pytest.mark.parametrize(
    "config",
    [
        ImportableStrategyConfig,
        ImportableActorConfig,
        ImportableExecAlgorithmConfig,
        backtest.ImportableFillModelConfig,
        backtest.ImportableFeeModelConfig,
        backtest.ImportableLatencyModelConfig,
        backtest.MarginModelConfig,
    ],
)
def test_everything_importable_has_the_same_three_fields(config: type) -> None:
    assert {IMPORTABLE.get(name, name) for name in fields(config)} <= fields(protocol.Importable)


def test_every_field_of_a_venue_goes_on_to_the_engine() -> None:
    special = {
        "name",
        "oms_type",
        "account_type",
        "starting_balances",
        "base_currency",
        "default_leverage",
        "leverages",
    }
    special |= {"book_type", "oto_trigger_mode", "settlement_prices", "modules"}
    # The engine's exchange knows none of it; switching it on is refused.
    liquidation = {name for name in fields(backtest.BacktestVenueConfig) if name.startswith("liquidation_")}
    assert fields(backtest.BacktestVenueConfig) == special | set(PLAIN) | set(MODELS) | liquidation


def test_an_engine_field_with_a_reason_is_one() -> None:
    assert set(REASONS[backtest.BacktestEngineConfig]) <= fields(backtest.BacktestEngineConfig)


def test_every_type_of_data_of_the_engine_can_be_named() -> None:
    from nautilus_trader.model import data
    from nautilus_trader.serialization.arrow import serializer
    from quarterdeck.nautilus.catalog import NAMES

    kept = {name for name, kind in vars(data).items() if isinstance(kind, type) and kind in serializer._SCHEMAS}
    # The engine writes it into a catalog, and raises when it is to read it.
    assert kept - set(NAMES) <= {"IndexPriceUpdate"}
