"""The log of a node: written out while the node runs, and its lines told to the server."""

import asyncio
from pathlib import Path

from nautilus_trader.common.component import flush_logger

from quarterdeck.loglines import LogLines
from quarterdeck.nautilus.logtail import LogTail
from quarterdeck.nautilus.node.events import EventStream
from quarterdeck.protocol import LogLine, NodeTopic

INTERVAL = 0.2
WRITTEN = 0.05
"""How long the engine's log thread has to write out what it was asked to."""


class NodeLog:
    """Follows the log; the engine itself writes it out only when its buffer is full, or at its very end."""

    def __init__(self, directory: Path) -> None:
        self._told = 0
        self._tail = LogTail(directory, LogLines(self._tell))
        # What earlier sessions of this node wrote is no news.
        self._tail.skip()

    def start(self, events: EventStream) -> None:
        """Tell from here on, beginning with what building the node wrote."""
        self._events = events
        self._task = asyncio.ensure_future(self._follow())

    async def close(self) -> None:
        """Write and tell the last of it."""
        self._task.cancel()
        flush_logger()
        await asyncio.sleep(WRITTEN)
        self._tail.forward()

    async def _follow(self) -> None:
        while True:
            flush_logger()
            await asyncio.sleep(INTERVAL)
            self._tail.forward()

    def _tell(self, lines: list[LogLine]) -> None:
        for line in lines:
            self._told += 1
            data = {"level": line.level.value, "component": line.component, "message": line.message}
            # Each line is one of its own: under one key only the last would be told.
            self._events.tell(NodeTopic.log, str(self._told), data)
