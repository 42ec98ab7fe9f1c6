"""A file of lines that only grows: one writer, whole lines, on disk before the caller goes on when asked."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

LOCK_WAIT = 10.0
BLOCK = 1 << 20
LOCK_OFFSET = 0x7FFF0000
REPLACES_OPEN = sys.platform != "win32"
"""Whether a file that is open can be replaced by another."""
sync_data = getattr(os, "fdatasync", os.fsync)


class LineFileError(Exception):
    """The file cannot be written; what it would have recorded must not happen."""


class LineFile:
    """Appends lines. A torn last line, as a killed process leaves it, is cut off when the file is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = _open_locked(path)
        self._writing = threading.Lock()
        self._syncing = threading.Lock()
        self._failure: str | None = None
        self._unsynced = False
        self._size = 0
        try:
            self.torn = self._cut_torn_tail()
        except BaseException:
            os.close(self._descriptor)
            raise

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return self._size

    def append(self, line: bytes, *, sync: bool) -> None:
        """Write a line without its newline; with `sync` it is on disk when this returns.

        Raises
        ------
        LineFileError
            Nothing of the line is in the file, or nobody knows what is on disk and nothing more will be written to it.

        """
        with self._writing:
            if self._failure is not None:
                raise LineFileError(self._failure)
            try:
                self._write(line + b"\n")
            except OSError as error:
                self._take_back(error)
                raise LineFileError(f"{self.path.name}: {error.strerror or error}") from error
            self._size += len(line) + 1
            self._unsynced = True
        if sync:
            self.sync()

    def sync(self) -> None:
        """Bring what was appended without `sync` to disk; meanwhile more may be appended.

        Raises
        ------
        LineFileError
            Nobody knows what is on disk, and nothing more will be written.

        """
        with self._syncing:
            with self._writing:
                if self._failure is not None:
                    raise LineFileError(self._failure)
                if not self._unsynced:
                    return
                self._unsynced = False
            try:
                sync_data(self._descriptor)
            except OSError as error:
                self._failure = f"{self.path.name} could not be written: {error.strerror or error}"
                raise LineFileError(self._failure) from error

    def close(self) -> None:
        """Bring everything to disk and let another writer have the file."""
        try:
            self.sync()
        finally:
            self._end()

    def _end(self) -> None:
        with self._syncing, self._writing:
            self._failure = f"{self.path.name} is closed"
            os.close(self._descriptor)

    def replace_first(self, size: int, whole: Path) -> None:
        """Put another file's lines in the place of the first `size` bytes, in one step; what came after them stays.

        Raises
        ------
        OSError
            The file is as it was.

        """
        with self._syncing, self._writing:
            if self._failure is not None:
                raise OSError(self._failure)
            descriptor = _open_locked(whole)
            try:
                for start in range(size, self._size, BLOCK):
                    _write_all(descriptor, _read_at(self._descriptor, start, min(BLOCK, self._size - start)))
                sync_data(descriptor)
                if REPLACES_OPEN:
                    whole.replace(self.path)
            except BaseException:
                os.close(descriptor)
                raise
            os.close(self._descriptor)
            self._descriptor = descriptor
            if not REPLACES_OPEN:
                os.close(descriptor)
                self._put_in_place(whole)
            self._size = os.fstat(self._descriptor).st_size

    def _put_in_place(self, whole: Path) -> None:
        """Replace the file while nobody has it open; whatever comes of it, the file is open and ours again."""
        try:
            whole.replace(self.path)
        finally:
            try:
                self._descriptor = _open_locked(self.path)
            except (OSError, LineFileError) as error:
                self._failure = f"{self.path.name} could not be opened again: {error}"
                raise OSError(self._failure) from error

    def _write(self, data: bytes) -> None:
        _write_all(self._descriptor, data)

    def _take_back(self, error: OSError) -> None:
        """After a failed write half a line may be there."""
        try:
            os.ftruncate(self._descriptor, self._size)
            sync_data(self._descriptor)
        except OSError:
            self._failure = f"{self.path.name} could not be written: {error.strerror or error}"

    def _cut_torn_tail(self) -> bytes:
        self._size = os.fstat(self._descriptor).st_size
        end = self._size
        tail = b""
        while end > 0:
            start = max(0, end - 65536)
            block = _read_at(self._descriptor, start, end - start)
            newline = block.rfind(b"\n")
            if newline >= 0:
                tail = block[newline + 1 :] + tail
                break
            tail = block + tail
            end = start
        if tail:
            self._size -= len(tail)
            os.ftruncate(self._descriptor, self._size)
            sync_data(self._descriptor)
        return tail


def read_lines(path: Path) -> Iterator[bytes]:
    """Return the whole lines of a file, without their newlines; nothing where there is no file."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield line[:-1]


def _open_locked(path: Path) -> int:
    """Open a file for this process alone; whoever had it may have put another in its place meanwhile."""
    while True:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
        try:
            _lock(descriptor, path)
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _read_at(descriptor: int, offset: int, count: int) -> bytes:
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.read(descriptor, count)


def _lock(descriptor: int, path: Path) -> None:
    """Take the file for this process; the one before may be on its way out."""
    deadline = time.monotonic() + LOCK_WAIT
    while True:
        try:
            _try_lock(descriptor)
            return
        except OSError as error:
            if time.monotonic() > deadline:
                raise LineFileError(f"{path.name} is being written by another process") from error
            time.sleep(0.02)


def _try_lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, LOCK_OFFSET, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
