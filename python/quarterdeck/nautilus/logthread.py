"""Keeps the engine's log from slowing the run.

Each line is handed to a thread that sleeps until there is one. Where that thread is woken on another core, waking it
takes as long as a bar takes the engine. On the core of the run, and as a batch process that never interrupts it, it
runs when the scheduler turns to it and then finds many lines at once. Only Linux lets a thread be placed.
"""

import ctypes
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

NAME = "logging"
TASKS = Path("/proc/self/task")
WRITTEN = 0.02
"""Seconds it has to write, where nobody can look whether it has."""


class LogThread:
    """The thread that writes the log, following the one that runs the engine."""

    def __init__(self) -> None:
        self._core = _core()
        self._at = -1
        self._thread: int | None = None

    def follow(self) -> None:
        """Bring it to the core this is called on; cheap, and for the time between two slices of data."""
        if self._core is None or (core := self._core()) == self._at:
            return
        try:
            if self._thread is None and (thread := _find()) is not None:
                os.sched_setscheduler(thread, os.SCHED_BATCH, os.sched_param(0))
                self._thread = thread
            if self._thread is not None:
                os.sched_setaffinity(self._thread, {core})
            self._at = core
        except OSError:
            # Some containers forbid it, and the log is written all the same.
            self._core = None


def settle(patience: float = 2.0) -> None:
    """Wait until the log's thread has written out all it was given and sleeps again, at most `patience` seconds."""
    if sys.platform != "linux" or (thread := _find()) is None:
        time.sleep(WRITTEN)
        return
    until = time.monotonic() + patience
    while _is_busy(thread) and time.monotonic() < until:
        time.sleep(0.001)


def _is_busy(thread: int) -> bool:
    try:
        return not (TASKS / str(thread) / "stat").read_text().rpartition(") ")[2].startswith("S")
    except OSError:
        return False


def _core() -> Callable[[], int] | None:
    if sys.platform != "linux":
        return None
    core: Callable[[], int] | None = getattr(ctypes.CDLL(None), "sched_getcpu", None)
    return core


def _find() -> int | None:
    for task in TASKS.iterdir():
        if (task / "comm").read_text().strip() == NAME:
            return int(task.name)
    return None
