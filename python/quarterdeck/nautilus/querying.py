"""Answers about a catalog's data: pages of rows, or as many points as a screen can show."""

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from nautilus_trader.core.nautilus_pyo3 import FIXED_PRECISION

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.message import given, optional
from quarterdeck.moments import optional_time
from quarterdeck.nautilus.catalog import Catalog, Holding, held_type
from quarterdeck.nautilus.series import Series, as_rows, decimal_of, floats, raw_numbers
from quarterdeck.protocol import QueryDataParams, QueryDataResult

PRICE = {"Bar": "close", "QuoteTick": "bid_price", "TradeTick": "price", "OrderBookDelta": "price"}


def query_data(params: QueryDataParams) -> QueryDataResult:
    """Return a page of a series, or the whole of it down-sampled."""
    catalog = Catalog(params.catalog)
    holding = find_holding(catalog, params.data_type, given(params.instrument_id), given(params.bar_type))
    start, end = given(params.start), given(params.end)
    first = optional_time(start, "start")
    last = optional_time(end, "end")
    if first is not None and last is not None and first > last:
        raise QuarterdeckError(
            "INVALID_TIME_RANGE", f"start ({start}) is after end ({end}).", "Swap start and end.", path="start"
        )
    series = Series(catalog, holding, first, last)
    points, after, limit = given(params.points), given(params.after, 0), given(params.limit, 50)
    total = series.total
    sampled = points is not None and total > points
    if sampled and points is not None:
        rows = sample(series, points)
    else:
        rows = series.rows(0, total) if points is not None else series.rows(after, limit)
    reached = after + len(rows)
    return QueryDataResult(
        data_type=holding.data_type,
        instrument_id=holding.instrument_id,
        bar_type=optional(holding.bar_type),
        rows=rows,
        total=total,
        next=optional(reached if points is None and reached < total else None),
        sampled=sampled,
    )


def find_holding(catalog: Catalog, data_type: str, instrument_id: str | None, bar_type: str | None) -> Holding:
    """Return the series that is meant."""
    if not catalog.exists:
        raise QuarterdeckError(
            "CATALOG_NOT_FOUND",
            f"There is no catalog at {catalog.location}.",
            "Bring data into it with import_data first, or name another catalog.",
            path="catalog",
        )
    data_type = held_type(data_type)
    every = catalog.everything()
    held = [holding for holding in every if holding.data_type == data_type]
    matching = [
        holding
        for holding in held
        if instrument_id in (None, holding.instrument_id) and bar_type in (None, holding.bar_type)
    ]
    if len(matching) == 1:
        return matching[0]
    wanted = bar_type or instrument_id
    names = sorted({holding.bar_type or holding.instrument_id for holding in (matching or held)})
    shown = ", ".join(names[:10]) + ("" if len(names) <= 10 else f" and {len(names) - 10} more")
    if matching:
        raise QuarterdeckError(
            "INVALID_ARGUMENTS",
            f"The catalog has several series of {data_type}: {shown}.",
            "Name one with instrument_id or bar_type.",
            path="bar_type" if data_type == "Bar" else "instrument_id",
        )
    if not held:
        hint = did_you_mean(data_type, sorted({holding.data_type for holding in every}))
    else:
        hint = did_you_mean(wanted, names) if wanted else ""
    raise QuarterdeckError(
        "NO_DATA",
        f"The catalog has no {data_type} of {wanted or 'anything'}{'; it has ' + shown if names else ''}.{hint}",
        "list_data shows what the catalog holds.",
        path="bar_type" if bar_type else "instrument_id",
    )


def sample(series: Series, points: int) -> list[dict[str, Any]]:
    """Return at most `points` rows: bars merged in groups, of ticks each group's lowest and highest."""
    if series.holding.data_type == "Bar":
        return _merged_bars(series, points)
    name = PRICE.get(series.holding.data_type)
    groups = max(1, points // 2)
    total = series.total
    rows: list[dict[str, Any]] = []
    done = 0
    edges = np.linspace(0, total, groups + 1).astype(np.int64)
    for table in series.tables():
        count = len(table)
        cuts = np.unique(np.clip(edges - done, 0, count))
        cuts = np.unique(np.concatenate([[0], cuts, [count]]))
        if name is None:
            kept = cuts[:-1]
        else:
            prices = np.nan_to_num(floats(table[name]))
            kept = np.unique(_extremes(prices, cuts))
        rows.extend(as_rows(table.take(pa.array(kept))))
        done += count
    # Groups end where files do, so that there may be a few more than asked for.
    return rows if len(rows) <= points else [rows[int(at)] for at in np.linspace(0, len(rows) - 1, points)]


def _extremes(prices: np.ndarray, cuts: np.ndarray) -> list[int]:
    picks: list[int] = []
    for first, last in pairwise(cuts.tolist()):
        part = prices[first:last]
        picks.extend((int(first + np.argmin(part)), int(first + np.argmax(part))))
    return picks


def _merged_bars(series: Series, points: int) -> list[dict[str, Any]]:
    table = pa.concat_tables(series.tables())
    metadata = table.schema.metadata or {}
    prices, sizes = int(metadata.get(b"price_precision", b"9")), int(metadata.get(b"size_precision", b"9"))
    edges = np.unique(np.linspace(0, len(table), points + 1).astype(np.int64))
    starts, ends = edges[:-1], edges[1:] - 1
    high, low = floats(table["high"]), floats(table["low"])
    highest = [int(first + np.argmax(high[first : last + 1])) for first, last in zip(starts, ends, strict=True)]
    lowest = [int(first + np.argmin(low[first : last + 1])) for first, last in zip(starts, ends, strict=True)]

    def price(name: str, picks: Any) -> list[str | None]:
        return [decimal_of(raw, prices) for raw in raw_numbers(table[name].take(pa.array(picks)))]

    ends_table = as_rows(table.select(["ts_event", "ts_init"]).take(pa.array(ends)))
    volume = floats(table["volume"])
    summed = np.add.reduceat(volume, starts)
    if float(volume.sum()) * 10**sizes >= 2**53:
        raws = raw_numbers(table["volume"])
        texts = [decimal_of(sum(raws[first : last + 1]), sizes) for first, last in zip(starts, ends, strict=True)]
    else:
        texts = [decimal_of(round(value * 10**sizes) * 10 ** (FIXED_PRECISION - sizes), sizes) for value in summed]
    columns = {
        "open": price("open", starts),
        "high": price("high", highest),
        "low": price("low", lowest),
        "close": price("close", ends),
        "volume": texts,
    }
    return [
        {**{name: values[at] for name, values in columns.items()}, **times, "bars": int(ends[at] - starts[at] + 1)}
        for at, times in enumerate(ends_table)
    ]
