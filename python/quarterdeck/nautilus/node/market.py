"""What a node knows of its markets: the latest of each instrument, merged for whoever watches from outside."""

import asyncio
from decimal import Decimal
from typing import Any

from nautilus_trader.model.data import Bar, QuoteTick, TradeTick
from nautilus_trader.model.enums import aggressor_side_to_str
from nautilus_trader.model.identifiers import InstrumentId

from quarterdeck.message import given, optional
from quarterdeck.nautilus.convert import iso_time, plain
from quarterdeck.nautilus.identifiers import parse_bar_type
from quarterdeck.nautilus.node.events import EventStream
from quarterdeck.nautilus.node.freshness import Freshness
from quarterdeck.nautilus.node.known import known_instrument
from quarterdeck.nautilus.node.subscriptions import Subscriptions
from quarterdeck.nodehandlers import Outlet
from quarterdeck.protocol import (
    BarRow,
    BookLevel,
    BookRow,
    GetMarketDataParams,
    GetMarketDataResult,
    NodeTopic,
    QuoteRow,
    TradeRow,
)

UPDATE_SECONDS = 0.1
CROWDED = 200
"""So many unsent messages mean that the server is behind: market data wait."""


class Market:
    """Latest quotes, trades, bars and books."""

    def __init__(
        self,
        kernel: Any,
        events: EventStream,
        subscriptions: Subscriptions,
        outlet: Outlet,
        freshness: Freshness,
        *,
        synthetic: bool,
    ) -> None:
        self._subscriptions = subscriptions
        self._cache = kernel.cache
        self._clock = kernel.clock
        self._events = events
        self._outlet = outlet
        self._freshness = freshness
        self._synthetic = synthetic
        self._changed: set[InstrumentId] = set()
        self.received = 0
        self.merged = 0
        for topic in ("data.quotes.*", "data.trades.*"):
            kernel.msgbus.subscribe(topic=topic, handler=self._take)
        kernel.msgbus.subscribe(topic="data.bars.*", handler=self._take_bar)
        self._teller = asyncio.get_running_loop().create_task(self._tell())

    def close(self) -> None:
        """Stop telling."""
        self._teller.cancel()

    def latest(self, params: GetMarketDataParams) -> GetMarketDataResult:
        """Return the latest the node knows of an instrument's market, and some of what was before."""
        instrument = known_instrument(self._cache, params.instrument_id, "instrument_id")
        history = given(params.history, 0)
        quote, trade = self._cache.quote_tick(instrument.id), self._cache.trade_tick(instrument.id)
        wanted = given(params.bar_type)
        bar_types = [parse_bar_type(wanted, "bar_type")] if wanted else self._cache.bar_types(instrument.id)
        bars = {str(kind): bar for kind in bar_types if (bar := self._cache.bar(kind)) is not None}
        latest = max((datum.ts_init for datum in (quote, trade, *bars.values()) if datum is not None), default=None)
        now = self._clock.timestamp_ns()
        result = GetMarketDataResult(
            instrument_id=str(instrument.id),
            synthetic=optional(self._synthetic or None),
            quote=None if quote is None else quote_row(quote),
            trade=None if trade is None else trade_row(trade),
            bars={name: bar_row(bar) for name, bar in bars.items()},
            book=self._book(instrument.id, given(params.depth, 10)),
            age_seconds=None if latest is None else max(0.0, round((now - latest) / 1e9, 3)),
            subscriptions=self._subscriptions.of(instrument.id),
        )
        if history:
            result.quotes = [quote_row(each) for each in self._cache.quote_ticks(instrument.id)[:history][::-1]]
            result.trades = [trade_row(each) for each in self._cache.trade_ticks(instrument.id)[:history][::-1]]
            if wanted:
                result.bar_history = [bar_row(each) for each in self._cache.bars(bar_types[0])[:history][::-1]]
        return result

    def _book(self, instrument_id: InstrumentId, depth: int) -> BookRow | None:
        book = self._cache.order_book(instrument_id)
        if book is None or book.update_count == 0:
            return None
        return BookRow(
            bids=[_level(level) for level in book.bids()[:depth]],
            asks=[_level(level) for level in book.asks()[:depth]],
            ts_event=iso_time(book.ts_last),
        )

    def _take(self, tick: QuoteTick | TradeTick) -> None:
        self.received += 1
        self._changed.add(tick.instrument_id)

    def _take_bar(self, bar: Bar) -> None:
        self.received += 1
        self._changed.add(bar.bar_type.instrument_id)

    async def _tell(self) -> None:
        told = 0
        while True:
            await asyncio.sleep(UPDATE_SECONDS)
            self._freshness.hear(self._changed)
            if not self._changed or self._outlet.backlog > CROWDED:
                continue
            changed, self._changed = self._changed, set()
            for instrument_id in changed:
                row = self.latest(GetMarketDataParams(instrument_id=str(instrument_id)))
                self._events.tell(
                    NodeTopic.market,
                    str(instrument_id),
                    {"quote": row.quote, "trade": row.trade, "bars": row.bars, "book": row.book},
                )
            told += len(changed)
            self.merged = self.received - told


def quote_row(quote: QuoteTick) -> QuoteRow:
    """Return a quote as it crosses."""
    return QuoteRow(
        bid_price=str(quote.bid_price),
        ask_price=str(quote.ask_price),
        bid_size=str(quote.bid_size),
        ask_size=str(quote.ask_size),
        ts_event=iso_time(quote.ts_event),
    )


def trade_row(trade: TradeTick) -> TradeRow:
    """Return a trade as it crosses."""
    return TradeRow(
        price=str(trade.price),
        size=str(trade.size),
        aggressor_side=aggressor_side_to_str(trade.aggressor_side),
        trade_id=trade.trade_id.value,
        ts_event=iso_time(trade.ts_event),
    )


def bar_row(bar: Bar) -> BarRow:
    """Return a bar as it crosses."""
    return BarRow(
        open=str(bar.open),
        high=str(bar.high),
        low=str(bar.low),
        close=str(bar.close),
        volume=str(bar.volume),
        ts_event=iso_time(bar.ts_event),
    )


def _level(level: Any) -> BookLevel:
    return BookLevel(price=str(level.price), size=plain(Decimal(str(level.size()))))
