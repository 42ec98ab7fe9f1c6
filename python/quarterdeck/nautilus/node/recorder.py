"""Market data of a session as they arrived, in a catalog of its own: what a backtest of the session replays.

The engine's own streaming turns each datum into Arrow by itself while it is handled, which at a high rate is dearer
than the handling. Here a datum costs an append when it arrives; what is waiting is turned into Arrow a little at a
time, for a small share of the loop's time, and written by another thread.
"""

import asyncio
from collections import deque
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from nautilus_trader.model.data import Bar, OrderBookDelta, OrderBookDeltas
from nautilus_trader.persistence.catalog.parquet import ParquetDataCatalog, _timestamps_to_filename
from nautilus_trader.serialization.arrow.serializer import ArrowSerializer

from quarterdeck.message import optional
from quarterdeck.protocol import DataItem, Warning

DATA = "data"
"""The catalog in the folder of the run."""
TOPICS = ("data.quotes.*", "data.trades.*", "data.bars.*", "data.book.deltas.*", "data.book.depth.*")
STEP = 100
PART_ROWS = 100_000
MOST_WAITING = 500_000
REST = 9
"""So many times as long as it worked the recorder lets the others work."""
IDLE_SECONDS = 0.1
MEGABYTE = 1_000_000


class Part:
    """Rows of one kind that are not written yet."""

    def __init__(self) -> None:
        self.tables: list[pa.Table] = []
        self.rows = 0
        self.bytes = 0

    def add(self, table: pa.Table) -> None:
        """Take some more rows."""
        self.tables.append(table)
        self.rows += table.num_rows
        self.bytes += table.nbytes


class Recorder:
    """Keeps the market data a node is given, up to `megabytes` of them; a recording that has to stop says so."""

    def __init__(self, kernel: Any, directory: Path, megabytes: float) -> None:
        self._msgbus = kernel.msgbus
        self._cache = kernel.cache
        self._catalog = ParquetDataCatalog(str(directory / DATA))
        self._most = megabytes * MEGABYTE
        self._waiting: deque[Any] = deque()
        self._parts: dict[tuple[type, str], Part] = {}
        self._written = 0
        self._kinds: set[tuple[type, str]] = set()
        self.stopped: str | None = None
        self._task: asyncio.Task[None] | None = None
        if megabytes > 0:
            for topic in TOPICS:
                self._msgbus.subscribe(topic=topic, handler=self._waiting.append)
            self._task = asyncio.get_running_loop().create_task(self._record())

    def end(self) -> None:
        """Take nothing more."""
        if self._task is None:
            return
        self._task.cancel()
        if self.stopped is None:
            self._unsubscribe()

    def finish(self) -> list[DataItem]:
        """Write what is waiting, and the instruments; return what there is to replay."""
        while self._waiting and self.stopped is None:
            self._take(STEP * 10)
        for kind in list(self._parts):
            self._write(kind, self._parts.pop(kind))
        if self._kinds and (instruments := self._cache.instruments()):
            self._catalog.write_data(instruments)
        return [
            DataItem(
                data_type=cls.__name__,
                instrument_id=identifier.split("-", 1)[0] if cls is Bar else identifier,
                bar_type=optional(identifier if cls is Bar else None),
            )
            for cls, identifier in sorted(self._kinds, key=lambda kind: (kind[0].__name__, kind[1]))
        ]

    def warnings(self) -> list[Warning]:
        """Say why the recording is not whole."""
        if self.stopped is None:
            return []
        return [
            Warning(
                code="RECORDING_STOPPED",
                message=f"The session's market data are recorded in part only: {self.stopped}.",
                next_step="Give record_mb in the profile for more of them.",
            )
        ]

    async def _record(self) -> None:
        loop = asyncio.get_running_loop()
        while self.stopped is None:
            if len(self._waiting) > MOST_WAITING:
                self._give_up(f"they arrived faster than they could be kept, {len(self._waiting)} were waiting")
                return
            if not self._waiting:
                await asyncio.sleep(IDLE_SECONDS)
                continue
            begun = loop.time()
            self._take(STEP)
            await asyncio.sleep(REST * (loop.time() - begun))
            for kind in [kind for kind, part in self._parts.items() if part.rows >= PART_ROWS]:
                await asyncio.to_thread(self._write, kind, self._parts.pop(kind))

    def _take(self, count: int) -> None:
        """Turn some of what is waiting into Arrow."""
        groups: dict[tuple[type, str], list[Any]] = {}
        for _ in range(min(count, len(self._waiting))):
            datum = self._waiting.popleft()
            if isinstance(datum, OrderBookDeltas):
                groups.setdefault((OrderBookDelta, str(datum.instrument_id)), []).extend(datum.deltas)
            elif isinstance(datum, Bar):
                if datum.bar_type.is_externally_aggregated():
                    groups.setdefault((Bar, str(datum.bar_type)), []).append(datum)
            else:
                groups.setdefault((type(datum), str(datum.instrument_id)), []).append(datum)
        for kind, data in groups.items():
            batch = ArrowSerializer.serialize_batch(data, kind[0])
            table = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
            self._parts.setdefault(kind, Part()).add(table)
            self._kinds.add(kind)
        if self._written + sum(part.bytes for part in self._parts.values()) > self._most:
            self._give_up(f"there are more than {self._most / MEGABYTE:g} MB of them")

    def _write(self, kind: tuple[type, str], part: Part) -> None:
        table = pa.concat_tables(part.tables)
        times = table["ts_init"]
        if table.num_rows > 1 and not pc.all(pc.less_equal(times[:-1], times[1:])).as_py():
            table = table.take(pc.sort_indices(table, [("ts_init", "ascending")]))
            times = table["ts_init"]
        folder = Path(self._catalog._make_path(data_cls=kind[0], identifier=kind[1]))
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / _timestamps_to_filename(times[0].as_py(), times[-1].as_py())
        pq.write_table(table, path)
        self._written += path.stat().st_size

    def _give_up(self, why: str) -> None:
        """Stop for good: with a hole in the middle a backtest would be of another market."""
        self.stopped = why
        self._unsubscribe()
        self._waiting.clear()

    def _unsubscribe(self) -> None:
        for topic in TOPICS:
            self._msgbus.unsubscribe(topic=topic, handler=self._waiting.append)
