"""Objects of the engine that are seldom asked for, out of memory."""

import pickle
import tempfile
from array import array
from pathlib import Path
from typing import IO, Any


class Aside:
    """A file without a name in a folder: what is in it was put there by this process, and it goes with it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._file: IO[bytes] | None = None
        self._ends = array("q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def put(self, value: Any) -> None:
        """Add an object; its number is how many there were before.

        Raises
        ------
        OSError
            It is not there.

        """
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._directory, buffering=0)  # noqa: SIM115
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        self._file.seek(self._ends[-1])
        if self._file.write(data) != len(data):
            raise OSError("the disk took a part of it only")
        self._ends.append(self._ends[-1] + len(data))

    def get(self, number: int) -> Any:
        """Return an object."""
        if self._file is None or not 0 <= number < len(self):
            raise IndexError(number)
        self._file.seek(self._ends[number])
        return pickle.loads(self._file.read(self._ends[number + 1] - self._ends[number]))

    def cut(self, count: int) -> None:
        """Forget all but the first."""
        del self._ends[count + 1 :]
