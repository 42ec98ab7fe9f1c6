"""A node's memory does not grow with its orders: what it keeps of them is of a fixed number of objects."""

import asyncio
import gc
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
from nodes import FX, start_params
from quarterdeck import nodehandlers
from quarterdeck.message import Message
from quarterdeck.nautilus.node import trimming
from quarterdeck.nautilus.node.session import NodeSession
from quarterdeck.protocol import (
    GetAccountParams,
    ListPositionsParams,
    StartNodeParams,
    StopNodeParams,
    SubmitOrderParams,
)

KEPT = 100
FEW = 50
MORE = 400


class Nobody:
    """Takes what a node tells."""

    backlog = 0

    def notify(self, method: str, params: Message) -> None:
        pass


def engine_objects() -> Counter[str]:
    gc.collect()
    kinds = (type(each) for each in gc.get_objects())
    return Counter(kind.__qualname__ for kind in kinds if kind.__module__.startswith("nautilus_trader."))


async def session_in(folder: Path) -> NodeSession:
    nodehandlers.attach(Nobody())
    session = NodeSession(msgspec.convert(start_params(folder), StartNodeParams), Nobody())
    await session.start()
    return session


async def trade(session: NodeSession, count: int) -> None:
    """Buy and sell in turns: a position opens and closes with every two orders."""
    for number in range(count):
        side = "SELL" if number % 2 else "BUY"
        # Of two positions in turn that won the same the engine's portfolio takes the second for the first.
        size = "20000" if number % 4 > 1 else "10000"
        asked = {"instrument_id": FX, "side": side, "type": "MARKET", "quantity": size, "wait_for": "closed"}
        answer = await session.orders.submit(msgspec.convert({**asked, "timeout_seconds": 40}, SubmitOrderParams))
        assert answer.status == "FILLED"


def realized(session: NodeSession) -> Any:
    return session.accounts.show(GetAccountParams()).accounts[0].realized_pnl


def test_objects_of_the_engine_do_not_grow_with_the_orders_of_a_node(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(trimming, "KEPT", KEPT)

    async def go() -> None:
        session = await session_in(tmp_path)
        # Beyond what is kept of orders, of snapshots of positions and of states of accounts.
        await trade(session, 600)
        before = engine_objects()
        await trade(session, MORE)
        grown = {name: more for name, more in (engine_objects() - before).items() if more > FEW}
        assert not grown
        assert session.describe().counts.orders == 600 + MORE
        assert session.positions.page(ListPositionsParams()).total == 1

        cache = session.kernel.cache
        closed = sum((each.realized_pnl.as_decimal() for each in cache.position_snapshots()), start=0)
        assert len(cache.position_snapshots()) == (600 + MORE) // 2 - 1
        last = cache.positions()[0].realized_pnl.as_decimal()
        assert realized(session)["USD"] == f"{(closed + last).normalize():f}"
        await session.stop(StopNodeParams(flatten=True, reason="test", timeout_seconds=20))
        kept = session.keep()
        assert (kept.counts.orders, kept.counts.fills, kept.counts.account_events) == (1000, 1000, 1001)
        assert kept.counts.trades == 500

    asyncio.run(go())
    states = pq.read_table(tmp_path / "run" / "account.parquet").to_pylist()
    assert len({state["event_id"] for state in states}) == 1001
    assert [state["ts_event"] for state in states] == sorted(state["ts_event"] for state in states)
    trades = pq.read_table(tmp_path / "run" / "trades.parquet").to_pylist()
    assert len(trades) == 500
