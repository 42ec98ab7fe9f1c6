"""What a user would write without us: a TradingNode with the sandbox, and how long a market order takes in it.

Prints JSON: milliseconds from the start of the process to a running node and from submit to filled, how many orders a
second a thousand one after another were, and by how many MB the process grew with a thousand (0 where only Linux
tells), after as many thousands as the second argument says.
"""

import time

STARTED = time.perf_counter()

import asyncio  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
from decimal import Decimal  # noqa: E402
from pathlib import Path  # noqa: E402

from nautilus_trader.adapters.sandbox.config import SandboxExecutionClientConfig  # noqa: E402
from nautilus_trader.adapters.sandbox.factory import SandboxLiveExecClientFactory  # noqa: E402
from nautilus_trader.common.providers import InstrumentProvider  # noqa: E402
from nautilus_trader.config import LiveExecEngineConfig, LoggingConfig, TradingNodeConfig  # noqa: E402
from nautilus_trader.live.config import LiveDataClientConfig, LiveRiskEngineConfig  # noqa: E402
from nautilus_trader.live.data_client import LiveMarketDataClient  # noqa: E402
from nautilus_trader.live.factories import LiveDataClientFactory  # noqa: E402
from nautilus_trader.live.node import TradingNode  # noqa: E402
from nautilus_trader.model.data import QuoteTick  # noqa: E402
from nautilus_trader.model.enums import OrderSide  # noqa: E402
from nautilus_trader.model.identifiers import ClientId, Venue  # noqa: E402
from nautilus_trader.model.objects import Price, Quantity  # noqa: E402
from nautilus_trader.test_kit.providers import TestInstrumentProvider  # noqa: E402
from nautilus_trader.trading.strategy import Strategy  # noqa: E402

EURUSD = TestInstrumentProvider.default_fx_ccy("EUR/USD", Venue("SIM"))
SIZE = Quantity.from_int(1_000_000)


class Feed(LiveMarketDataClient):
    def quote(self) -> None:
        now = self._clock.timestamp_ns()
        self._handle_data(QuoteTick(EURUSD.id, Price(1.1, 5), Price(1.10002, 5), SIZE, SIZE, now, now))

    async def _connect(self) -> None:
        self.quote()

    async def _disconnect(self) -> None:
        pass


class FeedFactory(LiveDataClientFactory):
    feed: Feed

    @staticmethod
    def create(loop, name, config, msgbus, cache, clock):
        FeedFactory.feed = Feed(
            loop=loop,
            client_id=ClientId(name),
            venue=Venue("SIM"),
            msgbus=msgbus,
            cache=cache,
            clock=clock,
            instrument_provider=InstrumentProvider(),
        )
        return FeedFactory.feed


def resident() -> float:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * 4096 / 1e6


async def main(count: int, thousands: int) -> None:
    config = TradingNodeConfig(
        trader_id="PLAIN-001",
        logging=LoggingConfig(log_level="OFF"),
        data_clients={"SIM": LiveDataClientConfig()},
        exec_clients={
            "SIM": SandboxExecutionClientConfig(
                venue="SIM", starting_balances=["1000000 USD"], default_leverage=Decimal(10)
            )
        },
        exec_engine=LiveExecEngineConfig(reconciliation=False),
        risk_engine=LiveRiskEngineConfig(max_order_submit_rate="100000/00:00:01"),
        timeout_post_stop=0.1,
    )
    node = TradingNode(config, loop=asyncio.get_running_loop())
    node.add_data_client_factory("SIM", FeedFactory)
    node.add_exec_client_factory("SIM", SandboxLiveExecClientFactory)
    node.kernel.cache.add_instrument(EURUSD)
    node.build()
    desk = Strategy()
    node.trader.add_strategy(desk)
    running = asyncio.ensure_future(node.run_async())
    while not desk.is_running or node.cache.quote_tick(EURUSD.id) is None:
        await asyncio.sleep(0.001)
    started = time.perf_counter() - STARTED
    async def filled(index: int) -> float:
        order = desk.order_factory.market(
            EURUSD.id, OrderSide.SELL if index % 2 else OrderSide.BUY, Quantity.from_int(10_000)
        )
        begun = time.perf_counter()
        desk.submit_order(order)
        while not order.is_closed:
            await asyncio.sleep(0)
        return (time.perf_counter() - begun) * 1000

    samples = [await filled(index) for index in range(count)]
    begun = time.perf_counter()
    for index in range(1000):
        await filled(index)
    rate = 1000 / (time.perf_counter() - begun)
    for index in range((thousands - 1) * 1000):
        await filled(index)
    before = resident()
    for index in range(3000):
        await filled(index)
    grown = (resident() - before) / 3
    await node.stop_async()
    running.cancel()
    print(json.dumps({"started": started * 1000, "samples": samples, "rate": rate, "grown": grown}))


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
