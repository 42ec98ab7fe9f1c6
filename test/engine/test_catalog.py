"""Imports into a catalog: all or nothing, never twice; and what the catalog says it holds."""

import errno
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import EngineError, Worker
from market import bars, write_bars, write_quotes
from nautilus_trader.persistence.catalog.parquet import ParquetDataCatalog
from quarterdeck.catalogfolder import writing_to
from quarterdeck.errors import QuarterdeckError
from request_forms import BAR_TYPE, FX, backtest


@pytest.fixture
def importing(shared_run: Worker, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    def run(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
        params = {"workspace": str(tmp_path), "catalog": str(tmp_path / "catalog"), "items": list(items), **more}
        return shared_run.call("import_data", params)

    return run


@pytest.fixture(scope="module")
def many_quotes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More rows than are read at a time."""
    return write_quotes(tmp_path_factory.mktemp("many") / "quotes.csv", 3, 420_000)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def stored(catalog: Path) -> list[tuple[int, str]]:
    """Return time and close of all bars, as the engine itself reads them."""
    return [(bar.ts_init, str(bar.close)) for bar in ParquetDataCatalog(str(catalog)).bars()]


def expected(seed: int, first: int, last: int) -> list[tuple[int, str]]:
    return [(pd.Timestamp(row[0]).value, row[4]) for row in bars(seed, last)[first:]]


def bar_item(folder: Path, name: str, seed: int, first: int, last: int) -> dict[str, Any]:
    write_bars(folder / name, bars(seed, last)[first:])
    return {"file": name, "instrument": FX, "bar_type": BAR_TYPE}


def test_what_is_imported_is_listed(importing: Callable[..., dict[str, Any]], query: Worker, tmp_path: Path) -> None:
    write_quotes(tmp_path / "quotes.csv", 3, 500)
    result = importing(bar_item(tmp_path, "bars.csv", 3, 0, 200), {"file": "quotes.csv", "instrument": FX})
    assert [(row["data_type"], row["rows"]) for row in result["imported"]] == [("Bar", 200), ("QuoteTick", 500)]
    listed = query.call("list_data", {"catalog": str(tmp_path / "catalog")})
    assert listed["instruments"] == [{"id": "EUR/USD.SIM", "type": "CurrencyPair"}]
    assert [(row["data_type"], row["instrument_id"], row.get("bar_type"), row["files"]) for row in listed["data"]] == [
        ("Bar", "EUR/USD.SIM", BAR_TYPE, 1),
        ("QuoteTick", "EUR/USD.SIM", None, 1),
    ]
    for imported, row in zip(result["imported"], listed["data"], strict=True):
        assert (imported["start"], imported["end"]) == (row["start"], row["end"])
    only = query.call("list_data", {"catalog": str(tmp_path / "catalog"), "data_type": "Bar"})
    assert len(only["data"]) == 1
    none = query.call("list_data", {"catalog": str(tmp_path / "nowhere")})
    assert (none["exists"], none["data"]) == (False, [])


def test_a_catalog_at_an_address_is_read_and_run_like_one_at_a_path(
    importing: Callable[..., dict[str, Any]], query: Worker, start_worker: Callable[..., Worker], tmp_path: Path
) -> None:
    params = backtest(tmp_path, 400)
    importing(*params["request"]["data"])
    items = [{"data_type": "Bar", "bar_type": item["bar_type"]} for item in params["request"]["data"]]
    bar_type = items[0]["bar_type"]
    answers = []
    for location in (str(tmp_path / "catalog"), f"file://{tmp_path}/catalog"):
        listed = query.call("list_data", {"catalog": location})
        rows = query.call("query_data", {"catalog": location, "data_type": "Bar", "bar_type": bar_type, "limit": 3})
        found = query.call("find_instruments", {"catalog": location})
        request = backtest(tmp_path, 400, data=items, api="node")
        result = start_worker("run").call("run_backtest", {**request, "catalog": location})
        counts, balances = result["counts"], result["balances"]
        answers.append((listed["data"], listed["instruments"], rows["rows"], found["instruments"], counts, balances))
    assert answers[0][4]["fills"] > 20
    assert answers[0] == answers[1]
    assert query.call("list_data", {"catalog": f"file://{tmp_path}/nowhere"})["exists"] is False
    with pytest.raises(EngineError) as caught:
        importing(*params["request"]["data"], catalog=f"file://{tmp_path}/catalog")
    assert (caught.value.code, caught.value.path) == ("UNSUPPORTED", "catalog")


def test_the_same_again_adds_nothing(importing: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    item = bar_item(tmp_path, "bars.csv", 3, 0, 200)
    importing(item)
    before = tree(tmp_path / "catalog")
    again = importing(item)
    assert "ALREADY_IMPORTED" in [warning["code"] for warning in again["warnings"]]
    assert tree(tmp_path / "catalog") == before


def test_more_of_the_same_series_is_added(
    importing: Callable[..., dict[str, Any]], query: Worker, tmp_path: Path
) -> None:
    importing(bar_item(tmp_path, "bars.csv", 3, 0, 200))
    importing(bar_item(tmp_path, "more.csv", 3, 200, 300))
    listed = query.call("list_data", {"catalog": str(tmp_path / "catalog")})
    assert [row["files"] for row in listed["data"]] == [2]


def test_an_overlapping_period_adds_only_what_is_new(
    importing: Callable[..., dict[str, Any]], query: Worker, tmp_path: Path
) -> None:
    importing(bar_item(tmp_path, "bars.csv", 3, 100, 200))
    result = importing(bar_item(tmp_path, "more.csv", 3, 50, 250))
    assert "ROWS_KNOWN" in [warning["code"] for warning in result["warnings"]]
    assert stored(tmp_path / "catalog") == expected(3, 50, 250)


def test_a_gap_is_filled(importing: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    rows = bars(3, 200)
    write_bars(tmp_path / "gap.csv", rows[:80] + rows[120:])
    importing({"file": "gap.csv", "instrument": FX, "bar_type": BAR_TYPE})
    assert len(stored(tmp_path / "catalog")) == 160
    importing(bar_item(tmp_path, "all.csv", 3, 0, 200))
    assert stored(tmp_path / "catalog") == expected(3, 0, 200)


def test_two_imports_at_once(start_worker: Callable[..., Worker], tmp_path: Path) -> None:
    """Overlapping imports of the same data at the same time: everything is there once."""
    workers = [start_worker("run"), start_worker("run")]
    requests = [
        worker.start(
            "import_data",
            {"workspace": str(tmp_path), "catalog": str(tmp_path / "catalog"), "items": [item]},
        )
        for worker, item in zip(
            workers, (bar_item(tmp_path, "a.csv", 3, 0, 150), bar_item(tmp_path, "b.csv", 3, 100, 250)), strict=True
        )
    ]
    for worker, request in zip(workers, requests, strict=True):
        worker.answer(request)
    assert stored(tmp_path / "catalog") == expected(3, 0, 250)


def test_a_catalog_that_cannot_be_written(importing: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "catalog").write_text("a file where the folder should be")
    with pytest.raises(EngineError) as caught:
        importing(bar_item(tmp_path, "bars.csv", 3, 0, 200))
    assert (caught.value.code, caught.value.path) == ("CATALOG_UNWRITABLE", "catalog")
    assert (tmp_path / "catalog").read_text().startswith("a file")


def test_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(QuarterdeckError) as caught, writing_to(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.code.value == "DISK_FULL"


@pytest.mark.parametrize(
    ("name", "second", "code"),
    [
        ("other data of the same period", ("other.csv", 4, 0, 200), "CATALOG_CONFLICT"),
        ("an overlapping period with other data", ("other.csv", 4, 100, 250), "CATALOG_CONFLICT"),
    ],
)
def test_a_conflict_leaves_the_catalog_as_it_was(
    name: str,
    second: tuple[str, int, int, int],
    code: str,
    importing: Callable[..., dict[str, Any]],
    tmp_path: Path,
) -> None:
    importing(bar_item(tmp_path, "bars.csv", 3, 0, 200))
    before = tree(tmp_path / "catalog")
    write_quotes(tmp_path / "quotes.csv", 3, 100)
    with pytest.raises(EngineError) as caught:
        importing({"file": "quotes.csv", "instrument": FX}, bar_item(tmp_path, *second))
    assert caught.value.code == code
    assert tree(tmp_path / "catalog") == before


def test_another_definition_of_an_instrument_is_a_conflict(
    importing: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    importing(bar_item(tmp_path, "bars.csv", 3, 0, 200))
    before = tree(tmp_path / "catalog")
    finer = {**bar_item(tmp_path, "more.csv", 3, 200, 300), "instrument": {**FX, "price_precision": 6}}
    with pytest.raises(EngineError) as caught:
        importing(finer)
    assert caught.value.code == "CATALOG_CONFLICT"
    assert "price_precision" in caught.value.data["details"]["differing"]
    assert tree(tmp_path / "catalog") == before


def test_a_failed_first_import_leaves_nothing(importing: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    good = bar_item(tmp_path, "bars.csv", 3, 0, 200)
    (tmp_path / "bad.csv").write_text("timestamp,bid,ask\n2024-03-04,1.1,x\n")
    with pytest.raises(EngineError):
        importing(good, {"file": "bad.csv", "instrument": FX})
    assert not (tmp_path / "catalog").exists()
    importing(good, dry_run=True)
    assert not (tmp_path / "catalog").exists()


def test_an_import_that_is_killed_leaves_the_catalog_as_it_was(
    start_worker: Callable[..., Worker], query: Worker, many_quotes: Path, tmp_path: Path
) -> None:
    worker = start_worker("run")
    worker.start(
        "import_data",
        {
            "workspace": str(tmp_path),
            "catalog": str(tmp_path / "catalog"),
            "items": [{"file": str(many_quotes), "instrument": FX}],
        },
    )
    assert worker.wait_for("progress")["done"] >= 100_000
    worker.process.kill()
    worker.process.wait()
    listed = query.call("list_data", {"catalog": str(tmp_path / "catalog")})
    assert listed["data"] == []


def test_an_import_is_cancelled(start_worker: Callable[..., Worker], many_quotes: Path, tmp_path: Path) -> None:
    worker = start_worker("run")
    items = [{"file": str(many_quotes), "instrument": FX}]
    params = {"workspace": str(tmp_path), "catalog": str(tmp_path / "catalog"), "items": items}
    request = worker.start("import_data", params)
    worker.wait_for("progress")
    worker.send({"method": "$/cancelRequest", "params": {"id": request}})
    with pytest.raises(EngineError) as caught:
        worker.answer(request)
    assert caught.value.number == -32800
    assert not (tmp_path / "catalog").exists()


def test_pieces_of_a_large_file_are_one_series(
    shared_run: Worker, query: Worker, many_quotes: Path, tmp_path: Path
) -> None:
    """Quotes of one time stay together although the file is read in pieces."""
    items = [{"file": str(many_quotes), "instrument": FX, "limit": 250_000}]
    params = {"workspace": str(tmp_path), "catalog": str(tmp_path / "catalog"), "items": items}
    assert shared_run.call("import_data", params)["imported"][0]["rows"] == 250_000
    assert query.call("list_data", {"catalog": str(tmp_path / "catalog")})["data"][0]["files"] == 3
    again = shared_run.call("import_data", params)
    assert "ALREADY_IMPORTED" in [warning["code"] for warning in again["warnings"]]


CATALOG_REFUSALS: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "instrument misspelt": ({"data_type": "Bar", "instrument_id": "EUR/UDS.SIM"}, {}, "UNKNOWN_INSTRUMENT", '"EUR/USD.SIM"'),
    "type that is not there": ({"data_type": "TradeTick", "instrument_id": "EUR/USD.SIM"}, {}, "NO_DATA", BAR_TYPE),
    "bar type that is not there": (
        {"data_type": "Bar", "bar_type": BAR_TYPE.replace("1-MINUTE", "5-MINUTE")}, {}, "NO_DATA", "1-MINUTE",
    ),
    "period that is not there": (
        {"data_type": "Bar", "instrument_id": "EUR/USD.SIM"}, {"start": "2025-01-01"}, "NO_DATA", "2024-03-04",
    ),
    "period of the item": (
        {"data_type": "Bar", "instrument_id": "EUR/USD.SIM", "end": "2023-01-01"}, {}, "NO_DATA", "2024-03-04",
    ),
    "period inverted": (
        {"data_type": "Bar", "instrument_id": "EUR/USD.SIM", "start": "2024-03-05", "end": "2024-03-04"},
        {}, "INVALID_TIME_RANGE", "Swap",
    ),
    "no instrument": ({"data_type": "Bar"}, {}, "INVALID_ARGUMENTS", "instrument_id"),
}  # fmt: skip


@pytest.mark.parametrize("name", CATALOG_REFUSALS)
def test_items_the_catalog_cannot_give(
    name: str, importing: Callable[..., dict[str, Any]], shared_run: Worker, tmp_path: Path
) -> None:
    item, changes, code, said = CATALOG_REFUSALS[name]
    importing(bar_item(tmp_path, "bars.csv", 3, 0, 200))
    with pytest.raises(EngineError) as caught:
        shared_run.call("run_backtest", backtest(tmp_path, data=[item], **changes))
    assert caught.value.code == code
    assert said in caught.value.data["message"] + caught.value.data["next_step"]


def test_catalog_items_run_with_the_engine_too(
    importing: Callable[..., dict[str, Any]], start_worker: Callable[..., Worker], tmp_path: Path
) -> None:
    """Both APIs over the same catalog, and the same files without it, come to the same."""
    params = backtest(tmp_path, 400)
    importing(*params["request"]["data"])
    items = [{"data_type": "Bar", "bar_type": item["bar_type"]} for item in params["request"]["data"]]
    venue = {**params["request"]["venues"][0], "default_leverage": "10"}
    outcomes = []
    for data, api in ((params["request"]["data"], "engine"), (items, "engine"), (items, "node")):
        worker = start_worker("run", stderr=subprocess.DEVNULL)
        changes = {"data": data, "api": api, "venues": [venue]}
        result = worker.call("run_backtest", backtest(tmp_path, 400, **changes))
        assert result["api"] == api
        outcomes.append({key: result[key] for key in ("counts", "balances", "statistics", "commissions")})
    assert outcomes[0]["counts"]["fills"] > 20
    assert outcomes[0] == outcomes[1] == outcomes[2]
