"""Brings files into the catalog: all of a request, or nothing."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from nautilus_trader.model.instruments import Instrument
from nautilus_trader.persistence.catalog.parquet import ParquetDataCatalog
from nautilus_trader.persistence.funcs import class_to_filename

from quarterdeck.catalogfolder import locked, writing_to
from quarterdeck.context import Context
from quarterdeck.errors import QuarterdeckError
from quarterdeck.message import given, optional
from quarterdeck.nautilus.catalog import CLASSES, CUSTOM, Catalog, file_interval
from quarterdeck.nautilus.convert import iso_time
from quarterdeck.nautilus.instruments import Instruments, as_dict
from quarterdeck.nautilus.itemparts import Part, series_of
from quarterdeck.nautilus.loading import FileItem, check_item, open_file
from quarterdeck.nautilus.merging import HeldFile, merge
from quarterdeck.protocol import DataItem, ImportDataParams, ImportDataResult, ImportedRow, Warning

PREVIEW = 3
LISTED = 50
STAGING = ".import-"
ABANDONED_SECONDS = 24 * 60 * 60

type Move = tuple[Path, Path]


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
    instruments = Instruments(catalog.instruments, workspace)
    extra = [
        instrument
        for index, spec in enumerate(given(params.instruments, []))
        for instrument in instruments.resolve_all(spec, f"instruments[{index}]")
    ]
    files = [_file(item, f"items[{index}]", workspace, instruments) for index, item in enumerate(params.items)]
    dry_run = given(params.dry_run, False)
    target = Path(catalog.location)
    rows: list[ImportedRow] = []
    with writing_to(target), _Staging(target, write=not dry_run) as staging:
        for index, file in enumerate(files):
            rows.extend(staging.take(file, index, len(files), context))
        brought = [*extra, *(instrument for file in files for instrument in file.instruments)]
        if not dry_run:
            context.check_cancelled()
            staging.commit(brought, catalog)
    warnings = [*instruments.warnings, *staging.warnings]
    for file in files:
        warnings.extend(file.warnings)
    ids = sorted({str(instrument.id) for instrument in brought})
    return ImportDataResult(imported=rows, instruments=ids[:LISTED], warnings=warnings)


def _file(item: DataItem, path: str, workspace: Path, instruments: Instruments) -> FileItem:
    if not check_item(item, path):
        raise QuarterdeckError(
            "INVALID_ARGUMENTS",
            "The item is in a catalog already.",
            "Give files to import.",
            path=f"{path}.data_type",
        )
    return open_file(item, path, workspace, instruments)


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
            self._folder = self._make_folder()
            self._clear_abandoned()
            self._store = ParquetDataCatalog(str(self._folder))
        return self

    def _make_folder(self) -> Path:
        while True:
            for parent in [*reversed(self._target.parents), self._target]:
                # Another import may be making the same folders at this moment.
                with suppress(FileExistsError):
                    if not parent.exists():
                        parent.mkdir()
                        self._created.append(parent)
            try:
                return Path(tempfile.mkdtemp(prefix=STAGING, dir=self._target))
            except FileNotFoundError:
                # It failed, and has just taken away the folder that it had made.
                continue

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        for folder in reversed(self._created):
            # Not empty: another import or a person has put something there.
            with suppress(OSError):
                folder.rmdir()

    def _clear_abandoned(self) -> None:
        for folder in self._target.glob(f"{STAGING}*"):
            if time.time() - folder.stat().st_mtime > ABANDONED_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)

    def take(self, file: FileItem, index: int, count: int, context: Context) -> list[ImportedRow]:
        """Read a file to its end, and write what it holds: a row of the answer for each series."""
        found: dict[tuple[str, str, str | None], _Series] = {}
        total = 0
        for part in _undivided(file.parts()):
            context.check_cancelled()
            series = found.setdefault(_series_of(part.data[0]), _Series(_preview(part), part.data[0].ts_init))
            series.last = part.data[-1].ts_init
            series.rows += len(part.data)
            if self._write:
                self._store.write_data(part.data)
            total += len(part.data)
            context.progress(f"Importing item {index + 1} of {count}", total)
        return [
            ImportedRow(
                data_type=data_type,
                instrument_id=instrument_id,
                bar_type=optional(bar_type),
                rows=series.rows,
                start=iso_time(series.first),
                end=iso_time(series.last),
                preview=optional(None if self._write else series.preview),
                detected=optional(None if self._write else file.detected),
            )
            for (data_type, instrument_id, bar_type), series in found.items()
        ]

    def commit(self, instruments: list[Instrument], catalog: Catalog) -> None:
        """Move the files over, all or none, while no other import does the same."""
        if self._folder is None:
            return
        with locked(self._target):
            self._add_instruments(instruments, catalog)
            moves = [move for source in self._sources() for move in self._moves(source)]
            _move_all(moves, self._folder / "replaced")

    def _add_instruments(self, instruments: list[Instrument], catalog: Catalog) -> None:
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

    def _sources(self) -> list[Path]:
        if self._folder is None:
            return []
        # Custom data of no instrument has its files right in the folder of its type.
        alone = {file.parent for file in self._folder.glob("data/*/*.parquet")}
        return sorted(alone | {path for path in self._folder.glob("data/*/*") if path.is_dir()})

    def _moves(self, source: Path) -> list[Move]:
        """Return what goes where for one series, merged with what the catalog holds of the same time."""
        if self._folder is None:
            return []
        folder = self._target / source.relative_to(self._folder)
        brought = _files(source)
        held = _files(folder) if folder.is_dir() else []
        files = [item.file for item in brought] or sorted(source.glob("*.parquet"))
        if brought and any(
            item.interval[0] <= brought[-1].interval[1] and item.interval[1] >= brought[0].interval[0] for item in held
        ):
            merged = merge(brought, held, source.name, self._folder / "merged" / source.parent.name / source.name)
            files = merged.files
            self.warnings.append(_known_already(source.name, merged.known_rows, bool(files)))
        return [(file, folder / file.name) for file in files]


class _Series:
    """What an item gave of one series so far."""

    def __init__(self, preview: list[dict[str, Any]], first: int) -> None:
        self.preview = preview
        self.first = first
        self.last = first
        self.rows = 0


def _series_of(datum: Any) -> tuple[str, str, str | None]:
    bar_type = getattr(datum, "bar_type", None)
    if bar_type is None:
        return type(datum).__name__, series_of(datum).instrument_id, None
    return type(datum).__name__, str(bar_type.instrument_id), str(bar_type)


def _known_already(series: str, rows: int, more: bool) -> Warning:
    if more:
        return Warning(
            code="ROWS_KNOWN",
            message=f"The catalog held {rows} rows of {series} already; only the others were added.",
            next_step="Nothing; no row is there twice.",
        )
    return Warning(
        code="ALREADY_IMPORTED",
        message=f"The catalog holds exactly this data of {series} already; nothing was added.",
        next_step="Nothing; run_backtest can use it.",
    )


def _files(folder: Path) -> list[HeldFile]:
    """Return the files of a series with the time each covers, in order; none of what has no time."""
    names = {class_to_filename(kind) for kind in CLASSES.values()}
    if folder.parent.name not in names and not any(part.name.startswith(CUSTOM) for part in (folder, folder.parent)):
        return []
    files = [(file_interval(file.name), file) for file in folder.glob("*.parquet")]
    return sorted((HeldFile(file, interval) for interval, file in files if interval), key=lambda held: held.interval)


def _move_all(moves: list[Move], kept: Path) -> None:
    """Move every file, or put everything back."""
    done: list[Move] = []
    replaced: list[Move] = []
    try:
        for source, destination in moves:
            destination.parent.mkdir(parents=True, exist_ok=True)
            if destination.exists():
                saved = kept / str(len(replaced))
                kept.mkdir(exist_ok=True)
                destination.replace(saved)
                replaced.append((saved, destination))
            source.replace(destination)
            done.append((source, destination))
    except BaseException:
        for source, destination in reversed(done):
            destination.replace(source)
        for saved, destination in replaced:
            saved.replace(destination)
        raise


def _undivided(parts: Iterator[Part]) -> Iterator[Part]:
    """Keep rows of the same time in one part: the catalog's files must not overlap."""
    pending: Part | None = None
    for part in parts:
        if pending is None:
            pending = part
            continue
        if _series_of(pending.data[0]) != _series_of(part.data[0]):
            yield pending
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
        {"original": str(text), "ts_event": iso_time(datum.ts_event), "ts_init": iso_time(datum.ts_init)}
        for text, datum in zip(part.times.iloc[:PREVIEW], part.data[step - 1 :: step], strict=False)
    ]


def _differing(there: Instrument, brought: Instrument) -> list[str]:
    if type(there) is not type(brought):
        return ["type"]
    ours, theirs = as_dict(brought), as_dict(there)
    return [name for name, value in ours.items() if name not in ("ts_event", "ts_init") and theirs.get(name) != value]
