"""The engine's log file, read while it grows: its JSON lines are passed on."""

import re
from pathlib import Path

import msgspec

from quarterdeck.loglines import LogLines
from quarterdeck.protocol import Level

NAME = "log"
LEVELS = {
    "DEBUG": Level.debug,
    "INFO": Level.info,
    "WARN": Level.warning,
    "WARNING": Level.warning,
    "ERROR": Level.error,
}
GRAVE = (Level.warning, Level.error)
MARK = re.compile(b'"(?:WARN|WARNING|ERROR)"')


class Line(msgspec.Struct):
    """A line of the engine's JSON log."""

    level: str
    component: str
    message: str


class LogTail:
    """Reads what the engine has written since it was last asked."""

    def __init__(self, directory: Path, lines: LogLines) -> None:
        self._file = directory / f"{NAME}.jsonl"
        self._lines = lines
        self._offset = 0

    def skip(self) -> None:
        """Leave out what is there already."""
        self._offset = self._file.stat().st_size if self._file.exists() else 0

    def text(self, begin: int) -> bytes:
        """Return what was logged since `begin`."""
        try:
            with self._file.open("rb") as stream:
                stream.seek(begin)
                return stream.read()
        except FileNotFoundError:
            return b""

    def forward(self) -> None:
        """Pass new lines on: warnings and errors, and of the others as many as there is room for."""
        text = self.text(self._offset)
        end = text.rfind(b"\n") + 1
        self._offset += end
        at, room = 0, self._lines.room
        while room > 0 and at < end:
            begin, at = at, text.find(b"\n", at) + 1
            room -= self._pass(text[begin:at])
        # The many that are neither need not be looked at: a line is found by its mark.
        done, grave = at, 0
        for mark in MARK.finditer(text, at, end):
            if mark.start() >= done:
                begin, done = text.rfind(b"\n", 0, mark.start()) + 1, text.find(b"\n", mark.end()) + 1
                grave += not self._pass(text[begin:done], only_grave=True)
        self._lines.skip(text.count(b"\n", at, end) - grave)
        self._lines.settle()

    def _pass(self, line: bytes, *, only_grave: bool = False) -> bool:
        """Pass a line on; return whether it is one of the many."""
        try:
            read = msgspec.json.decode(line, type=Line)
        except msgspec.DecodeError:
            return False
        level = LEVELS.get(read.level, Level.info)
        if level in GRAVE:
            self._take_grave(level, read)
            return False
        if not only_grave:
            self._lines.take(level, read.component, read.message)
        return True

    def _take_grave(self, level: Level, line: Line) -> None:
        self._lines.take(level, line.component, line.message)
