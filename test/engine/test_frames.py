"""Tables of a run, in pages and thinned."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import EngineError, Worker
from hypothesis import given
from hypothesis import strategies as st
from quarterdeck.frames import thin, write_overview

EXACT = 1_700_000_000_000_000_001


@pytest.fixture
def run_directory(tmp_path: Path) -> Path:
    table = pa.table(
        {
            "ts_event": pa.array([EXACT + index for index in range(1000)], pa.int64()),
            "venue": ["SIM"] * 1000,
            "equity": [
                str(1000 + (500 if index == 333 else -500 if index == 777 else index % 7)) for index in range(1000)
            ],
        }
    )
    pq.write_table(table, tmp_path / "equity.parquet", row_group_size=64)
    pq.write_table(table.slice(0, 0), tmp_path / "fills.parquet")
    return tmp_path


def test_pages_cover_every_row_once(query: Worker, run_directory: Path) -> None:
    rows: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        params = {"run_directory": str(run_directory), "frame": "equity", "after": after, "limit": 97}
        page = query.call("read_frame", params)
        assert page["total"] == 1000
        assert len(page["rows"]) <= 97
        rows += page["rows"]
        after = page.get("next")
    assert [row["ts_event"] for row in rows] == [str(EXACT + index) for index in range(1000)]


def test_pages_past_the_end_and_of_empty_tables(query: Worker, run_directory: Path) -> None:
    params = {"run_directory": str(run_directory), "frame": "equity", "after": 5000}
    assert query.call("read_frame", params) == {"rows": [], "total": 1000}
    params = {"run_directory": str(run_directory), "frame": "fills"}
    assert query.call("read_frame", params) == {"rows": [], "total": 0}


def test_a_thinned_series_keeps_its_ends_and_extremes(query: Worker, run_directory: Path) -> None:
    params = {"run_directory": str(run_directory), "frame": "equity", "points": 50}
    rows = query.call("read_frame", params)["rows"]
    assert len(rows) <= 50
    assert (rows[0]["ts_event"], rows[-1]["ts_event"]) == (str(EXACT), str(EXACT + 999))
    values = [row["equity"] for row in rows]
    assert "1500" in values
    assert "500" in values


def test_a_run_that_left_none(query: Worker, tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        query.call("read_frame", {"run_directory": str(tmp_path), "frame": "orders"})
    assert caught.value.code == "RUN_NOT_FINISHED"


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=400), st.integers(2, 60))
def test_thinning_bounds(values: list[float], points: int) -> None:
    table = pa.table({"row": list(range(len(values))), "equity": [repr(value) for value in values]})
    thinned = thin(table, points, "equity")
    rows = thinned["row"].to_pylist()
    assert len(rows) <= max(points, 2)
    assert (rows[0], rows[-1]) == (0, len(values) - 1)
    assert rows == sorted(set(rows))
    if points >= 4:
        kept = [values[row] for row in rows]
        assert (min(kept), max(kept)) == (min(values), max(values))


def test_a_long_series_is_served_from_its_overview(query: Worker, run_directory: Path) -> None:
    path = run_directory / "equity.parquet"
    values = [str(1000 + index % 11 + (900 if index == 7777 else 0)) for index in range(20_000)]
    table = pa.table({"ts_event": pa.array(range(EXACT, EXACT + 20_000), pa.int64()), "equity": values})
    pq.write_table(table, path)
    params = {"run_directory": str(run_directory), "frame": "equity", "points": 400}
    whole = query.call("read_frame", params)
    write_overview(path, table, "equity")
    served = query.call("read_frame", params)
    for answer in (whole, served):
        assert answer["total"] == 20_000
        assert len(answer["rows"]) <= 400
        assert max(int(row["equity"]) for row in answer["rows"]) == max(map(int, values))


@pytest.mark.parametrize("rows", [1000, 20_000])
def test_what_is_read_without_an_engine_is_what_the_engine_reads(query: Worker, tmp_path: Path, rows: int) -> None:
    path = tmp_path / "equity.parquet"
    values = [str(1000 + index * 7919 % 1013) for index in range(rows)]
    table = pa.table({"ts_event": pa.array(range(EXACT, EXACT + rows), pa.int64()), "equity": values})
    pq.write_table(table, path)
    write_overview(path, table, "equity")
    params = {"run_directory": str(tmp_path), "frame": "equity", "points": 4000}
    assert json.loads((tmp_path / "equity.json").read_text()) == query.call("read_frame", params)
