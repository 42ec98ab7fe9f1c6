"""What kind of file a file is: told from its first bytes and its header, its name only where those do not say."""

import bz2
import csv
import gzip
import lzma
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyarrow as pa

from quarterdeck.errors import QuarterdeckError

BUFFER = 1 << 20
SAMPLE = 1 << 16
BEGINNINGS = {b"PAR1": "parquet", b"DBN": "dbn"}
PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd", b"\xfd7zXZ": "xz"}
TARDIS = {"exchange", "symbol", "timestamp", "local_timestamp"}
BINANCE_DEPTH = {"first_update_id", "last_update_id", "update_type"}


class Detected(NamedTuple):
    """A file's format, how it is packed, and the first line of its text where it has text."""

    format: str
    compression: str | None
    header: list[str]


def detect(file: Path, name: str, path: str, said: str | None = None) -> Detected:
    """Return a file's format; one that is said and contradicts the content is refused."""
    if file.is_dir():
        raise unreadable(name, path, "is a folder")
    if not file.is_file():
        raise QuarterdeckError(
            "FILE_NOT_FOUND",
            f"There is no file {name}.",
            "Give a path relative to the workspace.",
            path=path,
        )
    compression = compression_of(file)
    try:
        with unpacked(file, compression) as stream:
            sample = stream.read(SAMPLE)
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, lzma.LZMAError) as error:
        raise unreadable(name, path, f"is damaged or not what its name says: {error}") from error
    line = _first_line(sample)
    found = _format(sample, line)
    if said is not None and found in ("parquet", "dbn", "betfair", "bybit") and said != found:
        raise unreadable(name, path, f"is a {found} file, not {said}", f'Give format "{found}" or leave it out.')
    if said in ("parquet", "dbn") and found != said:
        raise unreadable(name, path, f"is no {said} file", "Leave format out, or name another file.")
    header = next(csv.reader([line])) if found in ("csv", "tardis", "binance") and line else []
    return Detected(said or found, compression, [cell.strip() for cell in header])


def compression_of(file: Path) -> str | None:
    """Return how a file is packed, from its first bytes."""
    with file.open("rb") as stream:
        beginning = stream.read(8)
    return next((name for mark, name in PACKED.items() if beginning.startswith(mark)), None)


@contextmanager
def unpacked(file: Path, compression: str | None) -> Iterator[IO[bytes]]:
    """Open a file's content; of a zip archive, its only member."""
    if compression == "zip":
        with zipfile.ZipFile(file) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                raise ValueError(f"the archive holds {len(members)} files, not one")
            with archive.open(members[0]) as stream:
                yield stream
    elif compression == "zstd":
        with pa.input_stream(str(file), compression="zstd") as stream:
            yield stream
    else:
        openers: dict[str | None, Callable[..., Any]] = {"gzip": gzip.open, "bzip2": bz2.open, "xz": lzma.open}
        with openers.get(compression, open)(file, "rb") as stream:
            yield stream


def check_complete(file: Path, name: str, path: str) -> None:
    """Refuse a packed file that ends before its end; some loaders would stop there without a word."""
    compression = compression_of(file)
    if compression is None:
        return
    try:
        with unpacked(file, compression) as stream:
            while stream.read(BUFFER):
                pass
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, lzma.LZMAError) as error:
        raise unreadable(name, path, f"is damaged or cut off: {error}", "Fetch the file again.") from error


def tardis_kind(header: list[str]) -> str | None:
    """Return what a Tardis CSV holds, from its header."""
    names = set(header)
    if not names >= TARDIS:
        return None
    if "is_snapshot" in names:
        return "deltas"
    if "asks[0].price" in names:
        return "depth"
    if "ask_amount" in names:
        return "quotes"
    return "trades" if {"id", "price", "amount"} <= names else None


def unreadable(name: str, path: str, what: str, next_step: str = "Give a file that is whole.") -> QuarterdeckError:
    """Return the error for a file that cannot be read."""
    return QuarterdeckError("FILE_UNREADABLE", f"{name} {what}.", next_step, path=path, details={"file": name})


def _format(sample: bytes, line: str) -> str:
    for mark, name in BEGINNINGS.items():
        if sample.startswith(mark):
            return name
    if line.startswith('{"op"') or line.startswith('{"mc"'):
        return "betfair"
    if line.startswith("{") and '"orderbook.' in line:
        return "bybit"
    names = set(line.split(","))
    if tardis_kind(line.split(",")) is not None:
        return "tardis"
    return "binance" if names >= BINANCE_DEPTH else "csv"


def _first_line(sample: bytes) -> str:
    text = sample.decode("utf-8-sig", errors="replace")
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
