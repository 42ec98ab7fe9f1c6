"""Data of users' own classes: imported, listed, replayed, equal to a plain script; what is no such class is refused."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import ENVIRONMENT, STRATEGIES, EngineError, Worker
from market import write_quotes
from request_forms import FX, VENUE

MOOD, WEATHER = "moods.py:Mood", "moods:Weather"
SCORES = [0.5, -0.2, 0.9, -0.7, 0.1, -0.4]
STRATEGY = {"source": "moods.py:Moody", "config": {"instrument_id": "EUR/USD.SIM"}}

PLAIN = """
import json
import sys

from moods import Mood, Moody, MoodyConfig, Weather
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.events import OrderFilled
from nautilus_trader.model.identifiers import ClientId, Venue
from nautilus_trader.model.objects import Money
from nautilus_trader.persistence.catalog.parquet import ParquetDataCatalog

catalog = ParquetDataCatalog(sys.argv[1])
engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
engine.add_venue(Venue("SIM"), OmsType.NETTING, AccountType.MARGIN, [Money(1_000_000, USD)])
for instrument in catalog.instruments():
    engine.add_instrument(instrument)
engine.add_data(catalog.query(QuoteTick), sort=False)
engine.add_data(catalog.query(Mood), client_id=ClientId("MOODS"), sort=False)
engine.add_data(catalog.query(Weather), client_id=ClientId("MOODS"), sort=False)
engine.sort_data()
strategy = Moody(MoodyConfig(instrument_id=instrument.id))
engine.add_strategy(strategy)
engine.run()
fills = [event for order in engine.cache.orders() for event in order.events if isinstance(event, OrderFilled)]
print(json.dumps({
    "fills": sorted([str(fill.ts_event), str(fill.last_px), fill.order_side.name] for fill in fills),
    "balance": str(engine.cache.account_for_venue(Venue("SIM")).balance_total(USD).as_decimal()),
    "iterations": engine.get_result().iterations,
}))
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_quotes(folder / "quotes.csv", 7, 200)
    stamps = [f"2024-03-04T09:0{index}:30Z" for index in range(len(SCORES))]
    moods = [f"{stamp},{score},desk" for stamp, score in zip(stamps, SCORES, strict=True)]
    (folder / "moods.csv").write_text("\n".join(["timestamp,score,source", *moods]) + "\n")
    weather = [f"{stamp},{20 + index}" for index, stamp in enumerate(stamps)]
    (folder / "weather.csv").write_text("\n".join(["time,temp", *weather]) + "\n")
    return folder


def items(files: Path) -> list[dict[str, Any]]:
    return [
        {"file": str(files / "quotes.csv"), "instrument": FX},
        {"file": str(files / "moods.csv"), "as": MOOD, "instrument": FX},
        {"file": str(files / "weather.csv"), "as": WEATHER, "columns": {"degrees": "temp"}},
    ]


def import_params(files: Path, catalog: Path) -> dict[str, Any]:
    return {"workspace": str(STRATEGIES), "catalog": str(catalog), "items": items(files)}


@pytest.fixture(scope="module")
def catalog(files: Path, tmp_path_factory: pytest.TempPathFactory, shared_run: Worker) -> Path:
    folder = tmp_path_factory.mktemp("held") / "catalog"
    shown = shared_run.call("import_data", {**import_params(files, folder), "dry_run": True})["imported"]
    assert shown[1]["preview"][0]["ts_init"] == "2024-03-04T09:00:30Z"
    imported = shared_run.call("import_data", import_params(files, folder))["imported"]
    assert [(row["data_type"], row["instrument_id"], row["rows"]) for row in imported] == [
        ("QuoteTick", "EUR/USD.SIM", 200),
        ("Mood", "EUR/USD.SIM", 6),
        ("Weather", "", 6),
    ]
    return folder


CATALOG_ITEMS = [
    {"data_type": "QuoteTick", "instrument_id": "EUR/USD.SIM"},
    {"data_type": MOOD, "client_id": "MOODS"},
    {"data_type": WEATHER, "client_id": "MOODS"},
]


