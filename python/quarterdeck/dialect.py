"""How a text table is written: encoding, separator, decimal mark, header."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from quarterdeck.errors import QuarterdeckError
from quarterdeck.formats import SAMPLE, unpacked, unreadable
from quarterdeck.presets import Preset, recognise

ENCODINGS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
COMMA_NUMBER = re.compile(r"-?\d+,\d+")
THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
LINES = 20


class Dialect(NamedTuple):
    """What must be known to read a text table."""

    header: list[str]
    has_header: bool
    skip: int
    separator: str
    decimal: str
    encoding: str
    byte_order_mark: bool
    preset: Preset | None


def read_dialect(
    file: Path, compression: str | None, name: str, path: str, preset: str | None, decimal: str | None
) -> Dialect:
    """Find out how a file is written, from its first lines."""
    with unpacked(file, compression) as stream:
        sample = stream.read(SAMPLE)
    encoding = next((value for mark, value in ENCODINGS.items() if sample.startswith(mark)), None)
    try:
        text = sample.decode(encoding or "utf-8-sig", errors="strict" if len(sample) < SAMPLE else "ignore")
    except UnicodeDecodeError as error:
        raise unreadable(
            name, path, f"cannot be read as CSV: {error}", "Give a CSV file (plain or packed) in UTF-8."
        ) from error
    if "\0" in text:
        raise unreadable(name, path, "cannot be read as CSV: it is binary", "Give a text file.")
    lines = text.splitlines()
    if len(sample) == SAMPLE:
        lines = lines[:-1] or lines
    lines = [line for line in lines if line.strip()][: LINES + 1]
    if not lines:
        raise QuarterdeckError(
            "FILE_EMPTY", f"{name} is empty.", "Give a file with data.", path=path, details={"file": name}
        )
    separator = max(",;\t|", key=lines[0].count)
    rows = list(csv.reader(lines, delimiter=separator))
    recognised = recognise(rows, preset)
    if recognised is None:
        header, has_header, skip = rows[0], True, 0
    else:
        has_header, skip = recognised.has_header, recognised.skip
        # As the file writes them, spaces and all: so they are found when it is read.
        header = rows[0] if has_header and skip == 0 else recognised.header
    data = rows[1 + skip :] if has_header else rows
    return Dialect(
        header=header,
        has_header=has_header,
        skip=skip,
        separator=separator,
        decimal=decimal or _decimal(data, name, path),
        encoding=encoding or "utf-8",
        byte_order_mark=encoding is not None,
        preset=None if recognised is None else recognised.preset,
    )


def _decimal(rows: Sequence[Sequence[str]], name: str, path: str) -> str:
    cells = [cell.strip() for row in rows for cell in row if "," in cell]
    numbers = [cell for cell in cells if COMMA_NUMBER.fullmatch(cell)]
    if not numbers:
        return "."
    if any(not THOUSANDS.fullmatch(cell) for cell in numbers):
        return ","
    raise QuarterdeckError(
        "INVALID_ARGUMENTS",
        f'{name}: "{numbers[0]}" may be a decimal number or one with a separator of thousands.',
        'Say which with decimal: "," or ".".',
        path=f"{path.rpartition('.')[0]}.decimal",
        details={"file": name, "example": numbers[0]},
    )
