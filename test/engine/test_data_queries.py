"""Questions about data: pages, windows, points, instruments, and what is wrong with it."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import EngineError, Worker
from market import bars, write_bars, write_quotes
from nautilus_trader.model.data import FundingRateUpdate, InstrumentClose, InstrumentStatus, MarkPriceUpdate
from nautilus_trader.model.enums import InstrumentCloseType, MarketStatusAction
from nautilus_trader.model.objects import Price
from nautilus_trader.persistence.catalog.parquet import ParquetDataCatalog
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from request_forms import BAR_TYPE, FX

OPTION = {
    "type": "OptionContract", "id": "SPY260116C00500000.OPRA", "raw_symbol": "SPY260116C00500000",
    "asset_class": "EQUITY", "currency": "USD", "price_precision": 2, "price_increment": "0.01", "multiplier": "100",
    "lot_size": "1", "underlying": "SPY", "option_kind": "CALL", "strike_price": "500.00", "activation_ns": "0",
    "expiration_ns": "1768597200000000000",
}  # fmt: skip
COUNT = 5000


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory, shared_run: Worker) -> str:
    folder = tmp_path_factory.mktemp("data")
    write_bars(folder / "bars.csv", bars(3, COUNT))
    write_quotes(folder / "quotes.csv", 3, 3000)
    items = [
        {"file": "bars.csv", "instrument": FX, "bar_type": BAR_TYPE},
        {"file": "quotes.csv", "instrument": FX},
    ]
    params = {"workspace": str(folder), "catalog": str(folder / "catalog"), "items": items, "instruments": [OPTION]}
    shared_run.call("import_data", params)
    return str(folder / "catalog")


@pytest.fixture
def ask(query: Worker, catalog: str) -> Callable[..., dict[str, Any]]:
    return lambda method, **params: query.call(method, {"catalog": catalog, **params})


def test_pages_join_to_the_whole(ask: Callable[..., dict[str, Any]]) -> None:
    rows: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = ask("query_data", data_type="Bar", bar_type=BAR_TYPE, after=after, limit=999)
        rows.extend(page["rows"])
        after = page.get("next")
    source = bars(3, COUNT)
    assert [(row["open"], row["close"]) for row in rows] == [(row[1], row[4]) for row in source]
    assert [Decimal(row["volume"]) for row in rows] == [Decimal(row[5]) for row in source]
    assert page["total"] == COUNT


def test_a_window(ask: Callable[..., dict[str, Any]]) -> None:
    page = ask("query_data", data_type="Bar", start="2024-03-04T10:00:00Z", end="2024-03-04T10:09:00Z")
    assert (page["total"], page["rows"][0]["ts_init"], page["rows"][-1]["ts_init"]) == (
        10,
        "2024-03-04T10:00:00Z",
        "2024-03-04T10:09:00Z",
    )


def test_points_keep_extremes_and_sums(ask: Callable[..., dict[str, Any]]) -> None:
    page = ask("query_data", data_type="Bar", points=100)
    source = bars(3, COUNT)
    assert (len(page["rows"]), page["sampled"], page["total"]) == (100, True, COUNT)
    assert max(Decimal(row["high"]) for row in page["rows"]) == max(Decimal(row[2]) for row in source)
    assert min(Decimal(row["low"]) for row in page["rows"]) == min(Decimal(row[3]) for row in source)
    assert sum(Decimal(row["volume"]) for row in page["rows"]) == sum(Decimal(row[5]) for row in source)
    assert (page["rows"][0]["open"], page["rows"][-1]["close"]) == (source[0][1], source[-1][4])
    quotes = ask("query_data", data_type="QuoteTick", instrument_id="EUR/USD.SIM", points=50)
    whole = ask("query_data", data_type="QuoteTick", instrument_id="EUR/USD.SIM", points=4000)
    assert (len(quotes["rows"]) <= 50, whole["sampled"], len(whole["rows"])) == (True, False, 3000)
    for pick in (min, max):
        picked = [pick(Decimal(row["bid_price"]) for row in page["rows"]) for page in (quotes, whole)]
        assert picked[0] == picked[1]


@pytest.mark.parametrize(
    ("params", "code", "said"),
    [
        ({"data_type": "TradeTick"}, "NO_DATA", "no TradeTick"),
        ({"data_type": "QuoteTick", "instrument_id": "EUR/UDS.SIM"}, "NO_DATA", '"EUR/USD.SIM"'),
        ({"data_type": "Bar", "start": "2024-03-05", "end": "2024-03-04"}, "INVALID_TIME_RANGE", "after"),
        ({"data_type": "Bar", "catalog": "/nowhere/at/all"}, "CATALOG_NOT_FOUND", "no catalog"),
    ],
)
def test_questions_without_an_answer(
    params: dict[str, Any], code: str, said: str, ask: Callable[..., dict[str, Any]]
) -> None:
    with pytest.raises(EngineError) as caught:
        ask("query_data", **params)
    assert caught.value.code == code
    assert said in caught.value.data["message"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["EUR/USD.SIM", "SPY260116C00500000.OPRA"]),
        ({"symbol": "eur"}, ["EUR/USD.SIM"]),
        ({"symbol": "SPY*C*"}, ["SPY260116C00500000.OPRA"]),
        ({"class": "fx"}, ["EUR/USD.SIM"]),
        ({"class": "option"}, ["SPY260116C00500000.OPRA"]),
        ({"class": "OptionContract", "underlying": "SPY", "right": "CALL"}, ["SPY260116C00500000.OPRA"]),
        ({"right": "PUT"}, []),
        ({"strike_min": "400", "strike_max": "500"}, ["SPY260116C00500000.OPRA"]),
        ({"strike_min": "500.01"}, []),
        ({"expires_after": "2026-01-01", "expires_before": "2026-02-01"}, ["SPY260116C00500000.OPRA"]),
        ({"venue": "SIM"}, ["EUR/USD.SIM"]),
    ],
)
def test_instruments_are_found(wanted: dict[str, Any], found: list[str], ask: Callable[..., dict[str, Any]]) -> None:
    assert [row["id"] for row in ask("find_instruments", **wanted)["instruments"]] == found


def test_an_instrument_in_full(ask: Callable[..., dict[str, Any]]) -> None:
    answer = ask("get_instrument", instrument_id="EUR/USD.SIM")
    assert (answer["instrument"]["type"], answer["instrument"]["price_increment"]) == ("CurrencyPair", "0.00001")
    assert answer["data"] == [BAR_TYPE, "QuoteTick"]
    option = ask("get_instrument", instrument_id=OPTION["id"])["instrument"]
    assert option["expiration_ns"] == OPTION["expiration_ns"]
    with pytest.raises(EngineError) as caught:
        ask("get_instrument", instrument_id="EUR/UDS.SIM")
    assert '"EUR/USD.SIM"' in caught.value.data["message"]


FAULTY = """timestamp,open,high,low,close,volume
2024-03-04 09:00:00,1.10000,1.10020,1.09990,1.10010,100
2024-03-04 09:01:00,1.10010,1.09000,1.10000,1.10020,100
2024-03-04 09:01:00,1.10020,1.10040,1.10010,1.10030,0
2024-03-04 09:10:00,1.10020,1.10040,1.10010,1.100305,100
2024-03-04 09:09:00,1.10020,1.10040,1.10010,1.10030,-5
"""


def found_in(result: dict[str, Any]) -> dict[str, int]:
    return {finding["code"]: finding["count"] for finding in result["series"][0]["findings"]}


def test_faults_of_a_file_are_counted(shared_run: Worker, tmp_path: Path) -> None:
    (tmp_path / "faulty.csv").write_text(FAULTY)
    items = [{"file": "faulty.csv", "instrument": FX, "bar_type": BAR_TYPE}]
    params = {"workspace": str(tmp_path), "catalog": str(tmp_path / "catalog"), "items": items}
    result = shared_run.call("check_data", params)
    assert not result["ok"]
    found = found_in(result)
    assert found == {
        "OUT_OF_ORDER": 1,
        "DUPLICATE_TIMES": 1,
        "OHLC_CONTRADICTS": 1,
        "SIZE_NEGATIVE": 1,
        "SIZE_ZERO": 1,
        "GAPS": 1,
        "DATA_MIXED_PRECISION": 1,
        "TIMEZONE_ASSUMED": 1,
    }
    gap = next(finding for finding in result["series"][0]["findings"] if finding["code"] == "GAPS")
    assert gap["examples"][0] == {
        "after_row": 3,
        "from": "2024-03-04T09:01:00Z",
        "to": "2024-03-04T09:10:00Z",
        "missing_bars": 8,
    }


def test_faults_of_quotes(shared_run: Worker, tmp_path: Path) -> None:
    rows = ["2024-03-04T09:00:00Z,1.2,1.1", "2024-03-04T09:00:01Z,0,1.1", "2024-03-04T09:00:01Z,0,1.1"]
    (tmp_path / "quotes.csv").write_text("time,bid,ask\n" + "\n".join(rows) + "\n")
    items = [{"file": "quotes.csv", "instrument": FX}]
    params = {"workspace": str(tmp_path), "catalog": str(tmp_path / "catalog"), "items": items}
    found = found_in(shared_run.call("check_data", params))
    assert (found["QUOTES_CROSSED"], found["QUOTES_ZERO"], found["DUPLICATE_ROWS"]) == (1, 2, 1)


def test_sound_data_of_the_catalog(shared_run: Worker, catalog: str, tmp_path: Path) -> None:
    items = [{"data_type": "Bar", "bar_type": BAR_TYPE}, {"data_type": "QuoteTick", "instrument_id": "EUR/USD.SIM"}]
    result = shared_run.call("check_data", {"workspace": str(tmp_path), "catalog": catalog, "items": items})
    assert result["ok"]
    assert [series["rows"] for series in result["series"]] == [COUNT, 3000]
    assert [[finding["code"] for finding in series["findings"]] for series in result["series"]] == [
        [],
        # The generator repeats a quote now and then.
        ["DUPLICATE_ROWS"],
    ]


def test_other_types_of_the_engine_are_read_and_checked(tmp_path: Path, query: Worker, shared_run: Worker) -> None:
    eurusd, times = TestInstrumentProvider.default_fx_ccy("EUR/USD"), [1_700_000_000_000_000_000, 1_700_000_060 * 10**9]
    held = ParquetDataCatalog(str(tmp_path / "catalog"))
    held.write_data([eurusd])
    kinds: dict[str, tuple[str, str, Callable[[int], Any]]] = {
        "MarkPriceUpdate": ("value", "1.10505", lambda at: MarkPriceUpdate(eurusd.id, Price(1.10505, 5), at, at)),
        "FundingRateUpdate": ("rate", "0.0001", lambda at: FundingRateUpdate(eurusd.id, Decimal("0.0001"), at, at)),
        "InstrumentStatus": (
            "action", "TRADING", lambda at: InstrumentStatus(eurusd.id, MarketStatusAction.TRADING, at, at),
        ),
        "InstrumentClose": (
            "close_price", "1.2", lambda at: InstrumentClose(
                eurusd.id, Price(1.2, 1), InstrumentCloseType.END_OF_SESSION, at, at
            ),
        ),
    }  # fmt: skip
    for name, (column, expected, make) in kinds.items():
        held.write_data([make(at) for at in times])
        asked = {"catalog": held.path, "data_type": name, "instrument_id": str(eurusd.id)}
        page = query.call("query_data", asked)
        assert [row[column] for row in page["rows"]] == [expected] * 2, name
        item = {"data_type": name, "instrument_id": str(eurusd.id)}
        params = {"workspace": str(tmp_path), "catalog": held.path, "items": [item]}
        checked = shared_run.call("check_data", params)["series"][0]
        assert (checked["rows"], checked["findings"]) == (2, []), name
    with pytest.raises(EngineError) as caught:
        query.call("query_data", {"catalog": held.path, "data_type": "MarkPriceUpdates"})
    assert caught.value.code == "NO_DATA"
    assert 'Did you mean "MarkPriceUpdate"?' in caught.value.data["message"]
