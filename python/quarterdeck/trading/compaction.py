"""A journal made small: what is open stays whole, what is done becomes one line that still answers a retry."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import msgspec

from quarterdeck.trading.journal import JournalError, Record, read_journal
from quarterdeck.trading.linefile import sync_data

ENDED = {"OrderDenied", "OrderRejected", "OrderCanceled", "OrderExpired"}
TOGETHER = 100
DONE = "quarterdeck:done:"
"""Prefix of the general value that stands for an order which is not kept any more."""
DIGEST = "quarterdeck:digest:"
"""Prefix of the general value that says what a client order id was used for."""


INHERITED = ("PATH", "PYTHONPATH", "PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "SYSTEMROOT", "TEMP", "TMP")
"""Variables a process needs that is to run this module."""


class Bounds(NamedTuple):
    """How much of what is done a journal keeps: whole orders, closed positions, and ids that were used."""

    orders: int = 2_000
    positions: int = 2_000
    used: int = 100_000


class Done(msgspec.Struct, omit_defaults=True):
    """Where an order stood when it was done."""

    status: str
    filled_qty: str
    venue_order_id: str | None = None


class _Event(msgspec.Struct):
    type: str = ""
    quantity: Decimal | None = None
    last_qty: Decimal | None = None
    order_side: str | None = None
    venue_order_id: str | None = None
    parent_order_id: str | None = None
    exec_spawn_id: str | None = None
    linked_order_ids: list[str] | str | None = None


class _Order:
    """What the records of an order come to."""

    def __init__(self) -> None:
        self.records: list[int] = []
        self.quantity = Decimal(0)
        self.filled = Decimal(0)
        self.venue_order_id: str | None = None
        self.ended: str | None = None
        self.relatives: set[str] = set()

    def take(self, event: _Event) -> None:
        self.quantity = event.quantity or self.quantity
        self.filled += event.last_qty or Decimal(0)
        self.venue_order_id = event.venue_order_id or self.venue_order_id
        if event.type in ENDED:
            self.ended = event.type.removeprefix("Order").upper()
        elif event.last_qty is not None and self.filled >= self.quantity:
            self.ended = "FILLED"
        linked = event.linked_order_ids
        named = linked.split(",") if isinstance(linked, str) else linked or []
        self.relatives.update(filter(None, [event.parent_order_id, event.exec_spawn_id, *named]))

    def done(self) -> bytes:
        return msgspec.json.encode(Done(self.ended or "", str(self.filled), self.venue_order_id))


class _Cycle:
    """A position from its opening to its close."""

    def __init__(self) -> None:
        self.records: list[int] = []
        self.signed = Decimal(0)

    def take(self, event: _Event) -> None:
        size = event.last_qty or Decimal(0)
        self.signed += size if event.order_side == "BUY" else -size


def compacted(records: Iterable[Record], bounds: Bounds) -> list[Record]:
    """Return the records from which a node comes back as from those given, done things beyond the bounds in short.

    Orders and positions are judged by their own events; of everything else the last record counts.
    """
    every = list(records)
    decoder = msgspec.json.Decoder(_Event)
    latest: dict[tuple[str, str], int] = {}
    orders: dict[str, _Order] = {}
    positions: dict[str, list[_Cycle]] = {}
    for number, record in enumerate(every):
        if record.kind in ("order", "order_event", "index"):
            order = orders.setdefault(record.id, _Order())
            order.records.append(number)
            if record.kind != "index":
                order.take(decoder.decode(record.data))
        elif record.kind in ("position", "position_event"):
            cycles = positions.setdefault(record.id, [])
            if record.kind == "position":
                cycles.append(_Cycle())
            cycles[-1].records.append(number)
            cycles[-1].take(decoder.decode(record.data))
        else:
            latest[record.kind, record.id] = number
    dropped = _dropped(orders, bounds.orders)
    kept = set(latest.values())
    kept.update(number for name, order in orders.items() if name not in dropped for number in order.records)
    kept.update(number for cycle in _kept_cycles(positions, bounds.positions) for number in cycle.records)
    kept -= _forgotten(latest, orders, dropped, bounds.used)
    shortened = [_general(f"{DONE}{name}", orders[name].done()) for name in dropped[-bounds.used :]]
    first = [number for number in sorted(kept) if every[number].kind == "instrument"]
    return [
        *(every[number] for number in first),
        *shortened,
        *(every[number] for number in sorted(kept - set(first))),
    ]


def write_compacted(path: Path, into: Path, size: int, bounds: Bounds) -> None:
    """Write what the first `size` bytes of a journal come to, on disk when this returns."""
    encoder = msgspec.json.Encoder()
    records = compacted(read_journal(path, size), bounds)
    with into.open("wb") as file:
        into.chmod(0o600)
        for start in range(0, len(records), TOGETHER):
            file.write(encoder.encode(records[start : start + TOGETHER]) + b"\n")
        file.flush()
        sync_data(file.fileno())


def write_compacted_apart(path: Path, into: Path, size: int) -> None:
    """Do that in a process of its own: the memory it takes, and the interpreter's lock, are not the node's.

    Raises
    ------
    JournalError
        With what that process said.

    """
    variables = {name: value for name, value in os.environ.items() if name in INHERITED}
    done = subprocess.run(
        [sys.executable, "-P", "-m", __name__, str(path), str(into), str(size)],
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise JournalError(said[-1] if said else f"exit code {done.returncode}")


def _dropped(orders: dict[str, _Order], keep: int) -> list[str]:
    """Return the done orders that are not kept whole, oldest first; relatives of open ones are."""
    needed = {name for order in orders.values() if order.ended is None for name in order.relatives}
    done = [name for name, order in orders.items() if order.ended is not None and name not in needed]
    return done[: max(0, len(done) - keep)]


def _kept_cycles(positions: dict[str, list[_Cycle]], keep: int) -> list[_Cycle]:
    """Return the cycles that are open, and of the closed ones the latest."""
    last = [cycles[-1] for cycles in positions.values()]
    still_open = [cycle for cycle in last if cycle.signed != 0]
    # One that another of its id came after is closed, also where fees were taken out of what was bought.
    earlier = [cycle for cycles in positions.values() for cycle in cycles[:-1]]
    closed = [*earlier, *(cycle for cycle in last if cycle.signed == 0)]
    closed.sort(key=lambda cycle: cycle.records[-1])
    return [*still_open, *closed[max(0, len(closed) - keep) :]]


def _forgotten(
    latest: dict[tuple[str, str], int], orders: dict[str, _Order], dropped: list[str], used: int
) -> set[int]:
    """Return the records of ids used so long ago that nobody will ask for them again."""
    gone = dropped[:-used] if used else dropped
    earlier = [id_ for kind, id_ in latest if kind == "general" and id_.startswith(DONE)]
    beyond = earlier[: max(0, len(earlier) + min(len(dropped), used) - used)]
    names = {*gone, *(id_.removeprefix(DONE) for id_ in beyond)}
    ids = {f"{prefix}{name}" for name in names for prefix in (DONE, DIGEST)}
    return {number for (kind, id_), number in latest.items() if kind == "general" and id_ in ids}


def _general(id_: str, value: bytes) -> Record:
    return Record("general", id_, msgspec.Raw(b'"%b"' % base64.b64encode(value)))


if __name__ == "__main__":
    write_compacted(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), Bounds())
