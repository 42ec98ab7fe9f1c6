"""Brings files into the catalog: all of a request, or nothing."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from nautilus_trader.model.instruments import Instrument
from nautilus_trader.persistence.catalog.parquet import ParquetDataCatalog
from nautilus_trader.persistence.funcs import class_to_filename

from quarterdeck.context import Context
from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given, optional
from quarterdeck.nautilus.catalog import CLASSES, Catalog
from quarterdeck.nautilus.convert import iso_time
from quarterdeck.nautilus.instruments import Instruments, as_dict
from quarterdeck.nautilus.loading import FileData, Part, check_item
from quarterdeck.protocol import DataItem, ImportDataParams, ImportDataResult, ImportedRow, Warning

PREVIEW = 3
STAGING = ".import-"
ABANDONED_SECONDS = 24 * 60 * 60


def import_data(params: ImportDataParams, context: Context) -> ImportDataResult:
    """Import the items of a request, or with `dry_run` say what would be imported."""
    workspace = Path(params.workspace).resolve()
    catalog = Catalog(params.catalog)
    if catalog.is_remote:
        raise QuarterdeckError(
            "UNSUPPORTED",
            "Data can be imported into a catalog on this machine only.",
            "Name a catalog by its path.",
            path="catalog",
        )
    instruments = Instruments(catalog.instruments)
    extra = [
        instruments.resolve(spec, f"instruments[{index}]") for index, spec in enumerate(given(params.instruments, []))
    ]
    files = [_file(item, f"items[{index}]", workspace, instruments) for index, item in enumerate(params.items)]
    dry_run = given(params.dry_run, False)
    target = Path(catalog.location)
    with _Staging(target, write=not dry_run) as staging:
        rows = [staging.take(file, index, len(files), context) for index, file in enumerate(files)]
        if not dry_run:
            staging.add_instruments([*extra, *(file.instrument for file in files)], catalog)
            context.check_cancelled()
            staging.commit()
    warnings = [*instruments.warnings, *staging.warnings]
    for file in files:
        warnings.extend(file.warnings)
    return ImportDataResult(imported=rows, warnings=warnings)


def _file(item: DataItem, path: str, workspace: Path, instruments: Instruments) -> FileData:
    if not check_item(item, path):
        raise QuarterdeckError(
            "INVALID_ARGUMENTS",
            "The item is in a catalog already.",
            "Give files to import.",
            path=f"{path}.data_type",
        )
    return FileData(item, path, workspace, instruments)


class _Staging:
    """A catalog beside the target, on the same disk, whose files are moved over when all is well."""

    def __init__(self, target: Path, *, write: bool) -> None:
        self.warnings: list[Warning] = []
        self._target = target
        self._write = write
        self._folder: Path | None = None
        self._created: list[Path] = []

    def __enter__(self) -> "_Staging":
        if self._write:
            for parent in [*reversed(self._target.parents), self._target]:
                if not parent.exists():
                    parent.mkdir()
                    self._created.append(parent)
            self._clear_abandoned()
            self._folder = Path(tempfile.mkdtemp(prefix=STAGING, dir=self._target))
            self._store = ParquetDataCatalog(str(self._folder))
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        for folder in reversed(self._created):
            if folder.exists() and not any(folder.iterdir()):
                folder.rmdir()

    def _clear_abandoned(self) -> None:
        for folder in self._target.glob(f"{STAGING}*"):
            if time.time() - folder.stat().st_mtime > ABANDONED_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)

    def take(self, file: FileData, index: int, count: int, context: Context) -> ImportedRow:
        """Read a file to its end, and write what it holds."""
        total = first = last = 0
        preview: list[dict[str, Any]] = []
        for part in _undivided(file.parts()):
            context.check_cancelled()
            if not preview:
                preview = _preview(part)
            first = first or part.data[0].ts_init
            last = part.data[-1].ts_init
            if self._write:
                self._store.write_data(part.data)
            total += len(part.data)
            context.progress(f"Importing item {index + 1} of {count}", total)
        return ImportedRow(
            data_type=file.data_type,
            instrument_id=str(file.instrument.id),
            bar_type=optional(None if file.bar_type is None or file.kind != "bars" else str(file.bar_type)),
            rows=total,
            start=iso_time(first),
            end=iso_time(last),
            preview=optional(None if self._write else preview),
        )

    def add_instruments(self, instruments: list[Instrument], catalog: Catalog) -> None:
        """Write instruments the catalog does not have; another definition under the same id is refused."""
        known = {str(instrument.id): instrument for instrument in catalog.instruments()}
        for name, brought in {str(instrument.id): instrument for instrument in instruments}.items():
            self._store.write_data([brought])
            there = known.get(name)
            if there is None:
                continue
            # As read back: some fields do not survive being written.
            instrument = next(iter(self._store.instruments(instrument_ids=[name])))
            shutil.rmtree(self._store._make_path(type(brought), name))
            if differing := _differing(there, instrument):
                raise QuarterdeckError(
                    "CATALOG_CONFLICT",
                    f"The catalog has another definition of {instrument.id}: {', '.join(differing)} differ.",
                    "Name the catalog's instrument by its id, or use another catalog.",
                    path="instruments",
                    details={"differing": differing},
                )

    def commit(self) -> None:
        """Move the files over, after checking that they are new."""
        if self._folder is None:
            return
        moves: list[tuple[Path, Path]] = []
        for source in sorted(path for path in self._folder.glob("data/*/*") if path.is_dir()):
            folder = self._target / source.relative_to(self._folder)
            if self._is_new(source, folder):
                moves.extend((file, folder / file.name) for file in sorted(source.glob("*.parquet")))
        for source, destination in moves:
            destination.parent.mkdir(parents=True, exist_ok=True)
            source.replace(destination)

    def _is_new(self, source: Path, folder: Path) -> bool:
        data_class = next((kind for kind in CLASSES.values() if class_to_filename(kind) == source.parent.name), None)
        if data_class is None or not folder.is_dir():
            return True
        there = ParquetDataCatalog(str(self._target)).get_intervals(data_class, source.name)
        begin, end = _span(self._store.get_intervals(data_class, source.name))
        overlapping = [(first, last) for first, last in there if first <= end and last >= begin]
        if not overlapping:
            return True
        if _span(overlapping) == (begin, end) and _table(source).equals(_table(folder, begin, end)):
            self.warnings.append(
                Warning(
                    code="ALREADY_IMPORTED",
                    message=f"The catalog holds exactly this data of {source.name} already; nothing was added.",
                    next_step="Nothing; run_backtest can use it.",
                )
            )
            return False
        held_begin, held_end = _span(overlapping)
        raise QuarterdeckError(
            "CATALOG_CONFLICT",
            f"The catalog holds data of {source.name} from {iso_time(held_begin)} to {iso_time(held_end)}, "
            f"which overlaps {iso_time(begin)} to {iso_time(end)}.",
            "Import only the period that is missing, or use another catalog.",
            path="items",
            details={"held": [[iso_time(first), iso_time(last)] for first, last in overlapping]},
        )


def _undivided(parts: Iterator[Part]) -> Iterator[Part]:
    """Keep rows of the same time in one part: the catalog's files must not overlap."""
    pending: Part | None = None
    for part in parts:
        if pending is None:
            pending = part
            continue
        last = pending.data[-1].ts_init
        lead = next((index for index, datum in enumerate(part.data) if datum.ts_init != last), len(part.data))
        whole = Part(pending.data + part.data[:lead], pending.times)
        if lead == len(part.data):
            pending = whole
            continue
        yield whole
        pending = Part(part.data[lead:], part.times.iloc[lead:])
    if pending is not None:
        yield pending


