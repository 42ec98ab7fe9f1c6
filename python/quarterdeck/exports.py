"""A kept run written as files: its tables, normalised JSON, a report, a bundle."""

import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from quarterdeck.errors import QuarterdeckError
from quarterdeck.frames import rows_of, thin
from quarterdeck.message import given
from quarterdeck.protocol import ExportedFile, ExportResult, ExportRunParams, Frame, Warning

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# What says when and where a run was made rather than what it came to.
TIMELY = ("id", "created_at", "started_at", "finished_at", "progress")
TIMELY_SUMMARY = ("elapsed_seconds", "engine_seconds", "events_per_second")
LEFT_OUT = ".partial"
CURVES = {Frame.equity.value: "equity", Frame.benchmark.value: "price"}
PREVIEWED_ROWS = 200
PREVIEWED_POINTS = 2000


def export_run(params: ExportRunParams) -> ExportResult:
    """Write a run in the format asked for."""
    run = Run(Path(params.run_directory), params.record, Path(params.workspace))
    writers: dict[str, Callable[[Run, Path], list[Path]]] = {
        "csv": write_csv,
        "parquet": copy_parquet,
        "json": write_json,
        "qdrun": write_bundle,
        "html": lambda run, target: _write_report(run, target, params),
        "tearsheet": _write_tearsheet,
    }
    written = writers[params.format.value](run, Path(params.target))
    return ExportResult(files=exported(written), warnings=run.warnings)


class Run:
    """A finished run as it is kept: its record and the folder of its tables."""

    def __init__(self, directory: Path, record: dict[str, Any], workspace: Path) -> None:
        self.directory = directory
        self.record = record
        self.workspace = workspace
        self.warnings: list[Warning] = []

    def tables(self) -> dict[str, Path]:
        """Return the tables the run has; a run of an earlier version may lack some."""
        paths = {frame.value: self.directory / f"{frame.value}.parquet" for frame in Frame}
        found = {name: path for name, path in paths.items() if path.is_file()}
        if not found:
            raise QuarterdeckError(
                "FILE_NOT_FOUND",
                "The run's tables are gone.",
                "Run it again: get_run with detail source gives its request.",
                path="run_id",
            )
        return found

    def table(self, name: str) -> pa.Table | None:
        """Return one table, None when the run does not have it."""
        path = self.directory / f"{name}.parquet"
        return pq.read_table(path) if path.is_file() else None


def write_csv(run: Run, target: Path) -> list[Path]:
    """Write every table as CSV; times stay nanoseconds, decimals the digits they have."""
    written = []
    for name, path in run.tables().items():
        file = target / f"{name}.csv"
        with whole(file) as partial, pq.ParquetFile(path) as table:
            schema = table.schema_arrow
            with pa_csv.CSVWriter(partial, schema) as writer:
                for group in range(table.metadata.num_row_groups):
                    writer.write_table(table.read_row_group(group).cast(schema))
        written.append(file)
    return written


def copy_parquet(run: Run, target: Path) -> list[Path]:
    """Copy every table as it is kept."""
    written = []
    for name, path in run.tables().items():
        file = target / f"{name}.parquet"
        with whole(file) as partial:
            shutil.copyfile(path, partial)
        written.append(file)
    return written


