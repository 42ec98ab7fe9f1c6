"""The audit log of a node: what was asked, by whom, what was sent, what came of it.

Each line carries the hash of the line before, so that a line changed, taken out or put in is seen.
"""

import hashlib
import re
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from quarterdeck.trading.linefile import LineFile, LineFileError, read_lines
from quarterdeck.trading.redaction import Redactor

FIRST = "0" * 64
HASHED = re.compile(rb'(?P<body>\{.*),"hash":"(?P<hash>[0-9a-f]{64})"\}', re.DOTALL)


class AuditError(Exception):
    """The log cannot be written: no order may leave."""


class Verification(NamedTuple):
    """What a look through a log came to. `problem` says in words where the chain breaks; None when it is whole."""

    entries: int
    head: str
    problem: str | None


def verify(path: Path) -> Verification:
    """Read a log from its start and check every hash. A torn last line is no break: it was never finished."""
    head, entries = FIRST, 0
    for line in read_lines(path):
        problem = _problem(line, entries + 1, head)
        if problem is not None:
            return Verification(entries, head, f"line {entries + 1}: {problem}")
        entries += 1
        head = line[-66:-2].decode()
    return Verification(entries, head, None)


class AuditLog:
    """The one writer of a node's log; safe from any thread.

    A log whose chain is broken is set aside under another name and a new one is begun whose first line says so:
    nothing is lost, nothing is accepted in silence. `broken` then tells what was found.
    """

    def __init__(self, path: Path) -> None:
        self._redactor = Redactor()
        self._encoder = msgspec.json.Encoder(enc_hook=str, decimal_format="string")
        self._appending = threading.Lock()
        self.seq = 0
        self.head = FIRST
        self.broken: str | None = None
        try:
            self._open(path)
        except LineFileError as error:
            raise AuditError(str(error)) from error

    def append(self, kind: str, *, sync: bool = False, **fields: Any) -> int:
        """Write an entry and return its number; with `sync` it is on disk when this returns.

        Raises
        ------
        AuditError
            It is not written.

        """
        known = {name: self._redactor.redact(value) for name, value in fields.items() if value is not None}
        with self._appending:
            seq = self.seq + 1
            entry = {"seq": seq, "time": _now(), "kind": kind, **known, "prev": self.head}
            body = self._encoder.encode(entry)[:-1]
            digest = hashlib.sha256(body).hexdigest()
            try:
                self._file.append(b'%b,"hash":"%b"}' % (body, digest.encode()), sync=sync)
            except LineFileError as error:
                raise AuditError(str(error)) from error
            self.seq, self.head = seq, digest
            return seq

    def hide_environment(self) -> None:
        """Keep the secrets of the environment as it is now out of what comes next."""
        self._redactor = Redactor()

    def sync(self) -> None:
        """Bring entries written without `sync` to disk.

        Raises
        ------
        AuditError
            Nobody knows what is on disk, and nothing more will be written.

        """
        try:
            self._file.sync()
        except LineFileError as error:
            raise AuditError(str(error)) from error

    def close(self) -> None:
        """Bring everything to disk and end."""
        self._file.close()

    def _open(self, path: Path) -> None:
        self._file = LineFile(path)
        found = verify(path)
        self.seq, self.head = found.entries, found.head
        if found.problem is not None:
            self._set_aside(path, found.problem)
        elif self._file.torn:
            self.append("repaired", sync=True, torn_bytes=len(self._file.torn))

    def _set_aside(self, path: Path, problem: str) -> None:
        kept = path.with_name(f"{path.stem}.broken-{datetime.now(UTC):%Y%m%dT%H%M%S%f}{path.suffix}")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        self._file.close()
        path.rename(kept)
        self._file = LineFile(path)
        self.seq, self.head = 0, FIRST
        self.broken = f"{problem}; the log was kept as {kept.name}"
        self.append("chain_broken", sync=True, problem=problem, kept=kept.name, sha256=digest)


def _problem(line: bytes, number: int, head: str) -> str | None:
    match = HASHED.fullmatch(line)
    if match is None:
        return "is no entry of an audit log"
    if hashlib.sha256(match["body"]).hexdigest() != match["hash"].decode():
        return "was changed: its hash is another"
    try:
        entry = msgspec.json.decode(match["body"] + b"}", type=_Link)
    except msgspec.DecodeError:
        return "is no entry of an audit log"
    if entry.seq != number or entry.prev != head:
        return "does not follow the line before it"
    return None


class _Link(msgspec.Struct):
    seq: int
    prev: str


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
