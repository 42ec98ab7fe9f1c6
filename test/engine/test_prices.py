"""Prices kept for the report of a run are those of its data, whether read as columns or as the engine's objects."""

import csv
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow.parquet as pq
import pytest
from conftest import EngineError, Worker
from market import bars, write_bars, write_quotes
from nautilus_trader.model.data import QuoteTick
from nautilus_trader.model.enums import PriceType
from quarterdeck.nautilus import prices
from quarterdeck.nautilus.catalog import Catalog
from quarterdeck.nautilus.instruments import Instruments
from quarterdeck.nautilus.loading import open_file
from quarterdeck.protocol import DataItem
from request_forms import BAR_TYPE, FX

EURUSD = "EUR/USD.SIM"
TRADES = "timestamp,price,quantity,side,trade_id\n" + "".join(
    f"2024-01-02T00:00:{second:02}.123456789Z,1.1{second:04},1000,{'buy' if second % 3 else 'sell'},{second}\n"
    for second in range(60)
)


def items(folder: Path) -> dict[str, dict[str, Any]]:
    write_bars(folder / "bars.csv", bars(7, 300))
    write_bars(folder / "ask.csv", bars(7, 300, shift=0.0001))
    write_quotes(folder / "quotes.csv", 5, 500)
    (folder / "trades.csv").write_text(TRADES)
    return {
        "bars": {"file": "bars.csv", "instrument": FX, "bar_type": BAR_TYPE},
        "bars stamped at their open": {
            "file": "bars.csv",
            "instrument": FX,
            "bar_type": BAR_TYPE,
            "timestamp": "open",
        },
        "quotes": {"file": "quotes.csv", "instrument": FX},
        "trades": {"file": "trades.csv", "instrument": FX},
        "quotes of bid and ask bars": {"bid_file": "bars.csv", "ask_file": "ask.csv", "instrument": FX},
    }


NAMES = ("bars", "bars stamped at their open", "quotes", "trades", "quotes of bid and ask bars")


def expected(data: list[Any], side: str) -> list[tuple[Any, ...]]:
    def prices_of(datum: Any) -> tuple[float, ...]:
        if hasattr(datum, "open"):
            return tuple(price.as_double() for price in (datum.open, datum.high, datum.low, datum.close))
        if isinstance(datum, QuoteTick):
            return (datum.extract_price(getattr(PriceType, side)).as_double(),) * 4
        return (datum.price.as_double(),) * 4

    return [(datum.ts_event, *prices_of(datum)) for datum in data]


