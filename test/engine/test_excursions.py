"""How far round trips went, of runs whose data streams by: the same as of runs that keep it."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import STRATEGIES, Worker
from market import bars, write_bars, write_quotes
from request_forms import BAR_TYPE, FX, VENUE

LAST = BAR_TYPE.replace("BID", "LAST")
INTERNAL = "EUR/USD.SIM-5-MINUTE-BID-INTERNAL"


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("held")
    write_quotes(folder / "quotes.csv", 2, 4000)
    write_bars(folder / "bars.csv", bars(2, 600))
    items: list[dict[str, Any]] = [
        {"file": "quotes.csv", "instrument": FX},
        {"file": "bars.csv", "instrument": FX, "bar_type": LAST},
    ]
    worker = Worker("run", stderr=subprocess.DEVNULL)
    worker.ready()
    worker.call("import_data", {"workspace": str(folder), "catalog": str(folder / "catalog"), "items": items})
    worker.close()
    return folder / "catalog"


QUOTES = [{"data_type": "QuoteTick", "instrument_id": "EUR/USD.SIM"}]
BARS = [{"data_type": "Bar", "bar_type": LAST}]


@pytest.mark.parametrize(("data", "bar_type"), [(QUOTES, INTERNAL), (BARS, LAST)], ids=["quotes", "bars"])
def test_a_stream_has_them_too(
    data: list[dict[str, Any]],
    bar_type: str,
    catalog: Path,
    start_worker: Callable[..., Worker],
    tmp_path: Path,
) -> None:
    config = {"instrument_id": "EUR/USD.SIM", "bar_type": bar_type, "trade_size": "100000", "length": 3}
    tables = {}
    for name, chunks in (("whole", {}), ("stream", {"chunk_size": 300})):
        folder = tmp_path / name
        folder.mkdir()
        start_worker("run").call(
            "run_backtest",
            {
                "workspace": str(STRATEGIES),
                "catalog": str(catalog),
                "run_id": "run",
                "run_directory": str(folder),
                "request": {
                    "strategies": [{"source": "desk/swing.py:Swing", "config": config}],
                    "venues": [VENUE],
                    "data": data,
                    "api": "node",
                    **chunks,
                },
            },
        )
        tables[name] = pq.read_table(folder / "trades.parquet").to_pylist()
    whole, stream = ({excursion_key(trade): trade for trade in tables[name]} for name in ("whole", "stream"))
    assert all(trade["mae"] is not None for trade in tables["stream"])
    # Timers may fire elsewhere between chunks: what both did alike is compared.
    both = whole.keys() & stream.keys()
    assert len(both) > 3
    for name in ("mae", "mfe", "mae_price", "mfe_price"):
        assert {key: stream[key][name] for key in both} == {key: whole[key][name] for key in both}


def excursion_key(trade: dict[str, Any]) -> tuple[Any, ...]:
    """Return what excursions depend on."""
    return tuple(
        trade[name] for name in ("ts_opened", "ts_closed", "entry_price", "exit_price", "side", "pnl", "fills")
    )
