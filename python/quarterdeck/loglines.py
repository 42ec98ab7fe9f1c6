"""Log lines on their way to clients: so many a second, each of bounded length, and what is too much counted."""

import time
from collections.abc import Callable

from quarterdeck.protocol import Level, LogLine

LONGEST = 2_000
"""Characters of a message that are passed on; the whole is in the log."""
OURS = "quarterdeck"


class Allowance:
    """A number of lines at once, and so many more each second."""

    def __init__(self, burst: int, per_second: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._left = float(burst)
        self._at = time.monotonic()

    @property
    def left(self) -> int:
        """Lines that may pass now."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_second)
        self._at = now
        return int(self._left)

    def take(self) -> bool:
        """Use one up, if there is one."""
        if self.left < 1:
            return False
        self._left -= 1
        return True


class LogLines:
    """Collects lines to pass on; no chatter holds back warnings and errors, which have an allowance of their own."""

    def __init__(self, send: Callable[[list[LogLine]], None]) -> None:
        self._send = send
        self._grave = Allowance(100, 10)
        self._plain = Allowance(300, 50)
        self._lines: list[LogLine] = []
        self._dropped = 0

    @property
    def room(self) -> int:
        """How many lines below a warning may pass now."""
        return self._plain.left

    def take(self, level: Level, component: str, message: str) -> None:
        """Take a line, or count it."""
        grave = level in (Level.warning, Level.error)
        if not (self._grave if grave else self._plain).take():
            self._dropped += 1
            return
        more = len(message) - LONGEST
        text = message if more <= 0 else f"{message[:LONGEST]}… ({more} characters more)"
        self._lines.append(LogLine(level=level, component=component[:200], message=text))

    def skip(self, lines: int) -> None:
        """Count lines that nobody looked at."""
        self._dropped += lines

    def settle(self) -> None:
        """Pass on what was taken, and how many lines were not."""
        lines, self._lines = self._lines, []
        dropped, self._dropped = self._dropped, 0
        if dropped:
            message = f"{dropped} more lines are in the log; only so many a second are passed on."
            lines.append(LogLine(level=Level.info, component=OURS, message=message))
        if lines:
            self._send(lines)
