"""The switch that stops a node's orders: set from any thread, kept on disk, looked at before each order."""

import os
import threading
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import msgspec


class TradingState(StrEnum):
    """What may leave: everything, what makes positions smaller, nothing but cancels."""

    ACTIVE = "ACTIVE"
    REDUCING = "REDUCING"
    HALTED = "HALTED"


class Halt(msgspec.Struct, frozen=True, omit_defaults=True):
    """The state, who set it, when and why."""

    state: TradingState = TradingState.ACTIVE
    by: str | None = None
    at: str | None = None
    reason: str | None = None


class HaltSwitch:
    """Holds the state of a node over restarts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._setting = threading.Lock()
        self.current = read_halt(path)

    @property
    def state(self) -> TradingState:
        """What may leave now."""
        return self.current.state

    def set(self, state: TradingState, by: str, reason: str | None = None) -> Halt:
        """Change the state at once and keep it; in memory even where the disk refuses.

        Raises
        ------
        OSError
            The state holds in this process and is not on disk.

        """
        with self._setting:
            self.current = Halt(state, by, datetime.now(UTC).isoformat().replace("+00:00", "Z"), reason)
            write_whole(self._path, msgspec.json.encode(self.current))
            return self.current


def read_halt(path: Path) -> Halt:
    """Return the state on disk. A file that cannot be read counts as halted: what it said is not known."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Halt)
    except FileNotFoundError:
        return Halt()
    except (OSError, msgspec.DecodeError) as error:
        return Halt(TradingState.HALTED, reason=f"{path.name} cannot be read: {error}")


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in the place of the old one in one step, on disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    with half.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
