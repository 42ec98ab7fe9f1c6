"""Snapshots of positions without three passes of pickling each.

Corrects: in NETTING a position that opens anew is kept as it was. `Cache.snapshot_position` pickles it, reads that
back, changes the id and pickles again; the portfolio and everyone who asks for snapshots read it back once more. That
is a fifth of the time of a run with many orders.

Here the cache gets a copy at once, and in place of the long pickle a short one that finds the copy again, in this
process, as long as the engine it belongs to is there. Nothing changes a snapshot, so each reader gets the same one.
"""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from weakref import WeakValueDictionary

import nautilus_trader.cache.cache as cache_module
import nautilus_trader.portfolio.portfolio as portfolio_module
from nautilus_trader.model.position import Position

MUTABLE = (list, dict, set)
BEGINNING = b"c%s\nrestore\n(" % __name__.encode()
COPY = b"a copy"
"""What a position is taken for between being copied and getting its own id."""

_numbers = count()
_books: WeakValueDictionary[int, "Book"] = WeakValueDictionary()


class Book:
    """The snapshots of one engine."""

    def __init__(self) -> None:
        self.number = next(_numbers)
        self.kept: list[Position] = []
        _books[self.number] = self

    @contextmanager
    def open(self) -> Iterator[None]:
        """Keep here what is snapshot meanwhile."""
        # Stays: what was kept is asked for when the run is over.
        cache_module.pickle = portfolio_module.pickle = pickling
        before, pickling.book = pickling.book, self
        try:
            yield
        finally:
            pickling.book = before

    def keep(self, position: Position) -> bytes:
        """Keep a position; returns a pickle that finds it."""
        self.kept.append(position)
        return self.pickle_of(len(self.kept) - 1)

    def get(self, index: int) -> Position:
        """Return a kept position."""
        return self.kept[index]

    def pickle_of(self, index: int) -> bytes:
        """Return the pickle that finds a kept position."""
        return BEGINNING + b"I%d\nI%d\ntR." % (self.number, index)


class Pickling:
    """What the cache and the portfolio take for the module `pickle`."""

    def __init__(self) -> None:
        self.book: Book | None = None
        self._copy: Position | None = None

    def dumps(self, value: Any) -> bytes:
        """Return a pickle of a value."""
        if self.book is None or type(value) is not Position:
            return pickle.dumps(value)
        if value is self._copy:
            self._copy = None
            return self.book.keep(value)
        self._copy = copied(value)
        return COPY

    def loads(self, data: bytes) -> Any:
        """Return the value of a pickle."""
        if data.startswith(BEGINNING):
            book, index, _ = data[len(BEGINNING) :].split(b"\n")
            return restore(int(book[1:]), int(index[1:]))
        return self._copy if data is COPY else pickle.loads(data)


pickling = Pickling()


def copied(position: Position) -> Position:
    """Return a copy that does not change with the position; what it consists of never changes."""
    make, arguments, state = position.__reduce_cython__()
    copy: Position = make(*arguments)
    copy.__setstate_cython__(tuple(value.copy() if isinstance(value, MUTABLE) else value for value in state))
    return copy


def restore(book: int, index: int) -> Position:
    """Return a kept position; called by the pickle that stands for it."""
    return _books[book].get(index)
