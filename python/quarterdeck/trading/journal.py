"""The journal of a simulated node: every event its cache was told of, so that the node can come back with it."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from quarterdeck.trading.linefile import LineFile, LineFileError, read_lines

NOTHING = msgspec.Raw(b"null")


class JournalError(Exception):
    """The journal cannot be written or read."""


class Record(msgspec.Struct, omit_defaults=True):
    """What it is about, whose, and what was recorded."""

    kind: str
    id: str
    data: msgspec.Raw = NOTHING
    refs: dict[str, str] = {}


class Journal:
    """Appends records, one or several to a line.

    A write that fails is kept as `failure`: the engine must not see an exception there.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = LineFile(path)
        except LineFileError as error:
            raise JournalError(str(error)) from error
        self._encoder = msgspec.json.Encoder()
        self._batch: list[Record] = []
        self._depth = 0
        self.path = path
        self.failure: str | None = None
        self._half.unlink(missing_ok=True)

    def append(self, kind: str, id_: str, data: bytes = b"null", **refs: str | None) -> None:
        """Write a record, `data` as JSON; it survives the end of the process now, that of the machine after `sync`."""
        known = {name: value for name, value in refs.items() if value is not None}
        self._batch.append(Record(kind, id_, msgspec.Raw(data), known))
        if self._depth == 0:
            self._write()

    def append_bytes(self, kind: str, id_: str, value: bytes) -> None:
        """Write a record of bytes."""
        self.append(kind, id_, b'"%b"' % base64.b64encode(value))

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write the records made meanwhile as one line: a process killed in between leaves all or none of them."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0 and self._batch:
                self._write()

    def _write(self) -> None:
        batch, self._batch = self._batch, []
        try:
            self._file.append(self._encoder.encode(batch), sync=False)
        except LineFileError as error:
            self.failure = str(error)

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return self._file.size

    def shrink(self, write: Callable[[Path, Path, int], None]) -> None:
        """Put what `write` makes of the records so far in their place, while others are appended.

        `write` is given the journal, the file to write, and how many bytes of the journal to read. A process killed
        meanwhile leaves the journal as it was before or as it is after.

        Raises
        ------
        OSError
            The journal is as it was.

        """
        size = self._file.size
        try:
            write(self.path, self._half, size)
            self._file.replace_first(size, self._half)
        except BaseException:
            self._half.unlink(missing_ok=True)
            raise

    @property
    def _half(self) -> Path:
        return self.path.with_name(f".{self.path.name}.half")

    def sync(self) -> None:
        """Bring everything to disk."""
        try:
            self._file.sync()
        except LineFileError as error:
            self.failure = str(error)

    def close(self) -> None:
        """Bring everything to disk and end."""
        self._file.close()


def read_journal(path: Path, size: int | None = None) -> Iterator[Record]:
    """Return the records of a journal, or those of its first bytes.

    Raises
    ------
    JournalError
        A line that is not the last cannot be read.

    """
    decoder = msgspec.json.Decoder(list[Record])
    read = 0
    for number, line in enumerate(read_lines(path), 1):
        read += len(line) + 1
        if size is not None and read > size:
            return
        try:
            yield from decoder.decode(line)
        except msgspec.DecodeError as error:
            raise JournalError(f"{path.name}, line {number}: {error}") from error


def bytes_of(record: Record) -> bytes:
    """Return the bytes of a record written by `append_bytes`."""
    return base64.b64decode(msgspec.json.decode(record.data, type=str))
