"""What would go wrong in a run without a word is said before it, and nothing of runs that are right."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import STRATEGIES, EngineError, Worker
from market import bars, write_bars, write_quotes
from nautilus_trader.model.enums import TimeInForce
from request_forms import BAR_TYPE, FX, VENUE

BID, ASK = BAR_TYPE, BAR_TYPE.replace("BID", "ASK")
LAST = BAR_TYPE.replace("BID", "LAST")
QUOTES = {"file": "quotes.csv", "instrument": FX}
TRADES = {"file": "trades.csv", "instrument": FX}
DELTAS = {"file": "deltas.csv", "instrument": FX}

type Ask = Callable[..., dict[str, Any]]


def of_bars(bar_type: str) -> dict[str, Any]:
    return {"file": "bars.csv", "bar_type": bar_type, "instrument": FX}


def asking(name: str = "Asking", **config: Any) -> dict[str, Any]:
    return {
        "source": f"asking.py:{name}",
        "config": {"instrument_id": "EUR/USD.SIM", "bar_type": BID, **config},
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_bars(folder / "bars.csv", bars(7, 40))
    write_quotes(folder / "quotes.csv", 7, 200)
    stamps = [f"2024-03-04T09:{minute:02}:00Z" for minute in range(40)]
    trades = [f"{stamp},1.1,100000,buy" for stamp in stamps]
    (folder / "trades.csv").write_text("\n".join(["timestamp,price,size,side", *trades]) + "\n")
    levels = [
        f"{stamp},{'add' if index < 2 else 'update'},{side},{price},1000000,{order}"
        for index, stamp in enumerate(stamps)
        for side, price, order in (("buy", "1.09990", 1), ("sell", "1.10010", 2))
    ]
    (folder / "deltas.csv").write_text("\n".join(["timestamp,action,side,price,size,order_id", *levels]) + "\n")
    return folder


@pytest.fixture
def ask(files: Path, tmp_path: Path, start_worker: Callable[..., Worker], shared_run: Worker) -> Ask:
    """Check or run a request; a run that is not refused has a worker of its own."""

    def params(request: dict[str, Any]) -> dict[str, Any]:
        data = [{**item, "file": str(files / item["file"])} if "file" in item else item for item in request["data"]]
        return {
            "workspace": str(STRATEGIES),
            "catalog": str(tmp_path / "catalog"),
            "request": {"strategies": [asking()], "venues": [VENUE], **request, "data": data},
        }

    def run(way: str, **request: Any) -> dict[str, Any]:
        values = params(request)
        if way != "check":
            worker = shared_run if way == "refused" else start_worker("run")
            return worker.call("run_backtest", {**values, "run_id": "run", "run_directory": str(tmp_path)})
        strategy, *others = values["request"]["strategies"]
        values["request"]["strategies"] = others
        return shared_run.call(
            "check_strategy",
            {
                "workspace": values["workspace"],
                "strategy": strategy,
                "check_config": True,
                "catalog": values["catalog"],
                "request": values["request"],
            },
        )

    return run


FATAL: dict[str, tuple[dict[str, Any], str, str, str]] = {
    # name: (request, code, path, part of what is said)
    "bars nobody has": (
        {"data": [QUOTES], "strategies": [asking(bar_type=LAST)]},
        "SUBSCRIPTION_UNSERVED", "strategies[0].config.bar_type", "asking.py:33",
    ),
    "bars of another price": (
        {"data": [of_bars(LAST)]},
        "SUBSCRIPTION_UNSERVED", "strategies[0].config.bar_type", f'Did you mean "{LAST}"?',
    ),
    "bars to be made of trades there are not": (
        {"data": [QUOTES], "strategies": [asking(bar_type=LAST.replace("EXTERNAL", "INTERNAL"))]},
        "SUBSCRIPTION_UNSERVED", "strategies[0].config.bar_type", "needs trades of EUR/USD.SIM",
    ),
    "bars of one side": ({"data": [of_bars(BID)]}, "NO_MARKET", "data[0]", ASK),
    "bars that may not move the market": (
        {"data": [of_bars(LAST)], "strategies": [asking(bar_type=LAST)], "venues": [{**VENUE, "bar_execution": False}]},
        "NO_MARKET", "venues[0].bar_execution", "bar_execution",
    ),
    "bars of a number of ticks": (
        {"data": [of_bars("EUR/USD.SIM-100-TICK-LAST-EXTERNAL")],
         "strategies": [asking(bar_type="EUR/USD.SIM-100-TICK-LAST-EXTERNAL")]},
        "BAR_TYPE_UNEXECUTABLE", "venues[0].bar_execution", "100-TICK-LAST",
    ),
    "a book without book data": (
        {"data": [QUOTES], "strategies": [asking(bar_type=BID.replace("EXTERNAL", "INTERNAL"))],
         "venues": [{**VENUE, "book_type": "L2_MBP"}]},
        "BOOK_TYPE_MISMATCH", "venues[0].book_type", "only quotes",
    ),
    "book data without a book": (
        {"data": [DELTAS], "strategies": [asking("Looping")]},
        "BOOK_TYPE_MISMATCH", "venues[0].book_type", "L2_MBP",
    ),
    "an instrument of another venue": (
        {"data": [of_bars(LAST)], "strategies": [asking(instrument_id="EUR/USD.IDEALPRO", bar_type=LAST.replace("SIM", "IDEALPRO"))]},
        "VENUE_MISMATCH", "strategies[0].config.instrument_id", '"EUR/USD.SIM"',
    ),
    "an instrument that is not there": (
        {"data": [of_bars(LAST)], "strategies": [asking(instrument_id="EUR/USB.SIM", bar_type=LAST.replace("USD", "USB"))]},
        "UNKNOWN_INSTRUMENT", "strategies[0].config.instrument_id", 'Did you mean "EUR/USD.SIM"?',
    ),
    "a tag twice": (
        {"data": [QUOTES], "strategies": [asking(order_id_tag="7"), asking("Looping", order_id_tag="7")]},
        "DUPLICATE_ID", "strategies[1].config.order_id_tag", "strategies[0]",
    ),
    "a tag that the engine gives another": (
        {"data": [QUOTES], "strategies": [asking(order_id_tag="001"), asking()]},
        "DUPLICATE_ID", "strategies[1].config.order_id_tag", '"000"',
    ),
    "an actor twice": (
        {"data": [QUOTES], "actors": [{"source": "asking.py:Listener", "config": {"component_id": "EAR"}}] * 2},
        "DUPLICATE_ID", "actors[1].config.component_id", '"EAR"',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FATAL)
def test_what_cannot_work_is_refused(name: str, ask: Ask) -> None:
    request, code, path, said = FATAL[name]
    with pytest.raises(EngineError) as caught:
        ask("refused", **request)
    error = caught.value
    assert (error.code, error.path) == (code, path)
    assert said in error.data["message"] + error.data["next_step"]
    problems = ask("check", **request)["problems"]
    assert (problems[0]["code"], problems[0]["path"]) == (code, path)
    assert problems[0]["message"] == error.data["message"]


WARNED: dict[str, tuple[dict[str, Any], str, str]] = {
    # name: (request, code, part of what is said)
    "one subscription of two": (
        {"data": [of_bars(LAST)], "strategies": [asking(bar_type=LAST, with_quotes=True)]},
        "SUBSCRIPTION_UNSERVED", "asking.py:35",
    ),
    "a bar type written out": (
        {"data": [of_bars(LAST)], "strategies": [asking("Spelling", bar_type=LAST)]},
        "SUBSCRIPTION_UNSERVED", "EUR/USD.SIM-5-MINUTE-LAST-EXTERNAL",
    ),
    "bars nobody has, and a timer": (
        {"data": [QUOTES], "strategies": [asking("Ticking", bar_type=LAST)]},
        "SUBSCRIPTION_UNSERVED", "asking.py:33",
    ),
    "bars of one side, and no orders": (
        {"data": [of_bars(BID)], "strategies": [asking("Watching")]},
        "NO_MARKET", "BID",
    ),
    "another instrument that is not there": (
        {"data": [of_bars(LAST)], "strategies": [asking(bar_type=LAST, other_id="GBP/USD.SIM")]},
        "UNKNOWN_INSTRUMENT", "strategies[0].config.other_id",
    ),
    "book data that moves nothing": (
        {"data": [QUOTES, DELTAS], "strategies": [asking(bar_type=BID.replace("EXTERNAL", "INTERNAL"))]},
        "BOOK_TYPE_DROPS_DATA", "L2_MBP",
    ),
    "quotes that move nothing": (
        {"data": [QUOTES, DELTAS], "strategies": [asking(bar_type=BID.replace("EXTERNAL", "INTERNAL"))],
         "venues": [{**VENUE, "book_type": "L2_MBP"}]},
        "BOOK_TYPE_DROPS_DATA", "quotes of EUR/USD.SIM",
    ),
    "a time in force no simulated venue takes": (
        {"data": [of_bars(LAST)], "strategies": [asking(bar_type=LAST, time_in_force=TimeInForce.AT_THE_OPEN.value)]},
        "TIME_IN_FORCE_UNSUPPORTED", "strategies[0].config.time_in_force",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WARNED)
def test_what_may_work_is_warned_of(name: str, ask: Ask) -> None:
    request, code, said = WARNED[name]
    assert_warned(ask("check", **request), code, said)


def test_a_run_has_the_warnings_with_its_result(ask: Ask) -> None:
    request, code, said = WARNED["one subscription of two"]
    result = ask("run", **request)
    assert_warned(result, code, said)
    assert result["counts"]["fills"] > 0


def test_orders_that_will_not_be_taken_are_told_beside_the_result_of_a_run(ask: Ask) -> None:
    result = ask("run", data=[of_bars(BID), of_bars(ASK)], strategies=[asking("Closing")])
    assert_warned(result, "TIME_IN_FORCE_UNSUPPORTED", "asking.py:")
    assert result["counts"]["fills"] > 0


def assert_warned(result: dict[str, Any], code: str, said: str) -> None:
    found = [warning for warning in result["warnings"] if warning["code"] == code]
    assert len(found) == 1, result["warnings"]
    assert said in found[0]["message"] + found[0]["next_step"]


RIGHT: dict[str, dict[str, Any]] = {
    "bars of both sides": {"data": [of_bars(BID), of_bars(ASK)]},
    "bars of last prices": {"data": [of_bars(LAST)], "strategies": [asking(bar_type=LAST)]},
    "bars of one side beside quotes": {"data": [of_bars(BID), QUOTES]},
    "bars made of quotes": {"data": [QUOTES], "strategies": [asking(bar_type=BID.replace("EXTERNAL", "INTERNAL"))]},
    "bars made of trades": {"data": [TRADES], "strategies": [asking(bar_type=LAST.replace("EXTERNAL", "INTERNAL"))]},
    "bars made of bars": {
        "data": [of_bars(LAST)],
        "strategies": [asking(bar_type="EUR/USD.SIM-5-MINUTE-LAST-INTERNAL@1-MINUTE-EXTERNAL")],
    },
    "a book of book data": {
        "data": [DELTAS],
        "strategies": [asking("Looping")],
        "venues": [{**VENUE, "book_type": "L2_MBP"}],
    },
    "quotes made of a book": {
        "data": [DELTAS],
        "strategies": [asking(bar_type=BID.replace("EXTERNAL", "INTERNAL"), with_quotes=True)],
        "venues": [{**VENUE, "book_type": "L2_MBP"}],
        "engine": {"data_engine": {"emit_quotes_from_book": True}},
    },
    "two with tags of their own": {
        "data": [QUOTES],
        "strategies": [asking(bar_type=BID.replace("EXTERNAL", "INTERNAL"))] * 2,
    },
}


@pytest.mark.parametrize("name", RIGHT)
def test_nothing_is_said_of_runs_that_are_right(name: str, ask: Ask) -> None:
    result = ask("check", **RIGHT[name])
    assert result["problems"] == []
    assert [
        warning for warning in result["warnings"] if warning["code"] not in ("TIMEZONE_ASSUMED", "SIZES_ASSUMED")
    ] == []


@pytest.mark.parametrize("name", ["bars made of bars", "a book of book data", "bars of both sides"])
def test_runs_that_are_right_trade(name: str, ask: Ask) -> None:
    assert ask("run", **RIGHT[name])["counts"]["fills"] > 0


@pytest.mark.parametrize("name", ["bars of one side", "bars that may not move the market", "book data without a book"])
def test_the_engine_would_have_rejected_every_order(name: str, ask: Ask, tmp_path: Path) -> None:
    """The same with a strategy of which it cannot be seen that it submits orders, so that it runs."""
    request, code, _, _ = FATAL[name]
    [strategy] = request.get("strategies", [asking()])
    result = ask("run", **{**request, "strategies": [{**strategy, "source": "asking.py:Unseen"}]})
    orders = json.loads((tmp_path / "funnel.json").read_text())["orders"]
    assert (orders["created"], orders["rejected"]) == (3, 3)
    assert code in [warning["code"] for warning in result["warnings"]]


SCRIPT = """
import pandas as pd
from asking import Asking, AskingConfig
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money
from nautilus_trader.persistence.wranglers import BarDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider

