"""What may go on only once it is on disk: one sync for all that waits, on a thread of its own."""

import threading
from collections.abc import Callable
from functools import partial

type Step = Callable[[str | None], None]
"""Called with why it is not on disk; with None when it is."""


class Commits:
    """Lets steps go on in the order they came, each after a sync that began when its line was written.

    Parameters
    ----------
    sync : Callable
        Brings all that was written to disk, or raises.
    later : Callable
        Has something called on the thread that steps belong to; safe from any thread.

    """

    def __init__(self, sync: Callable[[], None], later: Callable[[Callable[[], None]], object]) -> None:
        self._sync = sync
        self._later = later
        self._ready = threading.Condition()
        self._waiting: list[Step] = []
        threading.Thread(target=self._run, name="commits", daemon=True).start()

    def after(self, step: Step) -> None:
        """Have a step called once everything written so far is on disk."""
        with self._ready:
            self._waiting.append(step)
            self._ready.notify()

    def _run(self) -> None:
        while True:
            with self._ready:
                while not self._waiting:
                    self._ready.wait()
                steps, self._waiting = self._waiting, []
            problem = self._synced()
            try:
                self._later(partial(_go_on, steps, problem))
            except RuntimeError:
                # The loop is closed: nobody is there for whom anything could go on.
                return

    def _synced(self) -> str | None:
        try:
            self._sync()
        except Exception as error:
            return str(error) or type(error).__name__
        return None


def _go_on(steps: list[Step], problem: str | None) -> None:
    for step in steps:
        step(problem)
