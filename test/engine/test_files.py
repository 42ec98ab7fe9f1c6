"""CSV files: what is read, what is refused, and in which row."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import EngineError, Worker
from request_forms import BAR_TYPE, FX

HEADER = "timestamp,open,high,low,close,volume"
GOOD = [
    "2024-03-04 09:00:00,1.10000,1.10020,1.09990,1.10010,100",
    "2024-03-04 09:01:00,1.10010,1.10030,1.10000,1.10020,100",
    "2024-03-04 09:02:00,1.10020,1.10040,1.10010,1.10030,100",
]

Import = Callable[..., dict[str, Any]]


@pytest.fixture
def dry_import(shared_run: Worker, tmp_path: Path) -> Import:
    """Import one file without writing."""

    def run(text: str | bytes, name: str = "data.csv", **item: Any) -> dict[str, Any]:
        data = text.encode() if isinstance(text, str) else text
        (tmp_path / name).write_bytes(data)
        wanted = {"file": name, "instrument": FX, "bar_type": BAR_TYPE, **item}
        return shared_run.call(
            "import_data",
            {
                "workspace": str(tmp_path),
                "catalog": str(tmp_path / "catalog"),
                "items": [{key: value for key, value in wanted.items() if value is not None}],
                "dry_run": True,
            },
        )

    return run


def lines(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


REFUSED: dict[str, tuple[str, str, int | None, str]] = {
    "nothing at all": ("", "FILE_EMPTY", None, "is empty"),
    "header only": (HEADER + "\n", "FILE_EMPTY", None, "no rows"),
    "no close": (lines("2024-03-04,1,2,1", header="date,open,high,low"), "COLUMNS_MISSING", None, "close"),
    "no header": (lines(*GOOD[1:], header=GOOD[0]), "COLUMNS_MISSING", None, "looks like data"),
    "misspelt column": (lines(*GOOD, header=HEADER.replace("close", "closee")), "COLUMNS_MISSING", None, '"closee"'),
    "text for a price": (lines(GOOD[0], GOOD[1].replace("1.10030", "n/a?")), "VALUE_UNREADABLE", 2, "high"),
    "no price": (lines(GOOD[0], GOOD[1].replace("1.10030", "")), "VALUE_UNREADABLE", 2, "no value"),
    "infinite price": (lines(GOOD[0].replace("1.10020", "inf")), "VALUE_UNREADABLE", 1, "high"),
    "text for a time": (lines(GOOD[0], "soon" + GOOD[1][19:]), "VALUE_UNREADABLE", 2, "soon"),
    "month or day first": (lines("04/03/2024" + GOOD[0][19:]), "VALUE_UNREADABLE", 1, "04/03/2024"),
    "unsorted": (lines(GOOD[1], GOOD[0], GOOD[2]), "DATA_UNSORTED", 2, "earlier"),
    "same time twice": (lines(GOOD[0], GOOD[1], GOOD[1], GOOD[2]), "DATA_DUPLICATE_TIMES", 3, "same time"),
    "too many decimals": (lines(GOOD[0], GOOD[1].replace("1.10020", "1.100204")), "DATA_MIXED_PRECISION", 2, "5 decimals"),
    "high below low": (lines(GOOD[0], GOOD[1].replace("1.10030", "1.09000")), "DATA_OUT_OF_RANGE", 2, "contradicts"),
    "negative volume": (lines(GOOD[0].replace(",100", ",-1")), "DATA_OUT_OF_RANGE", 1, "volume"),
    "ragged row": (lines(GOOD[0], GOOD[1] + ",1,2,3"), "FILE_UNREADABLE", None, "CSV"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused(name: str, dry_import: Import) -> None:
    text, code, row, said = REFUSED[name]
    with pytest.raises(EngineError) as caught:
        dry_import(text)
    error = caught.value
    assert (error.code, error.path) == (code, "items[0].file")
    assert error.data.get("details", {}).get("row") == row
    assert said in error.data["message"] + error.data["next_step"]


def test_binary_and_broken_files_are_refused(dry_import: Import) -> None:
    for data, name in ((b"\xff\xfe\x00PK\x03", "data.csv"), (b"not gzip", "data.csv.gz")):
        with pytest.raises(EngineError) as caught:
            dry_import(data, name)
        assert caught.value.code in ("FILE_UNREADABLE", "COLUMNS_MISSING")


@pytest.mark.parametrize(
    ("header", "stamps", "item"),
    [
        ("Date,Open,High,Low,Close,Volume", ("2024-03-04", "2024-03-05"), {}),
        ("Timestamp,O,H,L,C,V", ("2024-03-04T00:00:00Z", "2024-03-05T00:00:00+00:00"), {}),
        ("time,open,high,low,close,vol", ("1709510400", "1709596800"), {}),
        ("time,open,high,low,close,vol", ("1709510400000", "1709596800000"), {}),
        ("time,open,high,low,close,vol", ("1709510400000000000", "1709596800000000000"), {}),
        ("time,open,high,low,close,vol", ("1709510400.0", "1709596800.000"), {"time_unit": "s"}),
        ("when,open,high,low,close,n", ("20240304", "20240305"), {"columns": {"timestamp": "when"}}),
        ("date,open,high,low,close,n", ("2024-03-03 19:00", "2024-03-04 19:00"), {"timezone": "America/New_York"}),
        ("date,open,high,low,close,n", ("2024.03.04 00:00", "2024.03.05 00:00"), {}),
    ],
)
def test_usual_forms_are_read(header: str, stamps: tuple[str, str], item: dict[str, Any], dry_import: Import) -> None:
    rows = [f"{stamp},1.1,1.2,1.0,1.15,5" for stamp in stamps]
    row = dry_import(lines(*rows, header=header), **item)["imported"][0]
    assert (row["rows"], row["start"], row["end"]) == (2, "2024-03-04T00:00:00Z", "2024-03-05T00:00:00Z")
    assert [preview["original"] for preview in row["preview"]] == list(stamps)


def test_separators_compression_byte_order_mark_and_split_dates(dry_import: Import) -> None:
    text = lines(*GOOD)
    assert dry_import(text.replace(",", ";"))["imported"][0]["rows"] == 3
    assert dry_import(b"\xef\xbb\xbf" + text.encode())["imported"][0]["rows"] == 3
    assert dry_import(text.encode("utf-16"))["imported"][0]["rows"] == 3
    assert dry_import(gzip.compress(text.encode()), "data.csv.gz")["imported"][0]["rows"] == 3
    split = text.replace(" 09:", "\t09:").replace(",", "\t").replace("timestamp", "<DATE>\t<TIME>")
    row = dry_import(split.replace("-", "."))["imported"][0]
    assert (row["rows"], row["start"]) == (3, "2024-03-04T09:00:00Z")


def test_limit_takes_the_first_rows(dry_import: Import) -> None:
    assert dry_import(lines(*GOOD), limit=2)["imported"][0]["rows"] == 2


def test_bars_stamped_at_their_open_are_moved_to_their_close(dry_import: Import) -> None:
    row = dry_import(lines(*GOOD), timestamp="open")["imported"][0]
    assert row["preview"][0] == {
        "original": "2024-03-04 09:00:00",
        "ts_event": "2024-03-04T09:01:00Z",
        "ts_init": "2024-03-04T09:01:00Z",
    }
    monthly = dry_import(lines(GOOD[0]), timestamp="open", bar_type="EUR/USD.SIM-1-MONTH-LAST-EXTERNAL")
    assert monthly["imported"][0]["start"] == "2024-04-04T09:00:00Z"


def test_a_column_called_open_time_is_pointed_out(dry_import: Import) -> None:
    result = dry_import(lines(*GOOD, header=HEADER.replace("timestamp", "Open time")))
    assert "STAMPED_AT_OPEN" in [warning["code"] for warning in result["warnings"]]


def test_noise_of_binary_numbers_is_no_precision(dry_import: Import) -> None:
    noisy = lines("2024-03-04,0.30000000000000004,133.520004,0.1,133.520004,1")
    pair = {"template": "fx", "id": "EUR/USD.SIM", "price_precision": 2}
    assert dry_import(noisy, instrument=pair)["imported"][0]["rows"] == 1


def test_quotes_are_told_from_bars(dry_import: Import) -> None:
    text = lines("2024-03-04 09:00:00,1.1,1.2", "2024-03-04 09:00:00,1.3,1.2", header="Time,Bid,Ask")
    result = dry_import(text, bar_type=None)
    assert result["imported"][0]["data_type"] == "QuoteTick"
    codes = [warning["code"] for warning in result["warnings"]]
    assert "QUOTES_CROSSED" in codes
    assert "SIZES_ASSUMED" in codes


def test_bid_and_ask_bars_are_matched(dry_import: Import, tmp_path: Path) -> None:
    (tmp_path / "ask.csv").write_text(lines(*GOOD[1:]))
    result = dry_import(lines(*GOOD), "bid.csv", file=None, bar_type=None, bid_file="bid.csv", ask_file="ask.csv")
    assert result["imported"][0]["rows"] == 8
    assert result["imported"][0]["preview"][0] == {
        "original": "2024-03-04 09:01:00",
        "ts_event": "2024-03-04T09:01:00Z",
        "ts_init": "2024-03-04T09:01:00Z",
    }
    assert "ROWS_UNMATCHED" in [warning["code"] for warning in result["warnings"]]