def _preview(part: Part) -> list[dict[str, Any]]:
    """Return the first rows: their time in the file and what became of it (of a bar made into quotes, the close)."""
    step = max(1, len(part.data) // len(part.times))
    return [
        {"original": text, "ts_event": iso_time(datum.ts_event), "ts_init": iso_time(datum.ts_init)}
        for text, datum in zip(part.times.iloc[:PREVIEW], part.data[step - 1 :: step], strict=False)
    ]


def _differing(there: Instrument, brought: Instrument) -> list[str]:
    if type(there) is not type(brought):
        return ["type"]
    ours, theirs = as_dict(brought), as_dict(there)
    return [name for name, value in ours.items() if name not in ("ts_event", "ts_init") and theirs.get(name) != value]


def _span(intervals: list[tuple[int, int]]) -> tuple[int, int]:
    return min(first for first, _ in intervals), max(last for _, last in intervals)


def _table(folder: Path, begin: int | None = None, end: int | None = None) -> pa.Table:
    tables = [pq.read_table(file) for file in sorted(folder.glob("*.parquet"))]
    table = pa.concat_tables(tables).sort_by("ts_init").replace_schema_metadata()
    if begin is None or end is None:
        return table.combine_chunks()
    times = table["ts_init"].to_numpy()
    return table.filter(pa.array((times >= begin) & (times <= end))).combine_chunks()
