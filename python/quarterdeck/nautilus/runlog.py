"""The engine's log of a run: a file of JSON lines that are passed on."""

from pathlib import Path

from nautilus_trader.common.config import LoggingConfig

from quarterdeck.context import Context
from quarterdeck.nautilus.logtail import NAME, Line, LogTail
from quarterdeck.protocol import Level


def log_settings(directory: Path) -> LoggingConfig:
    """Return what makes the engine log into a run's folder, and nowhere else."""
    return LoggingConfig(
        log_level="OFF",
        log_level_file="INFO",
        log_directory=str(directory),
        log_file_name=NAME,
        log_file_format="json",
        log_colors=False,
        # The folder's files matter once the run has ended; syncing each flush to disk only slows it.
        fileout_sync_on_flush=False,
    )


class RunLog(LogTail):
    """The log of a run: its errors are counted, and a warning that repeats itself is passed on once."""

    def __init__(self, directory: Path, context: Context) -> None:
        super().__init__(directory, context.log)
        self.directory = directory
        self._told: set[tuple[str, str]] = set()
        self.errors = 0
        self.first_error: str | None = None

    def begin(self) -> int:
        """Count errors from here on, for a further run in the same log; returns where it begins."""
        self.forward()
        self.errors, self.first_error = 0, None
        return self._offset

    def _take_grave(self, level: Level, line: Line) -> None:
        if level is Level.error:
            self.errors += 1
            self.first_error = self.first_error or f"{line.component}: {line.message}"
        if (line.component, line.message) not in self._told:
            self._told.add((line.component, line.message))
            super()._take_grave(level, line)
