"""NautilusTrader's own Binance adapter against the practice venue."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nautilus_trader.adapters.binance.factories as factories
import pytest
from nautilus_trader.adapters.binance.config import (
    BinanceDataClientConfig,
    BinanceExecClientConfig,
)
from nautilus_trader.adapters.binance.factories import (
    BinanceLiveDataClientFactory,
    BinanceLiveExecClientFactory,
)
from nautilus_trader.adapters.binance.http.account import BinanceAccountHttpAPI
from nautilus_trader.adapters.binance.http.error import BinanceClientError
from nautilus_trader.config import (
    InstrumentProviderConfig,
    LiveExecEngineConfig,
    LoggingConfig,
    StrategyConfig,
    TradingNodeConfig,
)
from nautilus_trader.live.node import TradingNode
from nautilus_trader.model.data import QuoteTick, TradeTick
from nautilus_trader.model.enums import OrderSide, TimeInForce
from nautilus_trader.model.identifiers import ClientId, InstrumentId, Venue
from nautilus_trader.model.objects import Quantity
from nautilus_trader.model.orders import Order
from nautilus_trader.trading.strategy import Strategy
from practice import ask, faults, place, practice_venue
from quarterdeck.nautilus.node.binance import SpotClient, correct, fills_of
from quarterdeck.nautilus.node.flips import correct_flips

BTC = InstrumentId.from_str("BTCUSDT.BINANCE")


class Trader(Strategy):  # type: ignore[misc]
    """Counts what it is told, and claims the orders the venue knows."""

    def __init__(self) -> None:
        super().__init__(StrategyConfig(strategy_id="T", order_id_tag="0", external_order_claims=[BTC]))
        self.quotes = 0
        self.trades = 0

    def on_start(self) -> None:
        self.subscribe_quote_ticks(BTC)
        self.subscribe_trade_ticks(BTC)

    def on_quote_tick(self, tick: QuoteTick) -> None:
        self.quotes += 1

    def on_trade_tick(self, tick: TradeTick) -> None:
        self.trades += 1


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[dict[str, Any]]:
    with practice_venue(tmp_path) as venue:
        yield venue


def build(urls: dict[str, Any], secret: str | None = None) -> tuple[TradingNode, Trader]:
    common: dict[str, Any] = {
        "api_key": urls["api_key"],
        "api_secret": secret or urls["api_secret"],
        "base_url_http": urls["base_url_http"],
        "instrument_provider": InstrumentProviderConfig(load_all=True),
    }
    data = BinanceDataClientConfig(base_url_ws=urls["base_url_ws"], **common)
    execution = BinanceExecClientConfig(base_url_ws=urls["base_url_ws_api"], **common)
    config = TradingNodeConfig(
        trader_id="TESTER-001",
        logging=LoggingConfig(log_level="OFF"),
        data_clients={"BINANCE": data},
        exec_clients={"BINANCE": execution},
        exec_engine=LiveExecEngineConfig(reconciliation=True, reconciliation_startup_delay_secs=0.1),
        timeout_connection=60,
        timeout_post_stop=0.2,
        timeout_disconnection=10,
    )
    node = TradingNode(config, loop=asyncio.get_running_loop())
    node.add_data_client_factory("BINANCE", BinanceLiveDataClientFactory)
    node.add_exec_client_factory("BINANCE", BinanceLiveExecClientFactory)
    node.build()
    trader = Trader()
    node.trader.add_strategy(trader)
    return node, trader


async def until(done: Callable[[], bool], what: str) -> None:
    for _ in range(1200):
        if done():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"never came: {what}")


async def ended(order: Order) -> None:
    await until(lambda: bool(order.is_closed), "the end of an order")


def held(node: TradingNode) -> Decimal:
    return sum(
        (position.signed_decimal_qty() for position in node.cache.positions_open()),
        Decimal(),
    )


async def session(urls: dict[str, Any], work: Callable[[TradingNode, Trader], Any]) -> Any:
    node, trader = build(urls)
    running = asyncio.ensure_future(node.run_async())
    try:
        await until(lambda: trader.is_running, "a running strategy")
        return await work(node, trader)
    finally:
        await node.stop_async()
        running.cancel()
        node.kernel.dispose()


async def trade(node: TradingNode, trader: Trader) -> None:
    instrument = node.cache.instrument(BTC)
    await until(lambda: trader.quotes > 3 and trader.trades > 3, "quotes and trades")
    factory = trader.order_factory
    size = instrument.make_qty(0.01)
    low = instrument.make_price(50_000)

    bought = factory.market(BTC, OrderSide.BUY, size)
    trader.submit_order(bought)
    await until(lambda: bought.is_closed, "the end of a market order")
    assert bought.status_string() == "FILLED"

    missed = factory.limit(BTC, OrderSide.BUY, size, low, time_in_force=TimeInForce.IOC)
    trader.submit_order(missed)
    await until(lambda: missed.is_closed, "the end of an order that takes or goes")
    assert missed.filled_qty == 0

    resting = factory.limit(BTC, OrderSide.BUY, size, low, post_only=True)
    trader.submit_order(resting)
    await until(lambda: resting.status_string() == "ACCEPTED", "an accepted order")
    trader.cancel_order(resting)
    await until(lambda: resting.status_string() == "CANCELED", "a cancelled order")


def test_orders_and_market_data(venue: dict[str, Any]) -> None:
    async def work(node: TradingNode, trader: Trader) -> None:
        await trade(node, trader)
        account = node.cache.account_for_venue(Venue("BINANCE"))
        held = {str(k): v.total.as_decimal() for k, v in account.balances().items()}
        # A thousandth of what was bought went to the venue.
        assert held["BTC"] == Decimal("10.00999")

    asyncio.run(session(venue, work))


@pytest.mark.parametrize("corrected", [True, False])
def test_positions_are_restored_and_amounts_of_quote_end(
    venue: dict[str, Any], monkeypatch: pytest.MonkeyPatch, corrected: bool
) -> None:
    """Without the corrections they are not: when that changes upstream, the corrections can go."""
    monkeypatch.setattr(factories, "BinanceSpotExecutionClient", factories.BinanceSpotExecutionClient)
    if corrected:
        correct()

    async def buy(node: TradingNode, trader: Trader) -> Decimal:
        instrument = node.cache.instrument(BTC)
        await until(lambda: trader.quotes > 0, "a quote")
        for side, size in (OrderSide.BUY, 0.03), (OrderSide.SELL, 0.005):
            order = trader.order_factory.market(BTC, side, instrument.make_qty(size))
            trader.submit_order(order)
            await ended(order)
        return held(node)

    async def look(node: TradingNode, trader: Trader) -> tuple[Decimal, str]:
        await until(lambda: trader.quotes > 5, "quotes")
        found = held(node)
        amount = node.cache.instrument(BTC).make_qty(100)
        order = trader.order_factory.market(BTC, OrderSide.BUY, amount, quote_quantity=True)
        trader.submit_order(order)
        await until(lambda: order.filled_qty > 0, "a fill of an order for an amount of quote")
        await asyncio.sleep(0.2)
        return found, order.status_string()

    assert asyncio.run(session(venue, buy)) == Decimal("0.02497")
    wrong, right = (Decimal(), "PARTIALLY_FILLED"), (Decimal("0.02497"), "FILLED")
    assert asyncio.run(session(venue, look)) == (right if corrected else wrong)


@pytest.mark.parametrize("corrected", [True, False])
def test_an_order_filled_while_a_start_asks_for_orders_and_fills_pays_its_commission(
    venue: dict[str, Any], monkeypatch: pytest.MonkeyPatch, corrected: bool
) -> None:
    """The order is filled after the fills were asked for, where they are asked for before the orders."""
    monkeypatch.setattr(factories, "BinanceSpotExecutionClient", factories.BinanceSpotExecutionClient)
    if corrected:
        correct()
    else:
        for name in ("generate_order_status_reports", "generate_fill_reports", "generate_mass_status"):
            monkeypatch.delattr(SpotClient, name)
        correct()
    place(venue, symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.01000", newClientOrderId="before")
    asked = asyncio.Event()
    orders, fills = BinanceAccountHttpAPI.query_all_orders, BinanceAccountHttpAPI.query_user_trades

    async def fills_told(self: Any, **params: Any) -> Any:
        found = await fills(self, **params)
        if params["symbol"] == "BTCUSDT":
            asked.set()
        return found

    async def orders_told(self: Any, **params: Any) -> Any:
        if params["symbol"] == "BTCUSDT":
            with suppress(TimeoutError):
                # Where orders come first it waits in vain.
                await asyncio.wait_for(asked.wait(), 2)
            place(venue, symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.02000", newClientOrderId="amid")
        return await orders(self, **params)

    monkeypatch.setattr(BinanceAccountHttpAPI, "query_user_trades", fills_told)
    monkeypatch.setattr(BinanceAccountHttpAPI, "query_all_orders", orders_told)

    async def look(node: TradingNode, trader: Trader) -> Decimal:
        return held(node)

    # The user stream says nothing of it, as it would not of a fill from before the start.
    with faults(venue, silent=1):
        found = asyncio.run(session(venue, look))
    assert found == (Decimal("0.02997") if corrected else Decimal("0.02999"))


@pytest.mark.parametrize("corrected", [True, False])
def test_a_position_that_turns_round_is_what_the_account_holds(venue: dict[str, Any], corrected: bool) -> None:
    async def work(node: TradingNode, trader: Trader) -> Decimal:
        if corrected:
            correct_flips(node.kernel.exec_engine)
        await until(lambda: trader.quotes > 0, "a quote")
        instrument = node.cache.instrument(BTC)
        for side, size in (OrderSide.SELL, 0.01), (OrderSide.BUY, 0.02), (OrderSide.SELL, 0.03), (OrderSide.BUY, 0.04):
            order = trader.order_factory.market(BTC, side, instrument.make_qty(size))
            trader.submit_order(order)
            await ended(order)
        return held(node)

    found = asyncio.run(session(venue, work))
    account = ask(venue, "/api/v3/account")
    [owned] = [Decimal(row["free"]) for row in account["balances"] if row["asset"] == "BTC"]
    assert owned - 10 == Decimal("0.01994")
    assert (found == owned - 10) == corrected


def test_fills_of_which_the_venue_does_not_speak_by_itself_are_asked_for(
    venue: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It tells the last 500 fills, and the last 1000 orders."""
    monkeypatch.setattr(factories, "BinanceSpotExecutionClient", factories.BinanceSpotExecutionClient)
    correct()
    place(venue, symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.50000")
    for number in range(506):
        side = "SELL" if number % 2 else "BUY"
        place(venue, symbol="BTCUSDT", side=side, type="MARKET", quantity="0.01000")
    account = ask(venue, "/api/v3/account")
    [owned] = [Decimal(row["free"]) for row in account["balances"] if row["asset"] == "BTC"]

    async def look(node: TradingNode, trader: Trader) -> Decimal:
        return held(node)

    assert asyncio.run(session(venue, look)) == owned - 10 == Decimal("0.49697")


def test_a_start_does_not_go_on_when_fills_cannot_be_had(
    venue: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(factories, "BinanceSpotExecutionClient", factories.BinanceSpotExecutionClient)
    correct()
    place(venue, symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.01000")

    async def unanswered(self: Any, **params: Any) -> Any:
        raise BinanceClientError(status=503, message="unavailable", headers={})

    monkeypatch.setattr(BinanceAccountHttpAPI, "query_user_trades", unanswered)

    async def go() -> tuple[bool, Decimal]:
        node, _ = build(venue)
        client = node.kernel.exec_engine._clients[ClientId("BINANCE")]
        running = asyncio.ensure_future(node.run_async())
        try:
            await until(lambda: client.is_connected, "a connected client")
            status = await client.generate_mass_status()
            return status is None, held(node)
        finally:
            await node.stop_async()
            running.cancel()
            node.kernel.dispose()

    assert asyncio.run(go()) == (True, Decimal())


def test_of_a_fill_report_only_what_the_order_speaks_of_is_taken() -> None:
    def report(filled: str) -> Any:
        return SimpleNamespace(filled_qty=Quantity.from_str(filled))

    trades = [SimpleNamespace(last_qty=Quantity.from_str(size)) for size in ("0.01", "0.02", "0.03")]
    assert fills_of(report("0.06"), trades) == trades
    assert fills_of(report("0.03"), trades) == trades[:2]
    assert fills_of(report("0"), trades) == []