pair = TestInstrumentProvider.default_fx_ccy("EUR/USD", Venue("SIM"))
bar_type = BarType.from_str("EUR/USD.SIM-1-MINUTE-BID-EXTERNAL")
rows = pd.read_csv("bars.csv", index_col="timestamp", parse_dates=True)
engine = BacktestEngine(BacktestEngineConfig())
engine.add_venue(Venue("SIM"), OmsType.NETTING, AccountType.MARGIN, [Money(1_000_000, USD)])
engine.add_instrument(pair)
engine.add_data(BarDataWrangler(bar_type, pair).process(rows))
engine.add_strategy(Asking(AskingConfig(instrument_id=pair.id, bar_type=bar_type, with_quotes=True)))
engine.run()
"""


def test_a_script_runs_all_the_same_and_is_warned(
    files: Path, tmp_path: Path, start_worker: Callable[..., Worker]
) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    for file in (files / "bars.csv", STRATEGIES / "asking.py"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    request = {"script": "script.py", "strategies": [], "venues": [], "data": []}
    result = start_worker("run").call(
        "run_backtest",
        {
            "workspace": str(tmp_path),
            "catalog": str(tmp_path / "catalog"),
            "run_id": "run",
            "run_directory": str(tmp_path),
            "request": request,
        },
    )
    warnings = {warning["code"]: warning["message"] for warning in result["warnings"]}
    assert (result["counts"]["orders"], result["counts"]["fills"]) == (3, 0)
    assert "only BID bars" in warnings["NO_MARKET"]
    assert "quote ticks of EUR/USD.SIM" in warnings["SUBSCRIPTION_UNSERVED"]


def test_a_catalog_with_other_decimals_than_its_instrument(files: Path, tmp_path: Path, shared_run: Worker) -> None:
    catalog = tmp_path / "catalog"
    items = [{"file": str(files / "bars.csv"), "instrument": FX, "bar_type": LAST}]
    shared_run.call("import_data", {"workspace": str(tmp_path), "catalog": str(catalog), "items": items})
    [file] = (catalog / "data" / "bar").rglob("*.parquet")
    table = pq.read_table(file)
    metadata = {**(table.schema.metadata or {}), b"price_precision": b"3"}
    pq.write_table(table.replace_schema_metadata(metadata), file)
    with pytest.raises(EngineError) as caught:
        shared_run.call(
            "run_backtest",
            {
                "workspace": str(STRATEGIES),
                "catalog": str(catalog),
                "run_id": "run",
                "run_directory": str(tmp_path),
                "request": {
                    "strategies": [asking(bar_type=LAST)],
                    "venues": [VENUE],
                    "data": [{"data_type": "Bar", "instrument_id": "EUR/USD.SIM"}],
                },
            },
        )
    assert (caught.value.code, caught.value.path) == ("PRECISION_MISMATCH", "data[0]")
    assert "3 decimals" in caught.value.data["message"]