def kept(
    worker: Worker, folder: Path, item: dict[str, Any], bar_type: str | None = None, *others: dict[str, Any]
) -> list[tuple[Any, ...]]:
    run = folder / "run"
    run.mkdir(exist_ok=True)
    params = {
        "workspace": str(folder),
        "catalog": str(folder / "catalog"),
        "run_directory": str(run),
        "instrument_id": EURUSD,
        "request": {"strategies": [], "venues": [], "data": [*others, item]},
        **({} if bar_type is None else {"bar_type": bar_type}),
    }
    rows = worker.call("keep_prices", params)["rows"]
    table = pq.read_table(run / "prices-EUR_USD.SIM.parquet")
    assert table.num_rows == rows
    return list(zip(*(table[name].to_pylist() for name in ("ts_event", "open", "high", "low", "close")), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_prices_of_a_file_are_those_of_its_data(name: str, shared_run: Worker, tmp_path: Path) -> None:
    item = items(tmp_path)[name]
    read = msgspec.convert(item, DataItem)
    data = open_file(read, "data[0]", tmp_path, Instruments(list, tmp_path)).load()
    assert len(data) >= 60
    assert kept(shared_run, tmp_path, item) == expected(data, "MID")
    if "quotes" in name:
        for side in ("BID", "ASK"):
            wanted = f"{EURUSD}-5-MINUTE-{side}-INTERNAL"
            assert kept(shared_run, tmp_path, item, wanted) == expected(data, side)


@pytest.mark.parametrize("name", ["bars", "quotes", "trades"])
def test_prices_of_a_catalog_are_those_of_its_data(name: str, shared_run: Worker, tmp_path: Path) -> None:
    item = items(tmp_path)[name]
    importing = {"workspace": str(tmp_path), "catalog": str(tmp_path / "catalog"), "items": [item]}
    shared_run.call("import_data", importing)
    store = Catalog(str(tmp_path / "catalog")).store
    data = {"bars": store.bars, "quotes": store.quote_ticks, "trades": store.trade_ticks}[name]()
    kinds = {"bars": "Bar", "quotes": "QuoteTick", "trades": "TradeTick"}
    which = {"bar_type": BAR_TYPE} if name == "bars" else {"instrument_id": EURUSD}
    read = kept(shared_run, tmp_path, {"data_type": kinds[name], **which})
    assert read == expected(data, "MID")
    assert np.diff([row[0] for row in read]).min() >= 0


def test_bars_a_run_has_read_need_not_be_read_again(
    shared_run: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = items(tmp_path)["bars stamped at their open"]
    monkeypatch.setattr(prices, "FEWEST", 300)
    known = Instruments(list, tmp_path)
    file = tmp_path / "seen" / "prices-EUR_USD.SIM.parquet"
    file.parent.mkdir()
    for others, written in (([items(tmp_path)["quotes"]], False), ([], True)):
        sources = [open_file(msgspec.convert(one, DataItem), "data[0]", tmp_path, known) for one in (item, *others)]
        seen = prices.SeenBars()
        seen.watch(sources)
        sources[0].load()
        seen.keep(file.parent, None, None)
        assert file.exists() == written
    kept(shared_run, tmp_path, item, BAR_TYPE)
    again, first = pq.read_table(tmp_path / "run" / file.name), pq.read_table(file)
    assert again.equals(first, check_metadata=True)


def test_a_window_is_read_in_steps_that_keep_highs_lows_and_ends(
    shared_run: Worker, query: Worker, tmp_path: Path
) -> None:
    rows = kept(shared_run, tmp_path, items(tmp_path)["bars"], BAR_TYPE)
    asked = {"run_directory": str(tmp_path / "run"), "instrument_id": EURUSD}
    whole = query.call("read_prices", {**asked, "points": 20})
    assert (whole["rows_total"], whole["step_seconds"], whole["precision"]) == (300, 1800, 5)
    assert max(map(float, whole["high"])) == max(row[2] for row in rows)
    assert min(map(float, whole["low"])) == min(row[3] for row in rows)
    assert (float(whole["open"][0]), float(whole["close"][-1])) == (rows[0][1], rows[-1][4])
    window = query.call("read_prices", {**asked, "points": 1000, "start": str(rows[10][0]), "end": str(rows[19][0])})
    assert window["ts_event"] == [str(row[0]) for row in rows[10:20]]
    assert [float(price) for price in window["close"]] == [row[4] for row in rows[10:20]]
    with pytest.raises(EngineError) as caught:
        query.call("read_prices", {**asked, "start": "yesterday"})
    assert (caught.value.code, caught.value.path) == ("INVALID_ARGUMENTS", "start")


def test_data_of_a_class_of_ones_own_has_no_prices_and_is_in_nobody_s_way(shared_run: Worker, tmp_path: Path) -> None:
    own = {"data_type": "signals:Signal", "instrument_id": EURUSD}
    item = items(tmp_path)["bars"]
    assert kept(shared_run, tmp_path, item, None, own) == kept(shared_run, tmp_path, item)


def test_bars_of_the_middle_have_the_decimals_of_their_instrument(
    shared_run: Worker, query: Worker, tmp_path: Path
) -> None:
    item = items(tmp_path)["bars"]
    kept(shared_run, tmp_path, {**item, "bar_type": item["bar_type"].replace("BID", "MID")})
    asked = {"run_directory": str(tmp_path / "run"), "instrument_id": EURUSD}
    window = query.call("read_prices", asked)
    assert (window["side"], window["precision"]) == ("MID", 5)


def test_prices_nobody_has_are_said_to_be_missing(shared_run: Worker, tmp_path: Path) -> None:
    other = {**items(tmp_path)["bars"], "instrument": {"template": "fx", "id": "GBP/USD.SIM"}}
    other["bar_type"] = other["bar_type"].replace("EUR", "GBP")
    with pytest.raises(EngineError) as caught:
        kept(shared_run, tmp_path, other)
    assert caught.value.code == "NO_DATA"


@pytest.mark.parametrize("points", [20, 200, 10_000])
@pytest.mark.parametrize("held", [False, True], ids=["file", "catalog"])
@pytest.mark.parametrize("name", ["bars", "quotes"])
def test_a_window_has_every_digit_of_the_data(
    name: str, held: bool, points: int, shared_run: Worker, query: Worker, tmp_path: Path
) -> None:
    item = items(tmp_path)[name]
    if name == "quotes":
        widen(tmp_path / "quotes.csv")
    if held:
        importing = {"workspace": str(tmp_path), "catalog": str(tmp_path / "catalog"), "items": [item]}
        shared_run.call("import_data", importing)
        which = {"bar_type": BAR_TYPE} if name == "bars" else {"instrument_id": EURUSD}
        item = {"data_type": "Bar" if name == "bars" else "QuoteTick", **which}
    kept(shared_run, tmp_path, item)
    asked = {"run_directory": str(tmp_path / "run"), "instrument_id": EURUSD, "points": points}
    answer = query.call("read_prices", asked)
    columns = [[Decimal(text) for text in answer[column]] for column in ("open", "high", "low", "close")]
    found = list(zip(map(int, answer["ts_event"]), *columns, strict=True))
    assert found == in_steps(written(tmp_path / f"{name}.csv"), int(answer["step_seconds"] * 10**9))


def widen(file: Path) -> None:
    """Make the spread an odd number of units: the middle has a decimal more."""
    head, *rows = (line.split(",") for line in file.read_text().splitlines())
    rows = [[time, bid, str(Decimal(bid) + Decimal("0.00011"))] for time, bid, _ in rows]
    file.write_text("\n".join(",".join(row) for row in (head, *rows)) + "\n")


def written(file: Path) -> list[tuple[int, list[Decimal]]]:
    """Return times and prices as a file has them, of quotes the middle."""
    with file.open() as stream:
        rows = list(csv.DictReader(stream))
    found = []
    for row in rows:
        moment = datetime.fromisoformat(row["timestamp"])
        if "bid" in row:
            prices = [(Decimal(row["bid"]) + Decimal(row["ask"])) / 2] * 4
        else:
            prices = [Decimal(row[column]) for column in ("open", "high", "low", "close")]
        found.append((int(moment.timestamp()) * 10**9 + moment.microsecond * 1000, prices))
    return found


def in_steps(rows: list[tuple[int, list[Decimal]]], step: int) -> list[tuple[int, Decimal, Decimal, Decimal, Decimal]]:
    if step == 0:
        return [(ts, *prices) for ts, prices in rows]  # type: ignore[misc]
    merged = []
    for end, group in groupby(rows, key=lambda row: -(-row[0] // step) * step):
        opens, highs, lows, closes = zip(*(prices for _, prices in group), strict=True)
        merged.append((end, opens[0], max(highs), min(lows), closes[-1]))
    return merged
