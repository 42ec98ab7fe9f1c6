"""What was, of positions and accounts, beyond the latest: out of a session's memory, still in its tables."""

import asyncio
from collections import deque
from pathlib import Path
from typing import Any

from nautilus_trader.model.events import AccountState
from nautilus_trader.model.identifiers import AccountId
from nautilus_trader.model.position import Position

from quarterdeck.nautilus.aside import Aside
from quarterdeck.nautilus.snapshots import Book

RECENT = 200
"""Snapshots, and states of an account, that stay in memory."""
AT_ONCE = 50
"""States of an account that go at once: each time the rest is copied."""


class RecentBook(Book):
    """Snapshots of positions, of which only the latest are in memory; the portfolio reads each once, when it is new."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self._latest: deque[Position] = deque()
        self._aside = Aside(directory)

    def keep(self, position: Position) -> bytes:
        """Keep a position; returns a pickle that finds it."""
        self._latest.append(position)
        try:
            while len(self._latest) > RECENT:
                self._aside.put(self._latest[0])
                self._latest.popleft()
        except OSError:
            # Stays in memory until the disk takes it.
            pass
        return self.pickle_of(len(self._aside) + len(self._latest) - 1)

    def get(self, index: int) -> Position:
        """Return a kept position."""
        before = len(self._aside)
        found: Position = self._aside.get(index) if index < before else self._latest[index - before]
        return found


class AccountHistory:
    """The states of accounts: an account of the engine keeps each one it ever had, one or more for an order."""

    def __init__(self, cache: Any, directory: Path) -> None:
        self._cache = cache
        self._directory = directory
        self._loop = asyncio.get_running_loop()
        self._earlier: dict[AccountId, Aside] = {}

    def hear(self, event: Any) -> None:
        """Take note of a state."""
        if not isinstance(event, AccountState):
            return
        account = self._cache.account(event.account_id)
        if account is not None and account.event_count >= RECENT + AT_ONCE:
            # Not amid the handling of an event.
            self._loop.call_soon(self._trim, event.account_id)

    def states(self, account: Any) -> list[AccountState]:
        """Return all states of an account, the earliest first."""
        aside = self._earlier.get(account.id)
        return [*([] if aside is None else map(aside.get, range(len(aside)))), *account.events]

    def _trim(self, account_id: AccountId) -> None:
        account = self._cache.account(account_id)
        events = account.events
        if len(events) < RECENT + AT_ONCE:
            return
        # The engine lets states go by their time; of those that are as late as the last to go, all do.
        until = events[-RECENT].ts_event
        gone = [event for event in events if event.ts_event <= until]
        if len(gone) == len(events):
            # One is always left.
            gone.pop()
        aside = self._earlier.setdefault(account_id, Aside(self._directory))
        known = len(aside)
        try:
            for event in gone:
                aside.put(event)
        except OSError:
            # They stay in memory until the disk takes them.
            aside.cut(known)
            return
        account.purge_account_events(until)
