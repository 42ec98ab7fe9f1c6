"""Checks of data before a run relies on it: of files as they are, of the catalog as it is stored."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from quarterdeck.context import Context
from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given, optional
from quarterdeck.moments import optional_time
from quarterdeck.nautilus.catalog import Catalog, Catalogs
from quarterdeck.nautilus.convert import iso_time
from quarterdeck.nautilus.customdata import CustomFile, names_class
from quarterdeck.nautilus.identifiers import parse_bar_type
from quarterdeck.nautilus.instruments import Instruments
from quarterdeck.nautilus.loaderfile import KINDS
from quarterdeck.nautilus.loading import FileData, check_item, open_file
from quarterdeck.nautilus.querying import find_holding
from quarterdeck.nautilus.series import Series, floats
from quarterdeck.protocol import CheckDataParams, CheckDataResult, CheckedSeries, DataFinding, DataItem, Severity
from quarterdeck.quality import Finding, find_faults

COLUMNS = {
    "bars": ("open", "high", "low", "close", "volume"),
    "quotes": ("bid_price", "ask_price", "bid_size", "ask_size"),
    "trades": ("price", "size"),
    "deltas": ("price", "size"),
}


def check_data(params: CheckDataParams, context: Context) -> CheckDataResult:
    """Check every item; what a file's rows have wrong is found, not raised."""
    workspace = Path(params.workspace).resolve()
    catalogs = Catalogs(params.catalog)
    instruments = Instruments(catalogs.own.instruments, workspace)
    for index, spec in enumerate(given(params.instruments, [])):
        instruments.resolve_all(spec, f"instruments[{index}]")
    series: list[CheckedSeries] = []
    for index, item in enumerate(params.items):
        context.check_cancelled()
        context.progress(f"Checking item {index + 1} of {len(params.items)}", index, len(params.items))
        path = f"items[{index}]"
        if check_item(item, path):
            series.extend(_check_file(item, index, path, workspace, instruments))
        else:
            series.append(_check_held(item, index, path, catalogs.of(item)))
    errors = [finding for checked in series for finding in checked.findings if finding.severity is Severity.error]
    return CheckDataResult(ok=not errors, series=series)


def _check_file(
    item: DataItem, index: int, path: str, workspace: Path, instruments: Instruments
) -> list[CheckedSeries]:
    if names_class(given(item.as_)):
        return [_check_custom_file(item, index, path, workspace, instruments)]
    file = open_file(item, path, workspace, instruments)
    if isinstance(file, FileData):
        return [_check_table(file, index)]
    checked = []
    for part in file.parts():
        data_type = type(part.data[0]).__name__
        bar_type = getattr(part.data[0], "bar_type", None)
        kind = KINDS.get(data_type, "depth")
        times = np.array([datum.ts_init for datum in part.data], dtype=np.int64)
        columns = {name: np.array([_number(datum, name) for datum in part.data]) for name in COLUMNS.get(kind, ())}
        faults = find_faults(kind, times, columns, _interval(bar_type))
        instrument_id = part.data[0].instrument_id if bar_type is None else bar_type.instrument_id
        checked.append(
            _answer(
                index, data_type, str(instrument_id), None if bar_type is None else str(bar_type), times, faults,
                file.detected,
            )
        )  # fmt: skip
    return checked


def _check_table(file: FileData, index: int) -> CheckedSeries:
    rows, raised = file.read_leniently()
    faults: list[Finding] = []
    if rows is not None:
        times = rows.index.to_numpy().astype("datetime64[ns]").astype(np.int64)
        columns = {
            str(name): rows[name].to_numpy(dtype=np.float64)
            for name in rows.columns
            if rows[name].dtype != object and not rows[name].isna().any()
        }
        faults = find_faults(file.table_kind, times, columns, _interval(file.bar_type))
    else:
        times = np.array([], dtype=np.int64)
    covered = {"DATA_UNSORTED", "DATA_DUPLICATE_TIMES"}
    for error in raised:
        # These are counted with the others, by looking at the rows.
        if error.code.value in covered or (error.code.value == "DATA_OUT_OF_RANGE" and faults):
            continue
        faults.append(_finding(error))
    for warning in file.warnings:
        faults.append(Finding(warning.code, "warning", 1, warning.message, warning.next_step, []))
    bar_type = None if file.bar_type is None or file.kind != "bars" else str(file.bar_type)
    detected = file.detected
    return _answer(index, file.data_type, str(file.instrument.id), bar_type, times, faults, detected)


def _finding(error: QuarterdeckError) -> Finding:
    details = error.details or {}
    count = details.get("count", 1)
    example: dict[str, Any] = {name: details[name] for name in ("row", "time", "column", "values") if name in details}
    rows = count if isinstance(count, int) else 1
    return Finding(error.code.value, "error", rows, error.message, error.next_step, [example] if example else [])


