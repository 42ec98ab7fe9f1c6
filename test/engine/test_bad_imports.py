"""Whatever is wrong with an import: a typed error that says where, and a catalog that is as it was."""

import gzip
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import STRATEGIES, EngineError, Worker
from market import bars, write_bars, write_quotes
from nautilus_trader.model.enums import AggressorSide
from request_forms import BAR_TYPE, FX, SWING, VENUE
from test_catalog import tree

HEADER = "timestamp,open,high,low,close,volume\n"
ROW = "2024-03-04 09:0{},1.1,1.2,1.0,1.15,100\n"
ROWS = "".join(ROW.format(f"{minute}:00") for minute in range(9))
PACKED = gzip.compress((HEADER + ROWS * 1).encode())

BAD: dict[str, tuple[str, bytes, str]] = {
    # name: (file, what is in it, code)
    "a packed file cut off": ("bars.csv.gz", PACKED[: len(PACKED) // 2], "FILE_UNREADABLE"),
    "a packed file that is none": ("bars.csv.gz", b"\x1f\x8b" + os.urandom(64), "FILE_UNREADABLE"),
    "columns between signs no table has": ("bars.csv", (HEADER + ROWS).replace(",", "#").encode(), "COLUMNS_MISSING"),
    "a header apart from its rows": ("bars.csv", (HEADER + ROWS.replace(",", ";")).encode(), "VALUE_UNREADABLE"),
    "times of two kinds": ("bars.csv", (HEADER + ROWS + "1709550000,1,1,1,1,1\n").encode(), "VALUE_UNREADABLE"),
    "decimal commas between commas": ("bars.csv", (HEADER + ROWS.replace("1.1,", '"1,1x",')).encode(), "VALUE_UNREADABLE"),
    "no rows": ("bars.csv", HEADER.encode(), "FILE_EMPTY"),
    "nothing": ("bars.csv", b"", "FILE_EMPTY"),
    "Parquet without rows": ("bars.parquet", b"empty", "FILE_EMPTY"),
    "a file of a catalog": ("bars.parquet", b"catalog", "UNSUPPORTED"),
    "a DBN file of nothing": ("trades.dbn", b"DBN\x01", "FILE_UNREADABLE"),
    "a packed DBN file of nothing": ("trades.dbn.zst", b"\x28\xb5\x2f\xfd\x00", "FILE_UNREADABLE"),
}  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, shared_run: Worker) -> Path:
    """A workspace with a catalog that holds something."""
    folder = tmp_path_factory.mktemp("kept")
    write_bars(folder / "good.csv", bars(3, 50))
    item = {"file": "good.csv", "instrument": FX, "bar_type": BAR_TYPE}
    shared_run.call("import_data", {"workspace": str(folder), "catalog": str(folder / "catalog"), "items": [item]})
    return folder


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_and_nothing_changes(name: str, kept: Path, shared_run: Worker) -> None:
    file, content, code = BAD[name]
    before = tree(kept / "catalog")
    write(kept / file, content, kept)
    write_bars(kept / "more.csv", bars(3, 80)[50:])
    items = [
        {"file": "more.csv", "instrument": FX, "bar_type": BAR_TYPE},
        {"file": file, "instrument": FX, **({} if "dbn" in file else {"bar_type": BAR_TYPE})},
    ]
    with pytest.raises(EngineError) as caught:
        shared_run.call("import_data", {"workspace": str(kept), "catalog": str(kept / "catalog"), "items": items})
    assert (caught.value.code, (caught.value.path or "").startswith("items[1]")) == (code, True)
    assert "Traceback" not in caught.value.data["message"]
    assert tree(kept / "catalog") == before


def write(file: Path, content: bytes, kept: Path) -> None:
    if content == b"empty":
        names = ("open", "high", "low", "close")
        table = pa.table(
            {"timestamp": pa.array([], pa.timestamp("ns", "UTC")), **dict.fromkeys(names, pa.array([], pa.float64()))}
        )
        pq.write_table(table, file)
    elif content == b"catalog":
        [held] = (kept / "catalog" / "data" / "bar").rglob("*.parquet")
        file.write_bytes(held.read_bytes())
    else:
        file.write_bytes(content)


def test_a_catalog_of_another_precision_mode(kept: Path, shared_run: Worker, tmp_path: Path) -> None:
    """The engine would read other prices from it, or abort."""
    catalog = tmp_path / "catalog"
    for path, content in tree(kept / "catalog").items():
        (catalog / path).parent.mkdir(parents=True, exist_ok=True)
        (catalog / path).write_bytes(content)
    [held] = (catalog / "data" / "bar").rglob("*.parquet")
    table = pq.read_table(held)
    width = table.schema.field("open").type.byte_width
    other = pa.binary(8 if width == 16 else 16)
    for name in ("open", "high", "low", "close", "volume"):
        values = [bytes(other.byte_width) for _ in range(len(table))]
        table = table.set_column(table.schema.get_field_index(name), name, pa.array(values, other))
    pq.write_table(table, held)
    request = {
        "strategies": [SWING],
        "venues": [VENUE],
        "data": [{"data_type": "Bar", "instrument_id": "EUR/USD.SIM"}],
    }
    params = {"workspace": str(STRATEGIES), "catalog": str(catalog), "run_id": "run", "run_directory": str(tmp_path)}
    with pytest.raises(EngineError) as caught:
        shared_run.call("run_backtest", {**params, "request": request})
    assert caught.value.code == "CATALOG_PRECISION"


@pytest.mark.skipif(sys.platform != "linux", reason="limits the file size of another process, which Linux can")
def test_a_disk_that_fills_up(start_worker: Callable[..., Worker], tmp_path: Path) -> None:
    write_quotes(tmp_path / "few.csv", 3, 100)
    write_quotes(tmp_path / "many.csv", 4, 60_000)
    worker = start_worker("run")

    def importing(file: str) -> dict[str, Any]:
        params = {"workspace": str(tmp_path), "catalog": str(tmp_path / "catalog")}
        return worker.call("import_data", {**params, "items": [{"file": file, "instrument": FX}]})

    importing("few.csv")
    before = tree(tmp_path / "catalog")
    resource.prlimit(worker.process.pid, resource.RLIMIT_FSIZE, (100_000, 100_000))
    with pytest.raises(EngineError) as caught:
        importing("many.csv")
    assert caught.value.code == "DISK_FULL"
    assert tree(tmp_path / "catalog") == before


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(kept: Path, shared_run: Worker, tmp_path: Path) -> None:
    (tmp_path / "catalog").mkdir(mode=0o500)
    item = {"file": "good.csv", "instrument": FX, "bar_type": BAR_TYPE}
    with pytest.raises(EngineError) as caught:
        shared_run.call("import_data", {"workspace": str(kept), "catalog": str(tmp_path / "catalog"), "items": [item]})
    assert (caught.value.code, caught.value.path) == ("CATALOG_UNWRITABLE", "catalog")


def test_a_maker_column_of_text_is_read_as_meant_and_warned_of(shared_run: Worker, tmp_path: Path) -> None:
    rows = pd.DataFrame(
        {
            "timestamp": pd.to_datetime(["2024-03-04T09:00:00Z", "2024-03-04T09:00:01Z"]),
            "price": [1.1, 1.2],
            "quantity": [5.0, 5.0],
            "buyer_maker": ["True", "False"],
        }
    )
    rows.to_parquet(tmp_path / "trades.parquet")
    params = {
        "workspace": str(tmp_path),
        "catalog": str(tmp_path / "catalog"),
        "items": [{"file": "trades.parquet", "instrument": FX, "as": "trades"}],
    }
    result = shared_run.call("import_data", params)
    assert "MAKER_IS_TEXT" in [warning["code"] for warning in result["warnings"]]
    [held] = (tmp_path / "catalog" / "data" / "trade_tick").rglob("*.parquet")
    assert pq.read_table(held)["aggressor_side"].to_pylist() == [AggressorSide.SELLER, AggressorSide.BUYER]
