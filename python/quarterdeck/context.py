"""What a method may use while it serves a request."""

import time
from collections.abc import Callable

from quarterdeck.errors import CancelledByClientError
from quarterdeck.message import Message, optional
from quarterdeck.protocol import Level, LogLine, Progress

PROGRESS_INTERVAL = 0.2
LOG_LIMIT = 50


class Context:
    """Progress, log and cancellation of one request."""

    def __init__(self, notify: Callable[[str, Message], None], cancelled: Callable[[], bool]) -> None:
        self._notify = notify
        self._cancelled = cancelled
        self._next_progress = 0.0
        self._lines = 0

    def check_cancelled(self) -> None:
        """Raise when the request was cancelled; long methods call this often."""
        if self._cancelled():
            raise CancelledByClientError

    def progress(
        self,
        message: str,
        done: int,
        total: int | None = None,
        *,
        simulated_time: str | None = None,
        events_per_second: float | None = None,
    ) -> None:
        """Tell how far the work is; told at most five times a second."""
        now = time.monotonic()
        if now < self._next_progress:
            return
        self._next_progress = now + PROGRESS_INTERVAL
        self._notify(
            "progress",
            Progress(
                message=message,
                done=done,
                total=optional(total),
                simulated_time=optional(simulated_time),
                events_per_second=optional(events_per_second),
            ),
        )

    def log(self, level: Level, component: str, message: str) -> None:
        """Pass a line on; after the first fifty only their number is known, from `dropped_lines`."""
        self._lines += 1
        if self._lines <= LOG_LIMIT:
            self._notify("log", LogLine(level=level, component=component, message=message))

    @property
    def dropped_lines(self) -> int:
        """How many lines were not passed on."""
        return max(0, self._lines - LOG_LIMIT)
