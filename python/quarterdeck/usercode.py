"""What an exception out of a user's code means, and where in that code it happened."""

import traceback
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Literal, NamedTuple

from quarterdeck.errors import CancelledByClientError, QuarterdeckError
from quarterdeck.projects import is_within

type Stage = Literal["import", "run"]


class Place(NamedTuple):
    """A line of user code and the functions that led there."""

    file: str
    line: int
    handler: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class UserCode:
    """The files a request's own code is in: the workspace, and those of classes it names elsewhere."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._files: set[Path] = set()

    def add(self, file: str | None) -> None:
        """Count a file outside the workspace as user code."""
        if file is not None:
            self._files.add(Path(file))

    @contextmanager
    def running(self, stage: Stage) -> Iterator[None]:
        """Turn what user code raises in this block into an error of the contract."""
        try:
            yield
        except (QuarterdeckError, CancelledByClientError, MemoryError):
            raise
        except BaseException as error:
            raise self._translate(error, stage) from error

    def _translate(self, error: BaseException, stage: Stage) -> QuarterdeckError:
        place = self.place(error)
        where = None if place is None else str(place)
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        details = {"exception": type(error).__name__, "message": str(error)}
        if place is not None:
            details["handler"] = place.handler
        if isinstance(error, SystemExit | KeyboardInterrupt | GeneratorExit):
            return QuarterdeckError(
                "STRATEGY_EXITED",
                f"The strategy's code ended the run with {said}.",
                "Leave out sys.exit() and exit(); call self.stop() to stop a strategy.",
                path=where,
                details=details,
            )
        if stage == "import":
            return QuarterdeckError(
                "STRATEGY_IMPORT_FAILED",
                f"The file could not be imported: {said}.",
                "Correct the line, or install what is missing into the Python environment.",
                path=where,
                details=details,
            )
        if place is not None:
            return QuarterdeckError(
                "STRATEGY_RAISED",
                f"{place.handler} raised {said}.",
                "Correct the line and run again.",
                path=where,
                details=details,
            )
        return QuarterdeckError(
            "ENGINE_REFUSED",
            f"NautilusTrader refused: {said}.",
            "Change the request accordingly.",
            details=details,
        )

    def place(self, error: BaseException) -> Place | None:
        """Return the innermost line of user code an exception came through."""
        if isinstance(error, SyntaxError) and error.filename and self.is_user(error.filename):
            return Place(self.shown(error.filename), error.lineno or 1, "import")
        frames = [
            (frame.f_code.co_filename, line, frame.f_code.co_name)
            for frame, line in traceback.walk_tb(_own(error.__traceback__))
            if self.is_user(frame.f_code.co_filename)
        ]
        if not frames:
            return None
        file, line, _ = frames[-1]
        return Place(self.shown(file), line, frames[0][2])

    def is_user(self, file: str) -> bool:
        """Whether a file is the user's own, or of a class the request names."""
        path = Path(file)
        return path in self._files or is_within(path, self._workspace)

    def shown(self, file: str) -> str:
        """Return the file as people know it: relative to the workspace where it is in it."""
        path = Path(file)
        return path.relative_to(self._workspace).as_posix() if path.is_relative_to(self._workspace) else file


def _own(trace: TracebackType | None) -> TracebackType | None:
    return trace


def class_names(values: Collection[object]) -> list[str]:
    """Return the names of the classes among some values."""
    return [value.__name__ for value in values if isinstance(value, type)]
