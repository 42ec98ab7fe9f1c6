"""The folder of a catalog: one writer at a time, and what the disk refuses said in our words."""

import errno
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from quarterdeck.errors import QuarterdeckError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)
PATIENCE_SECONDS = 60


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Turn what the file system refuses into errors of ours."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise QuarterdeckError(
                "DISK_FULL",
                f"There is no room left for the catalog at {folder}; nothing was added to it.",
                "Free some space, or name a catalog on another disk.",
                path="catalog",
            ) from error
        if error.errno in REFUSED:
            raise QuarterdeckError(
                "CATALOG_UNWRITABLE",
                f"The catalog at {folder} cannot be written: {error.strerror}.",
                "Give this user the right to write there, or name another catalog.",
                path="catalog",
            ) from error
        raise


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Be the only import that writes to a catalog; another one waits for its turn.

    The lock is no file of the catalog: it lies in the temporary folder, under the catalog's real path.
    """
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]
    file = Path(tempfile.gettempdir()) / f"quarterdeck-import-{name}.lock"
    handle = _acquire(file)
    try:
        yield
    finally:
        if sys.platform == "win32":
            os.close(handle)
            with suppress(OSError):
                file.unlink()
        else:
            # Removed while it is held: who waits for it notices that it is not the file any more.
            file.unlink(missing_ok=True)
            os.close(handle)


def _acquire(file: Path) -> int:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        if _try_lock(handle) and file.exists() and os.path.samestat(os.fstat(handle), file.stat()):
            return handle
        os.close(handle)
        if time.monotonic() > deadline:
            raise QuarterdeckError(
                "BUSY",
                "Another import has been writing to this catalog for a minute.",
                "Wait for it to end, then import again.",
                path="catalog",
            )
        time.sleep(0.05)


def _try_lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
