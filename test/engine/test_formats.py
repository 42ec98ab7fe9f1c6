"""Formats and presets: recognised by what files hold, their conventions shown before anything is written."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import EngineError, Worker
from request_forms import BAR_TYPE, FX

BTC = {"template": "crypto", "id": "BTCUSDT.BINANCE"}
BTC_BARS = "BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL"
STOCK = {"template": "equity", "id": "AAPL.XNAS"}
DAILY = "AAPL.XNAS-1-DAY-LAST-EXTERNAL"

Import = Callable[..., dict[str, Any]]


@pytest.fixture
def dry_import(shared_run: Worker, tmp_path: Path) -> Import:
    def run(data: str | bytes | pd.DataFrame, name: str = "data.csv", **item: Any) -> dict[str, Any]:
        if isinstance(data, pd.DataFrame):
            data.to_parquet(tmp_path / name)
        else:
            (tmp_path / name).write_bytes(data.encode() if isinstance(data, str) else data)
        params = {
            "workspace": str(tmp_path),
            "catalog": str(tmp_path / "catalog"),
            "items": [{"file": name, **item}],
            "dry_run": True,
        }
        return shared_run.call("import_data", params)

    return run


PRESETS: dict[str, tuple[str, dict[str, Any], dict[str, Any], tuple[str, str]]] = {
    "tradingview": (
        "time,open,high,low,close,Volume\n1709510400,1.1,1.2,1.0,1.15,5\n1709510460,1.1,1.2,1.0,1.15,6\n",
        {"instrument": FX, "bar_type": BAR_TYPE},
        {"timestamp": "open", "time_unit": "s", "timezone": "UTC", "as": "bars"},
        ("1709510400", "2024-03-04T00:01:00Z"),
    ),
    "metatrader": (
        "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n"
        "2024.03.04\t00:00:00\t1.1\t1.2\t1.0\t1.15\t7\t0\t2\n",
        {"instrument": FX, "bar_type": BAR_TYPE, "timezone": "Europe/Athens"},
        {"timestamp": "open", "timezone": "Europe/Athens", "separator": "\t"},
        ("2024.03.04 00:00:00", "2024-03-03T22:01:00Z"),
    ),
    "yfinance": (
        "Price,Close,High,Low,Open,Volume\nTicker,AAPL,AAPL,AAPL,AAPL,AAPL\nDate,,,,,\n"
        "2024-03-04,100.5,101,99.5,100,1000\n",
        {"instrument": STOCK, "bar_type": DAILY},
        {"timestamp": "open", "as": "bars"},
        ("2024-03-04", "2024-03-05T00:00:00Z"),
    ),
    "binance": (
        "1709510400000,1.1,1.2,1.0,1.15,5,1709510459999,10,3,1,1,0\n",
        {"instrument": BTC, "bar_type": BTC_BARS},
        {"timestamp": "open", "time_unit": "ms", "header": False},
        ("1709510400000", "2024-03-04T00:01:00Z"),
    ),
    "dukascopy": (
        "Gmt time,Open,High,Low,Close,Volume\n04.03.2024 00:00:00.000,1.1,1.2,1.0,1.15,0.25\n",
        {"instrument": FX, "bar_type": BAR_TYPE},
        {"timestamp": "open", "timezone": "UTC", "size_scale": 1e6},
        ("04.03.2024 00:00:00.000", "2024-03-04T00:01:00Z"),
    ),
    "interactive_brokers": (
        "date,open,high,low,close,volume,average,barCount\n2024-03-04 09:30:00-05:00,100,101,99,100.5,10,100.2,4\n",
        {"instrument": STOCK, "bar_type": "AAPL.XNAS-1-MINUTE-LAST-EXTERNAL"},
        {"timestamp": "open", "timezone": "named in the file"},
        ("2024-03-04 09:30:00-05:00", "2024-03-04T14:31:00Z"),
    ),
    "databento": (
        "ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume\n"
        "1709510400000000000,33,1,1,1100000000,1200000000,1000000000,1150000000,5\n",
        {"instrument": FX, "bar_type": BAR_TYPE},
        {"timestamp": "open", "time_unit": "ns", "price_scale": 1e-9},
        ("1709510400000000000", "2024-03-04T00:01:00Z"),
    ),
    "bybit": (
        "timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional\n"
        "1709510400.1234,BTCUSDT,Buy,0.001,63000.1,PlusTick,ab-1,1,1,1\n",
        {"instrument": BTC},
        {"as": "trades", "time_unit": "s"},
        ("1709510400.1234", "2024-03-04T00:00:00.123400Z"),
    ),
}


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_recognised(name: str, dry_import: Import) -> None:
    text, item, detected, (original, ts_init) = PRESETS[name]
    result = dry_import(text, **item)
    row = result["imported"][0]
    assert row["detected"]["preset"] == name
    assert detected.items() <= row["detected"].items()
    assert row["preview"][0]["original"] == original
    assert row["preview"][0]["ts_init"] == ts_init
    codes = [warning["code"] for warning in result["warnings"]]
    assert ("STAMPED_AT_OPEN" in codes) == (detected.get("timestamp") == "open")
    assert dry_import(text, preset=name, **item)["imported"] == result["imported"]


def test_a_said_stamp_wins_over_a_preset(dry_import: Import) -> None:
    text, item, _, _ = PRESETS["tradingview"]
    result = dry_import(text, timestamp="close", **item)
    assert result["imported"][0]["start"] == "2024-03-04T00:00:00Z"
    assert "STAMPED_AT_OPEN" not in [warning["code"] for warning in result["warnings"]]


@pytest.mark.parametrize(
    ("text", "item", "kind", "rows"),
    [
        ("1,63000.1,0.5,1,1,1709510400000,True,True\n", {}, "TradeTick", 1),
        ("7,63000.1,0.5,31500,1709510400000,false,true\n", {}, "TradeTick", 1),
        ("time,price,size,side\n2024-03-04T00:00:00Z,63000.1,0.5,buy\n", {}, "TradeTick", 1),
        ("time,price,size,side\n2024-03-04T00:00:00Z,63000.1,0.5,N\n", {}, "TradeTick", 1),
        ("time,open,high,low,close,volume\n2024-03-04T00:00:00Z,1,2,1,2,8\n", {"as": "trades"}, "TradeTick", 4),
        ("ts,action,side,price,size\n2024-03-04T00:00:00Z,add,bid,63000.1,0.5\n", {}, "OrderBookDelta", 1),
        ("ts;bid;ask\n2024-03-04T00:00:00Z;63000,15;63000,25\n", {}, "QuoteTick", 1),
    ],
)
def test_kinds_are_told_apart(text: str, item: dict[str, Any], kind: str, rows: int, dry_import: Import) -> None:
    row = dry_import(text, instrument=BTC, **item)["imported"][0]
    assert (row["data_type"], row["rows"]) == (kind, rows)


def test_decimal_commas(dry_import: Import) -> None:
    text = "time;open;high;low;close\n2024-03-04T00:00:00Z;1,10001;1,2;1,0;1,15\n"
    row = dry_import(text, instrument=FX, bar_type=BAR_TYPE)["imported"][0]
    assert (row["detected"]["decimal"], row["detected"]["separator"]) == (",", ";")
    ambiguous = "time;open;high;low;close\n2024-03-04T00:00:00Z;1,100;1,200;1,000;1,150\n"
    with pytest.raises(EngineError) as caught:
        dry_import(ambiguous, instrument=FX, bar_type=BAR_TYPE)
    assert (caught.value.code, caught.value.path) == ("INVALID_ARGUMENTS", "items[0].decimal")
    assert dry_import(ambiguous, instrument=FX, bar_type=BAR_TYPE, decimal=",")["imported"][0]["rows"] == 1


def test_a_zone_that_is_assumed_is_said(dry_import: Import) -> None:
    naive = "date,open,high,low,close\n2024-03-04 09:30:00,1.1,1.2,1.0,1.15\n"
    result = dry_import(naive, instrument=FX, bar_type=BAR_TYPE)
    assert "TIMEZONE_ASSUMED" in [warning["code"] for warning in result["warnings"]]
    assert result["imported"][0]["detected"]["timezone"] == "UTC (assumed)"
    said = dry_import(naive, instrument=FX, bar_type=BAR_TYPE, timezone="UTC")
    assert "TIMEZONE_ASSUMED" not in [warning["code"] for warning in said["warnings"]]


def test_parquet_of_bars(dry_import: Import, tmp_path: Path) -> None:
    stamps = pd.to_datetime(["2024-03-04T00:00:00Z", "2024-03-04T00:01:00Z"])
    frame = pd.DataFrame({"open": [1.1, 1.1], "high": 1.2, "low": 1.0, "close": 1.15}, index=stamps)
    frame.index.name = "timestamp"
    row = dry_import(frame, "data.parquet", instrument=FX, bar_type=BAR_TYPE)["imported"][0]
    assert (row["rows"], row["start"], row["detected"]["format"]) == (2, "2024-03-04T00:00:00Z", "parquet")
    whole = (tmp_path / "data.parquet").read_bytes()
    with pytest.raises(EngineError) as caught:
        dry_import(whole[: len(whole) // 2], "data.parquet", instrument=FX, bar_type=BAR_TYPE)
    assert caught.value.code == "FILE_UNREADABLE"


TARDIS = {
    "trades": "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n"
    "binance,BTCUSDT,1709510400000000,1709510400001000,1,buy,63000.1,0.5\n",
    "quotes": "exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount\n"
    "binance,BTCUSDT,1709510400000000,1709510400001000,1,63000.2,63000.1,2\n",
    "deltas": "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n"
    "binance,BTCUSDT,1709510400000000,1709510400001000,true,bid,63000.1,0.5\n",
}


@pytest.mark.parametrize("kind", TARDIS)
def test_tardis(kind: str, dry_import: Import, tmp_path: Path) -> None:
    for data, name in ((TARDIS[kind].encode(), "t.csv"), (gzip.compress(TARDIS[kind].encode()), "t.csv.gz")):
        row = dry_import(data, name, instrument=BTC)["imported"][0]
        assert (row["detected"]["format"], row["detected"]["as"]) == ("tardis", [kind])
        assert row["preview"][0]["ts_init"] == "2024-03-04T00:00:00.001000Z"


def test_zip_archives(dry_import: Import, tmp_path: Path) -> None:
    text = "time,bid,ask\n2024-03-04T00:00:00Z,1.1,1.2\n"
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as archive:
        archive.writestr("quotes.csv", text)
    assert dry_import((tmp_path / "one.zip").read_bytes(), "copy.zip", instrument=FX)["imported"][0]["rows"] == 1
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.csv", text)
        archive.writestr("b.csv", text)
    with pytest.raises(EngineError) as caught:
        dry_import((tmp_path / "two.zip").read_bytes(), "copy.zip", instrument=FX)
    assert caught.value.code == "FILE_UNREADABLE"


def test_an_order_book_of_bybit(dry_import: Import, tmp_path: Path) -> None:
    line = (
        '{"topic":"orderbook.500.BTCUSDT","type":"%s","ts":%d,"data":{"s":"BTCUSDT",'
        '"b":[["63000.1","0.5"]],"a":[["63000.2","0.5"]],"u":1,"seq":1}}'
    )
    text = "\n".join([line % ("snapshot", 1709510400000), line % ("delta", 1709510400100)])
    with zipfile.ZipFile(tmp_path / "book.zip", "w") as archive:
        archive.writestr("book.data", text)
    result = dry_import((tmp_path / "book.zip").read_bytes(), "copy.zip", instrument=BTC)
    assert result["imported"][0]["data_type"] == "OrderBookDelta"
    assert result["imported"][0]["rows"] == 6


DEPTH = (
    "ts_event,{bid}0{x},{size}0{x},{ask}0{x},{asize}0{x},{bid}1{x},{size}1{x},{ask}1{x},{asize}1{x}\n"
    "1709510400000000000,1.09998,5,1.10001,3,1.09997,7,,\n"
    "1709510401000000000,1.09999,4,1.10002,2,1.09996,1,1.10003,9\n"
)
NAMINGS = {
    "as the engine's own": {
        "bid": "bid_price_",
        "size": "bid_size_",
        "ask": "ask_price_",
        "asize": "ask_size_",
        "x": "",
    },
    "as Databento": {"bid": "bid_px_0", "size": "bid_sz_0", "ask": "ask_px_0", "asize": "ask_sz_0", "x": ""},
}


@pytest.mark.parametrize("naming", ["as the engine's own", "as Databento"])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_depth_of_a_table(naming: str, kind: str, shared_run: Worker, query: Worker, tmp_path: Path) -> None:
    text = DEPTH.format(**NAMINGS[naming])
    if kind == "csv":
        (tmp_path / "book.csv").write_text(text)
    else:
        pd.read_csv(io.StringIO(text)).to_parquet(tmp_path / "book.parquet")
    params = {
        "workspace": str(tmp_path),
        "catalog": str(tmp_path / "catalog"),
        "items": [{"file": f"book.{kind}", "instrument": FX}],
    }
    imported = shared_run.call("import_data", params)["imported"][0]
    assert (imported["data_type"], imported["instrument_id"], imported["rows"]) == ("OrderBookDepth10", FX["id"], 2)
    rows = query.call("query_data", {"catalog": params["catalog"], "data_type": "OrderBookDepth10"})["rows"]
    told = [(row["bid_price_0"], row["bid_size_0"], row["ask_price_1"], row["ask_size_1"]) for row in rows]
    assert told == [("1.09998", "5", "0.00000", "0"), ("1.09999", "4", "1.10003", "9")]
    assert [row["ts_init"] for row in rows] == ["2024-03-04T00:00:00Z", "2024-03-04T00:00:01Z"]
    item = {"data_type": "OrderBookDepth10", "instrument_id": FX["id"]}
    assert shared_run.call("check_data", {**params, "items": [item]})["series"][0]["findings"] == []


NO_PRICE = 2**63 - 1


def test_a_price_that_databento_has_not_is_an_empty_level_and_no_price_of_a_quote(dry_import: Import) -> None:
    row = {
        "ts_event": 1709510400000000000,
        "bid_px_00": 1099980000,
        "ask_px_00": NO_PRICE,
        "bid_sz_00": 5,
        "ask_sz_00": 0,
    }
    header, values = ",".join(["publisher_id", "instrument_id", *row]), ",".join(map(str, [1, 1, *row.values()]))
    with pytest.raises(EngineError) as caught:
        dry_import(f"{header}\n{values}\n", instrument=FX)
    assert (caught.value.code, caught.value.path) == ("VALUE_UNREADABLE", "items[0].file")
    further = ",bid_px_01,ask_px_01,bid_sz_01,ask_sz_01\n"
    result = dry_import(f"{header}{further}{values},1099970000,{NO_PRICE},7,0\n", instrument=FX)
    assert [(one["data_type"], one["rows"]) for one in result["imported"]] == [("OrderBookDepth10", 1)]


def test_a_stream_of_betfair(dry_import: Import) -> None:
    runners = [{"status": "ACTIVE", "sortPriority": index + 1, "id": 100 + index} for index in range(2)]
    market = {
        "bspMarket": False, "turnInPlayEnabled": True, "persistenceEnabled": True, "marketBaseRate": 5, "eventId": "1",
        "eventTypeId": "7522", "numberOfWinners": 1, "bettingType": "ODDS", "marketType": "MATCH_ODDS",
        "marketTime": "2024-03-04T12:00:00.000Z", "suspendTime": "2024-03-04T12:00:00.000Z", "bspReconciled": False,
        "complete": True, "inPlay": False, "crossMatching": True, "runnersVoidable": False, "numberOfActiveRunners": 2,
        "betDelay": 0, "status": "OPEN", "runners": runners, "regulators": ["MR_INT"], "discountAllowed": True,
        "timezone": "GMT", "openDate": "2024-03-04T12:00:00.000Z", "version": 1,
    }  # fmt: skip
    book = [{"id": 100, "atb": [[1.95, 10]], "atl": [[1.98, 12]]}, {"id": 101, "atb": [[2.02, 5]], "atl": [[2.06, 7]]}]
    traded = [{"id": 100, "trd": [[1.96, 4]], "ltp": 1.96, "tv": 4}]
    changes = [
        {"id": "1.5", "marketDefinition": market, "rc": book, "img": True},
        {"id": "1.5", "rc": traded},
    ]
    lines = [
        json.dumps({"op": "mcm", "clk": None, "pt": 1709510400000 + at, "mc": [change]})
        for at, change in enumerate(changes)
    ]
    result = dry_import("\n".join(lines), "stream")
    counts = {(row["data_type"], row["instrument_id"]): row["rows"] for row in result["imported"]}
    assert counts == {
        ("OrderBookDelta", "1-5-100-None.BETFAIR"): 3,
        ("OrderBookDelta", "1-5-101-None.BETFAIR"): 3,
        ("TradeTick", "1-5-100-None.BETFAIR"): 1,
    }
    assert {warning["code"] for warning in result["warnings"]} >= {"CURRENCY_ASSUMED"}


REFUSED: dict[str, tuple[str | bytes, str, dict[str, Any], str]] = {
    "a packed file cut off": (gzip.compress(b"time,bid,ask\n" + b"2024-03-04T00:00:00Z,1.1,1.2\n" * 9)[:-12], "d.csv.gz", {}, "FILE_UNREADABLE"),
    "times of two kinds": ("time,bid,ask\n2024-03-04T00:00:00Z,1,2\n2024-03-04T00:00:01,1,2\n", "d.csv", {}, "VALUE_UNREADABLE"),
    "text where it was numbers": ("time,bid,ask\n1709510400,1,2\n2024-03-04T00:00:01,1,2\n", "d.csv", {}, "VALUE_UNREADABLE"),
    "no such side": ("time,price,size,side\n2024-03-04T00:00:00Z,1,1,up\n", "d.csv", {}, "VALUE_UNREADABLE"),
    "another format than said": ("time,bid,ask\n2024-03-04T00:00:00Z,1,2\n", "d.csv", {"format": "parquet"}, "FILE_UNREADABLE"),
    "depth of one price": ("time,price,size\n2024-03-04T00:00:00Z,1,1\n", "d.csv", {"as": "depth"}, "COLUMNS_MISSING"),
    "no DBN at all": (b"DBN\x02 and nothing that follows", "d.dbn", {}, "FILE_UNREADABLE"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused(name: str, dry_import: Import) -> None:
    data, file, item, code = REFUSED[name]
    with pytest.raises(EngineError) as caught:
        dry_import(data, file, instrument=FX, **item)
    assert (caught.value.code, caught.value.path) == (code, "items[0].file")