def run(worker: Worker, catalog: Path, directory: Path, data: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    directory.mkdir(exist_ok=True)
    params = {
        "workspace": str(STRATEGIES),
        "catalog": str(catalog),
        "run_id": "run",
        "run_directory": str(directory),
        "request": {"strategies": [STRATEGY], "venues": [VENUE], "data": data, **more},
    }
    return worker.call("run_backtest", params)


def test_it_is_listed_without_being_imported(catalog: Path, query: Worker) -> None:
    held = query.call("list_data", {"catalog": str(catalog)})["data"]
    assert {row["data_type"] for row in held} == {"QuoteTick", "custom_mood", "custom_weather"}


def test_importing_again_adds_nothing(catalog: Path, files: Path, shared_run: Worker) -> None:
    before = sorted(catalog.rglob("*.parquet"))
    warnings = shared_run.call("import_data", import_params(files, catalog))["warnings"]
    assert [warning["code"] for warning in warnings].count("ALREADY_IMPORTED") == 3
    assert sorted(catalog.rglob("*.parquet")) == before


@pytest.mark.parametrize("way", ["node", "engine", "files"])
def test_equals_a_plain_script(
    way: str, catalog: Path, files: Path, start_worker: Callable[..., Worker], tmp_path: Path
) -> None:
    script = subprocess.run(
        [sys.executable, "-c", PLAIN, str(catalog)],
        env={**ENVIRONMENT, "PYTHONPATH": str(STRATEGIES)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert script.returncode == 0, script.stderr
    expected = json.loads(script.stdout.splitlines()[-1])
    of_files = [{**item, "client_id": "MOODS"} if "as" in item else item for item in items(files)]
    data, api = (of_files, "engine") if way == "files" else (CATALOG_ITEMS, way)
    result = run(start_worker("run"), catalog, tmp_path / "run", data, api=api)
    fills = pq.read_table(tmp_path / "run" / "fills.parquet").to_pylist()
    told = sorted([str(fill["ts_event"]), fill["last_px"], fill["order_side"]] for fill in fills)
    assert len(told) == len(SCORES)
    assert told == expected["fills"]
    assert result["counts"]["iterations"] == expected["iterations"] == 212
    assert result["balances"][0]["total"] == expected["balance"]
    funnel = json.loads((tmp_path / "run" / "funnel.json").read_text())
    assert [one["handler_calls"] for one in funnel["components"][0]["subscriptions"]] == [12, 12]
    assert {row["type"] for row in funnel["data"]} == {"QuoteTick", "Mood", "Weather"}


def test_a_filter_is_heeded(catalog: Path, start_worker: Callable[..., Worker], tmp_path: Path) -> None:
    quotes, moods, _ = CATALOG_ITEMS
    good = {**moods, "filter_expr": 'field("score") > 0'}
    for api in ("node", "engine"):
        result = run(start_worker("run"), catalog, tmp_path / api, [quotes, good], api=api)
        assert (api, result["counts"]["orders"]) == (api, 3)


def test_chunks_of_it_are_refused(catalog: Path, shared_run: Worker, tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        run(shared_run, catalog, tmp_path, CATALOG_ITEMS, chunk_size=50)
    assert (caught.value.code, caught.value.path) == ("UNSUPPORTED", "chunk_size")


REFUSED: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "a class that is no data": ({"data_type": "moods.py:Moody", "client_id": "M"}, "WRONG_CLASS", "data[1].data_type", "is a Strategy"),
    "a class that cannot be kept": ({"data_type": "moods.py:Unregistered", "client_id": "M"}, "WRONG_CLASS", "data[1].data_type", "customdataclass"),
    "a class that is not there": ({"data_type": "moods.py:Modd", "client_id": "M"}, "UNKNOWN_SOURCE", "data[1].data_type", '"Mood"'),
    "no client": ({"data_type": MOOD}, "INVALID_ARGUMENTS", "data[1].client_id", "subscribe_data"),
    "a client that would abort the process": ({"data_type": MOOD, "client_id": "é"}, "INVALID_IDENTIFIER", "data[1].client_id", "ASCII"),
    "an instrument it has nothing of": ({"data_type": MOOD, "client_id": "M", "instrument_id": "GBP/USD.SIM"}, "NO_DATA", "data[1]", "GBP/USD.SIM"),
    "a filter that is none": ({"data_type": MOOD, "client_id": "M", "filter_expr": "print(1)"}, "INVALID_ARGUMENTS", "data[1].filter_expr", "print"),
    "a filter of what knows none": ({"data_type": "QuoteTick", "instrument_id": "EUR/USD.SIM", "filter_expr": 'field("x") > 1'}, "UNSUPPORTED", "data[1].filter_expr", "QuoteTick"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused(name: str, catalog: Path, shared_run: Worker, tmp_path: Path) -> None:
    item, code, path, said = REFUSED[name]
    with pytest.raises(EngineError) as caught:
        run(shared_run, catalog, tmp_path, [CATALOG_ITEMS[0], item])
    assert (caught.value.code, caught.value.path) == (code, path)
    assert said in caught.value.data["message"] + caught.value.data["next_step"]


FILES: dict[str, tuple[str, str]] = {
    "time,scor\n2024-03-04T09:00:00Z,1\n": ("COLUMNS_MISSING", "score"),
    "time,score,source\n": ("FILE_EMPTY", "no rows"),
    "time,score,source\nsoon,1,a\n": ("VALUE_UNREADABLE", "soon"),
    "time,score,source\n2024-03-05T09:00:00Z,1,a\n2024-03-04T09:00:00Z,1,a\n": ("DATA_UNSORTED", "row 2"),
}


@pytest.mark.parametrize("text", FILES)
def test_a_file_that_is_none_of_it(text: str, shared_run: Worker, tmp_path: Path) -> None:
    code, said = FILES[text]
    (tmp_path / "moods.csv").write_text(text)
    item = {"file": str(tmp_path / "moods.csv"), "as": MOOD, "instrument": FX}
    with pytest.raises(EngineError) as caught:
        shared_run.call(
            "import_data", {"workspace": str(STRATEGIES), "catalog": str(tmp_path / "catalog"), "items": [item]}
        )
    assert (caught.value.code, caught.value.path) == (code, "items[0].file")
    assert said in caught.value.data["message"]
    assert not (tmp_path / "catalog").exists()


@pytest.mark.parametrize("api", ["node", "engine"])
def test_its_script_gives_the_same(
    api: str, catalog: Path, start_worker: Callable[..., Worker], tmp_path: Path
) -> None:
    quotes, moods, weather = CATALOG_ITEMS
    data = [quotes, {**moods, "filter_expr": 'field("score") < 0.8'}, {**weather, "start": "2024-03-04T09:02:00Z"}]
    result = run(start_worker("run"), catalog, tmp_path / "run", data, api=api)
    script = tmp_path / "script.py"
    start_worker("run").call(
        "export_script",
        {
            "workspace": str(STRATEGIES),
            "catalog": str(catalog),
            "run_id": "run",
            "request": {"strategies": [STRATEGY], "venues": [VENUE], "data": data, "api": api},
            "modules": {},
            "target": str(script),
        },
    )
    environment = {key: value for key, value in ENVIRONMENT.items() if key != "PYTHONPATH"}
    done = subprocess.run([sys.executable, str(script)], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed["counts"] == result["counts"]
    assert printed["counts"]["orders"] == 5
    assert printed["balances"] == result["balances"]


@pytest.mark.parametrize("name", ["custom_mood", MOOD])
def test_its_rows_are_read_without_its_class(name: str, catalog: Path, query: Worker) -> None:
    asked = {"catalog": str(catalog), "data_type": name, "instrument_id": "EUR/USD.SIM"}
    page = query.call("query_data", {**asked, "after": 1, "limit": 2})
    assert (page["data_type"], page["instrument_id"], page["total"], page["next"]) == (
        "custom_mood", "EUR/USD.SIM", 6, 3,
    )  # fmt: skip
    assert [(row["score"], row["source"], row["ts_init"]) for row in page["rows"]] == [
        (-0.2, "desk", "2024-03-04T09:01:30Z"),
        (0.9, "desk", "2024-03-04T09:02:30Z"),
    ]
    window = query.call("query_data", {**asked, "start": "2024-03-04T09:03:00Z", "end": "2024-03-04T09:04:30Z"})
    assert [row["score"] for row in window["rows"]] == SCORES[3:5]
    assert query.call("query_data", {**asked, "points": 3})["sampled"] is True
    listed = query.call("list_data", {"catalog": str(catalog), "data_type": name})["data"]
    assert [row["instrument_id"] for row in listed] == ["EUR/USD.SIM"]


def test_of_no_instrument_too(catalog: Path, query: Worker) -> None:
    page = query.call("query_data", {"catalog": str(catalog), "data_type": "custom_weather"})
    assert (page["instrument_id"], [row["degrees"] for row in page["rows"]]) == ("", list(range(20, 26)))
    with pytest.raises(EngineError) as caught:
        query.call("query_data", {"catalog": str(catalog), "data_type": "custom_tide"})
    assert caught.value.code == "NO_DATA"


def check(worker: Worker, catalog: Path, item: dict[str, Any]) -> dict[str, Any]:
    params = {"workspace": str(STRATEGIES), "catalog": str(catalog), "items": [item]}
    series: dict[str, Any] = worker.call("check_data", params)["series"][0]
    return series


def test_it_is_checked_in_the_catalog(catalog: Path, shared_run: Worker) -> None:
    held = check(shared_run, catalog, {"data_type": WEATHER})
    assert (held["data_type"], held["rows"], held["findings"]) == ("custom_weather", 6, [])


def test_it_is_checked_in_a_file(catalog: Path, shared_run: Worker, tmp_path: Path) -> None:
    file = tmp_path / "weather.csv"
    rows = [f"2024-03-04T09:0{minute}:00Z,20" for minute in (0, 1, 1, 2)] + ["2024-03-05T09:00:00Z,21"]
    file.write_text("\n".join(["time,degrees", *rows]))
    found = check(shared_run, catalog, {"file": str(file), "as": WEATHER})
    assert (found["data_type"], found["instrument_id"], found["rows"]) == ("Weather", "", 5)
    assert [(one["code"], one["count"]) for one in found["findings"]] == [("DUPLICATE_ROWS", 1), ("GAPS", 1)]
    file.write_text("\n".join(["time,degrees", *reversed(rows)]))
    [fault] = check(shared_run, catalog, {"file": str(file), "as": WEATHER})["findings"]
    assert (fault["code"], fault["examples"][0]["row"]) == ("DATA_UNSORTED", 2)