def _check_held(item: DataItem, index: int, path: str, catalog: Catalog) -> CheckedSeries:
    data_type = given(item.data_type)
    if data_type is None:
        raise TypeError("not an item of the catalog")
    holding = find_holding(catalog, data_type, given(item.instrument_id), given(item.bar_type))
    start, end = given(item.start), given(item.end)
    series = Series(
        catalog,
        holding,
        optional_time(start, f"{path}.start"),
        optional_time(end, f"{path}.end"),
    )
    if holding.is_custom:
        rows = pd.concat([table.to_pandas() for table in series.tables()] or [pd.DataFrame({"ts_init": []})])
        return _answer_custom(index, holding.data_type, holding.instrument_id, rows, None)
    kind = KINDS.get(holding.data_type, "other")
    names = COLUMNS.get(kind, ())
    tables = series.tables([*names, "ts_init"])
    none = [np.array([], dtype=np.int64)]
    times = np.concatenate([table["ts_init"].to_numpy().astype(np.int64) for table in tables] or none)
    columns = {name: np.concatenate([floats(table[name]) for table in tables] or none) for name in names}
    bar_type = None if holding.bar_type is None else parse_bar_type(holding.bar_type, f"{path}.bar_type")
    faults = find_faults(kind, times, columns, _interval(bar_type))
    faults.extend(_precisions(tables, holding.instrument_id, catalog))
    return _answer(index, holding.data_type, holding.instrument_id, holding.bar_type, times, faults, None)


def _check_custom_file(
    item: DataItem, index: int, path: str, workspace: Path, instruments: Instruments
) -> CheckedSeries:
    try:
        file = CustomFile(item, path, workspace, instruments)
        parts = list(file.parts())
    except QuarterdeckError as error:
        if "row" not in (error.details or {}):
            raise
        name, owner = str(given(item.as_)).rsplit(":", 1)[1], str(given(item.instrument_id, ""))
        return _answer(index, name, owner, None, np.array([], dtype=np.int64), [_finding(error)], None)
    rows = pd.DataFrame([datum.to_dict() for part in parts for datum in part.data])
    named = file.series[0]
    return _answer_custom(index, named.data_type, named.instrument_id, rows, file.detected)


def _answer_custom(
    index: int, data_type: str, instrument_id: str, rows: pd.DataFrame, detected: dict[str, Any] | None
) -> CheckedSeries:
    times = rows["ts_init"].to_numpy().astype(np.int64)
    repeated = rows.astype(str).duplicated().to_numpy()
    faults = find_faults("custom", times, {}, None, repeated)
    return _answer(index, data_type, instrument_id, None, times, faults, detected)


def _precisions(tables: list[Any], instrument_id: str, catalog: Catalog) -> list[Finding]:
    found: dict[str, int] = {}
    for table in tables:
        said = (table.schema.metadata or {}).get(b"price_precision")
        if said is None:
            continue
        precision = said.decode()
        found[precision] = found.get(precision, 0) + 1
    instrument = next((known for known in catalog.instruments() if str(known.id) == instrument_id), None)
    wanted = {str(instrument.price_precision)} if instrument is not None else set()
    faults = []
    if len(found) > 1 or (wanted and found and set(found) != wanted):
        examples: list[dict[str, Any]] = [
            {"price_precision": precision, "files": count} for precision, count in found.items()
        ]
        said = f"; the instrument has {wanted.pop()}" if wanted else ""
        faults.append(
            Finding(
                "PRECISION_MIXED", "error", len(found), f"The files have prices of {', '.join(found)} decimals{said}.",
                "Import the data anew with one definition of the instrument.", examples,
            )
        )  # fmt: skip
    if instrument is None:
        faults.append(
            Finding(
                "INSTRUMENT_MISSING", "error", 1, f"The catalog has no instrument {instrument_id}; no run can use it.",
                "import_data with instruments adds it.", [],
            )
        )  # fmt: skip
    return faults


def _answer(
    index: int,
    data_type: str,
    instrument_id: str,
    bar_type: str | None,
    times: np.ndarray,
    faults: list[Finding],
    detected: dict[str, Any] | None,
) -> CheckedSeries:
    return CheckedSeries(
        item=index,
        data_type=data_type,
        instrument_id=instrument_id,
        bar_type=optional(bar_type),
        rows=len(times),
        start=optional(iso_time(int(times.min())) if len(times) else None),
        end=optional(iso_time(int(times.max())) if len(times) else None),
        detected=optional(detected),
        findings=[
            DataFinding(
                code=fault.code,
                severity=Severity(fault.severity),
                count=fault.rows,
                message=fault.message,
                next_step=fault.next_step,
                examples=fault.examples,
            )
            for fault in faults
        ],
    )


def _interval(bar_type: Any) -> int | None:
    if bar_type is None:
        return None
    try:
        return int(pd.Timedelta(bar_type.spec.timedelta).value)
    except ValueError:
        return None


def _number(datum: Any, name: str) -> float:
    value = getattr(datum, name, None)
    if value is None:
        order = getattr(datum, "order", None)
        value = getattr(order, name, 0) if order is not None else 0
    return float(value)
