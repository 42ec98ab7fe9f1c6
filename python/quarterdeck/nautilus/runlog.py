"""The engine's log of a run: a file of JSON lines, of which warnings and errors are passed on."""

import re
from pathlib import Path

import msgspec
from nautilus_trader.common.config import LoggingConfig

from quarterdeck.context import Context
from quarterdeck.protocol import Level

NAME = "log"
LEVELS = {b'"WARN"': Level.warning, b'"WARNING"': Level.warning, b'"ERROR"': Level.error}
MARK = re.compile(b"|".join(LEVELS))


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


class Line(msgspec.Struct):
    """A line of the engine's JSON log."""

    level: str
    component: str
    message: str


class RunLog:
    """Reads what the engine has written since it was last asked; what it repeats is passed on once."""

    def __init__(self, directory: Path, context: Context) -> None:
        self.directory = directory
        self._file = directory / f"{NAME}.jsonl"
        self._context = context
        self._offset = 0
        self._told: set[tuple[str, str]] = set()
        self.errors = 0
        self.first_error: str | None = None

    def begin(self) -> int:
        """Count errors from here on, for a further run in the same log; returns where it begins."""
        self.forward()
        self.errors, self.first_error = 0, None
        return self._offset

    def text(self, begin: int) -> bytes:
        """Return what was logged since `begin`."""
        try:
            with self._file.open("rb") as stream:
                stream.seek(begin)
                return stream.read()
        except FileNotFoundError:
            return b""

    def forward(self) -> None:
        """Pass new warnings and errors on."""
        text = self.text(self._offset)
        end = text.rfind(b"\n") + 1
        self._offset += end
        # Most lines are neither; a line is found by its mark and then looked at.
        done = 0
        for mark in MARK.finditer(text, 0, end):
            if mark.start() >= done:
                begin, done = text.rfind(b"\n", 0, mark.start()) + 1, text.find(b"\n", mark.end()) + 1
                self._take(text[begin:done], LEVELS[mark.group()])

    def _take(self, line: bytes, level: Level) -> None:
        try:
            read = msgspec.json.decode(line, type=Line)
        except msgspec.DecodeError:
            return
        if LEVELS.get(f'"{read.level}"'.encode()) is not level:
            return
        if level is Level.error:
            self.errors += 1
            self.first_error = self.first_error or f"{read.component}: {read.message}"
        if (read.component, read.message) not in self._told:
            self._told.add((read.component, read.message))
            self._context.log(level, read.component, read.message)
