"""What a method may use while it serves a request."""

import time
from collections.abc import Callable

from quarterdeck import protocol
from quarterdeck.errors import CancelledByClientError
from quarterdeck.loglines import LogLines
from quarterdeck.message import Message, optional
from quarterdeck.protocol import Progress

PROGRESS_INTERVAL = 0.2


class Context:
    """Progress, log and cancellation of one request."""

    def __init__(self, notify: Callable[[str, Message], None], cancelled: Callable[[], bool]) -> None:
        self._notify = notify
        self._cancelled = cancelled
        self._next_progress = 0.0
        self.log = LogLines(lambda lines: notify("log", protocol.LogLines(lines=lines)))
        """Lines for whoever asked."""

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
        seconds_left: float | None = None,
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
                seconds_left=optional(seconds_left),
            ),
        )
