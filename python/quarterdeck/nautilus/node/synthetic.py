"""A feed of made-up prices: a seeded random walk per instrument, the same for the same seed."""

import asyncio
import zlib
from decimal import Decimal
from typing import Any

import numpy as np
from nautilus_trader.live.factories import LiveDataClientFactory
from nautilus_trader.model.data import BookOrder, OrderBookDelta, OrderBookDeltas, QuoteTick, TradeTick
from nautilus_trader.model.enums import AggressorSide, BookAction, OrderSide, RecordFlag
from nautilus_trader.model.identifiers import InstrumentId, TradeId
from nautilus_trader.model.instruments import CurrencyPair, Equity, Instrument
from nautilus_trader.model.objects import Quantity

from quarterdeck.nautilus.node.clientconfigs import SyntheticConfig
from quarterdeck.nautilus.node.feed import Feed

START_PRICES = {"EUR/USD": "1.10000", "BTCUSDT": "60000.00", "AAPL": "200.00"}
DEPTH = {CurrencyPair: "1000000", Equity: "1000"}
VOLATILITY = 2e-5
"""Standard deviation of one step, relative to the price: about 25 % a year at four steps a second."""
QUOTES_PER_TRADE = 4
SLICE_SECONDS = 0.0005
FARTHEST_BEHIND = 0.1
LEVELS = 10


class Walk:
    """The prices of one instrument."""

    def __init__(self, instrument: Instrument, seed: int, start: str | None) -> None:
        self.instrument = instrument
        self._random = np.random.default_rng([seed, zlib.crc32(str(instrument.id).encode())])
        symbol = instrument.id.symbol.value
        self._middle = float(start or START_PRICES.get(symbol, "100"))
        self._tick = float(instrument.price_increment)
        depth = "10" if "BTC" in symbol else DEPTH.get(type(instrument), "1000")
        self._size = instrument.make_qty(Decimal(depth))
        self._steps: list[float] = []
        self._count = 0

    def quote(self, now: int) -> QuoteTick:
        """Return the next quote: the middle a step further, half a spread of one tick at least on each side."""
        if not self._steps:
            self._steps = self._random.standard_normal(1024).tolist()
        self._middle = max(self._middle * (1 + VOLATILITY * self._steps.pop()), 2 * self._tick)
        half = max(self._tick, self._middle * 2e-5) / 2
        bid = self.instrument.make_price(self._middle - half)
        ask = self.instrument.make_price(self._middle + half)
        if ask <= bid:
            ask = self.instrument.make_price(float(bid) + self._tick)
        self._count += 1
        return QuoteTick(self.instrument.id, bid, ask, self._size, self._size, now, now)

    def trade(self, quote: QuoteTick, now: int) -> TradeTick | None:
        """Return a trade at one side of the quote, for some of the quotes."""
        if self._count % QUOTES_PER_TRADE:
            return None
        is_buy = self._count % (2 * QUOTES_PER_TRADE) == 0
        return TradeTick(
            self.instrument.id,
            quote.ask_price if is_buy else quote.bid_price,
            Quantity(float(self._size) / 100, self.instrument.size_precision),
            AggressorSide.BUYER if is_buy else AggressorSide.SELLER,
            TradeId(f"S{self._count}"),
            now,
            now,
        )

    def book(self, quote: QuoteTick, now: int) -> OrderBookDeltas:
        """Return a whole book around a quote: levels a tick apart, all of the size of the first."""
        tick, deltas = self.instrument.price_increment.as_decimal(), []
        deltas.append(OrderBookDelta.clear(self.instrument.id, self._count, now, now))
        for side, first, step in ((OrderSide.BUY, quote.bid_price, -tick), (OrderSide.SELL, quote.ask_price, tick)):
            for level in range(LEVELS):
                price = self.instrument.make_price(first.as_decimal() + level * step)
                order = BookOrder(side, price, self._size, level)
                is_last = side == OrderSide.SELL and level == LEVELS - 1
                flags = RecordFlag.F_LAST if is_last else 0
                deltas.append(OrderBookDelta(self.instrument.id, BookAction.ADD, order, flags, self._count, now, now))
        return OrderBookDeltas(self.instrument.id, deltas)


class SyntheticClient(Feed):
    """Publishes made-up quotes and trades of the instruments it was given, subscribed to or not."""

    def __init__(self, loop: Any, name: str, config: SyntheticConfig, msgbus: Any, cache: Any, clock: Any) -> None:
        super().__init__(loop, name, msgbus, cache, clock)
        self._settings = config
        self._walks: dict[InstrumentId, Walk] = {}
        self._books: set[InstrumentId] = set()

    def add(self, instrument: Instrument) -> None:
        """Make prices for an instrument from now on."""
        if instrument.id in self._walks:
            return
        start = (self._settings.prices or {}).get(str(instrument.id))
        walk = self._walks[instrument.id] = Walk(instrument, self._settings.seed, start)
        if self._pump is not None:
            self._publish(walk)

    async def _connect(self) -> None:
        for name in self._settings.instrument_ids:
            self.add(self._cache.instrument(InstrumentId.from_str(name)))
        for walk in self._walks.values():
            self._publish(walk)
        self._pump = self._loop.create_task(self._run())

    def _publish(self, walk: Walk) -> None:
        now = self._clock.timestamp_ns()
        quote = walk.quote(now)
        self.deliver(quote)
        if (trade := walk.trade(quote, now)) is not None:
            self.deliver(trade)
        if walk.instrument.id in self._books:
            self.deliver(walk.book(quote, now))

    async def _run(self) -> None:
        interval = self._settings.interval_ms / 1000
        clock = self._loop.time
        due = clock() + interval
        while True:
            # Even when behind, whoever else waits for the loop gets a turn after each slice.
            await asyncio.sleep(max(0.0, due - clock()))
            end = clock() + SLICE_SECONDS
            while due <= (now := clock()) < end:
                for walk in list(self._walks.values()):
                    self._publish(walk)
                due += interval
            if now - due > FARTHEST_BEHIND:
                due = now

    async def _subscribe_order_book_deltas(self, command: Any) -> None:
        self._books.add(command.instrument_id)
        if command.instrument_id in self._walks:
            self._publish(self._walks[command.instrument_id])

    async def _unsubscribe_order_book_deltas(self, command: Any) -> None:
        self._books.discard(command.instrument_id)


class SyntheticFactory(LiveDataClientFactory):
    """Makes the feed."""

    @staticmethod
    def create(loop: Any, name: str, config: Any, msgbus: Any, cache: Any, clock: Any) -> Any:
        """Return the data client."""
        return SyntheticClient(loop, name, config, msgbus, cache, clock)