def write_json(run: Run, target: Path) -> list[Path]:
    """Write what the run came to without clock times and random ids: equal runs give equal files."""
    with whole(target) as partial, partial.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{\n"run": ')
        file.write(json.dumps(normalised(run), indent=1, sort_keys=True, ensure_ascii=False))
        for name in sorted(run.tables()):
            file.write(f',\n"{name}": [')
            file.write(",".join(f"\n{row}" for row in _rows_without_ids(run, name)))
            file.write("\n]")
        file.write("\n}\n")
    return [target]


def write_bundle(run: Run, target: Path) -> list[Path]:
    """Write all that the run keeps into one zip archive."""
    with (
        whole(target) as partial,
        zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive,
    ):
        archive.writestr("run.json", json.dumps(run.record, indent=2, ensure_ascii=False) + "\n")
        archive.writestr("preview.json", json.dumps(preview(run), ensure_ascii=False) + "\n")
        for path in sorted(run.directory.rglob("*")):
            name = path.relative_to(run.directory).as_posix()
            if path.is_file() and not path.is_symlink() and name.partition(".json")[0] not in ("run", "preview"):
                # Parquet is packed already.
                packing = zipfile.ZIP_STORED if path.suffix == ".parquet" else zipfile.ZIP_DEFLATED
                archive.write(path, name, compress_type=packing)
    return [target]


def preview(run: Run) -> dict[str, Any]:
    """Return the first rows of the tables and the equity thinned out: what is shown where nothing reads Parquet."""
    tables: dict[str, Any] = {}
    curves: dict[str, Any] = {"equity": []}
    for name, path in run.tables().items():
        with pq.ParquetFile(path) as file:
            if name in CURVES:
                curves[name] = rows_of(thin(file.read(), PREVIEWED_POINTS, CURVES[name]))
            else:
                first = next(file.iter_batches(PREVIEWED_ROWS), None)
                rows = [] if first is None else rows_of(pa.Table.from_batches([first]))
                tables[name] = {"total": file.metadata.num_rows, "rows": rows}
    return {"format": 1, **curves, "tables": tables}


def normalised(run: Run) -> dict[str, Any]:
    """Return a record without what differs between two runs of the same."""
    record = {name: value for name, value in run.record.items() if name not in TIMELY}
    if isinstance(summary := record.get("summary"), dict):
        record["summary"] = {name: value for name, value in summary.items() if name not in TIMELY_SUMMARY}
    if isinstance(catalog := record.get("catalog"), str) and (path := Path(catalog)).is_relative_to(run.workspace):
        record["catalog"] = path.relative_to(run.workspace).as_posix()
    return record


@contextmanager
def whole(file: Path) -> Iterator[Path]:
    """Give a path to write to that becomes `file` once all is written."""
    partial = file.with_name(f"{file.name}{LEFT_OUT}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        partial.replace(file)
    except OSError as error:
        raise QuarterdeckError(
            "FILE_UNWRITABLE",
            f"{file} cannot be written: {error.strerror or error}.",
            "Check the permissions of the folder and the space on its disk.",
            path="path",
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def exported(files: list[Path]) -> list[ExportedFile]:
    """Return what was written and how large it is."""
    return [ExportedFile(path=str(file), bytes=file.stat().st_size) for file in files]


def _rows_without_ids(run: Run, name: str) -> list[str]:
    """Return rows as JSON in order of time; what is random in an id neither stays in it nor decides the order."""
    table = run.table(name)
    if table is None:
        return []
    kept = table.drop_columns([field.name for field in table.schema if _is_random(table[field.name])])
    rows = [json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows_of(kept)]
    rows = [re.sub(f"-?{UUID}", "", row) for row in rows]
    times = kept[next(column for column in kept.column_names if column.startswith("ts_"))].to_pylist()
    return [row for _, row in sorted(zip(times, rows, strict=True))]


def _is_random(column: pa.ChunkedArray) -> bool:
    """Say whether a column holds ids made anew in each run."""
    if not pa.types.is_string(column.type) or column.null_count == len(column):
        return False
    return bool(pc.all(pc.match_substring_regex(column, f"^{UUID}$")).as_py())


def _write_report(run: Run, target: Path, params: ExportRunParams) -> list[Path]:
    from quarterdeck import report

    include = {item.value for item in given(params.include, [])}
    with whole(target) as partial:
        partial.write_text(report.page(run, include), encoding="utf-8", newline="\n")
    return [target]


def _write_tearsheet(run: Run, target: Path) -> list[Path]:
    from quarterdeck.nautilus import tearsheet

    with whole(target) as partial:
        partial.write_text(tearsheet.page(run), encoding="utf-8", newline="\n")
    return [target]
