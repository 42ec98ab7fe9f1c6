"""Watches the components of a run from outside: what they asked for, what reached them, which line submitted what."""

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, NamedTuple

from nautilus_trader.indicators import Indicator
from nautilus_trader.model.identifiers import ClientOrderId

from quarterdeck.indicatorseries import Series
from quarterdeck.nautilus.indicators import HEAP_TYPE, NEVER, SAMPLED, IndicatorSamples
from quarterdeck.usercode import UserCode

type Place = Callable[[ClientOrderId], str | None]
"""Finds the source line that submitted an order."""

SUBSCRIPTIONS = {
    "bars": ("subscribe_bars", "unsubscribe_bars", "on_bar"),
    "quotes": ("subscribe_quote_ticks", "unsubscribe_quote_ticks", "on_quote_tick"),
    "trades": ("subscribe_trade_ticks", "unsubscribe_trade_ticks", "on_trade_tick"),
    "deltas": ("subscribe_order_book_deltas", "unsubscribe_order_book_deltas", "on_order_book_deltas"),
    "depth": ("subscribe_order_book_depth", "unsubscribe_order_book_depth", "on_order_book_depth"),
    "book": ("subscribe_order_book_at_interval", "unsubscribe_order_book_at_interval", "on_order_book"),
    "mark_prices": ("subscribe_mark_prices", "unsubscribe_mark_prices", "on_mark_price"),
    "index_prices": ("subscribe_index_prices", "unsubscribe_index_prices", "on_index_price"),
    "funding_rates": ("subscribe_funding_rates", "unsubscribe_funding_rates", "on_funding_rate"),
    "instrument": ("subscribe_instrument", "unsubscribe_instrument", "on_instrument"),
    "status": ("subscribe_instrument_status", "unsubscribe_instrument_status", "on_instrument_status"),
    "close": ("subscribe_instrument_close", "unsubscribe_instrument_close", "on_instrument_close"),
    "greeks": ("subscribe_option_greeks", "unsubscribe_option_greeks", "on_option_greeks"),
    "chain": ("subscribe_option_chain", "unsubscribe_option_chain", "on_option_chain"),
    "data": ("subscribe_data", "unsubscribe_data", "on_data"),
}
"""Kind of data → how a component asks for it, how it ends that, and the handler it arrives at."""

REGISTERING = (
    "register_indicator_for_bars",
    "register_indicator_for_quote_ticks",
    "register_indicator_for_trade_ticks",
)


class Calls(NamedTuple):
    """How often a handler was called, and the simulated times of the first and the last call."""

    total: int
    first: int | None
    last: int | None


class Subscription:
    """One thing a component asked for, from when on, and where in its code."""

    def __init__(self, kind: str, target: str, ts: int, place: str | None) -> None:
        self.kind = kind
        self.target = target
        self.begun = ts
        self.ended: int | None = None
        self.place = place


class WatchedIndicator:
    """An indicator of a component and when it was seen to be initialized."""

    def __init__(self, indicator: Indicator, name: str | None) -> None:
        self.indicator = indicator
        self.name = str(indicator) if name is None else f"{name}: {indicator}"
        self.initialized_at: int | None = None


class Witness:
    """Watches all components of one run.

    What it puts around a method is an attribute of the one object, where Python and the engine's compiled code find
    it before the class's own method. It counts or notes and then calls the original: nothing reaches the engine's
    message bus, clock or cache, so a run that is watched ends as one that is not.
    """

    def __init__(self, user_code: UserCode) -> None:
        self._user_code = user_code
        self._own: dict[CodeType, bool] = {}
        self._texts: dict[tuple[str, int], str] = {}
        self._orders: dict[ClientOrderId, tuple[str, int]] = {}
        self.components: list[WatchedComponent] = []

    def watch(self, kind: str, component: Any) -> None:
        """Watch a component; call before it is started."""
        self.components.append(WatchedComponent(kind, component, self))

    def place_of_order(self, client_order_id: ClientOrderId) -> str | None:
        """Return `file:line` of the code that submitted an order; None for one the engine made itself."""
        place = self._orders.get(client_order_id)
        return None if place is None else self._text(place)

    def note_order(self, client_order_id: ClientOrderId, frame: FrameType) -> None:
        """Remember the user's line that is being executed for an order."""
        self._orders[client_order_id] = self._place(frame)

    def place(self, frame: FrameType) -> str:
        """Return the innermost line of the user's code in a stack."""
        return self._text(self._place(frame))

    def _place(self, innermost: FrameType) -> tuple[str, int]:
        frame: FrameType | None = innermost
        while frame is not None:
            code = frame.f_code
            own = self._own.get(code)
            if own is None:
                own = self._own[code] = self._user_code.is_user(code.co_filename)
            if own:
                return code.co_filename, frame.f_lineno
            frame = frame.f_back
        return innermost.f_code.co_filename, innermost.f_lineno

    def _text(self, place: tuple[str, int]) -> str:
        text = self._texts.get(place)
        if text is None:
            text = self._texts[place] = f"{self._user_code.shown(place[0])}:{place[1]}"
        return text


class WatchedComponent:
    """One strategy, actor or execution algorithm under watch."""

    def __init__(self, kind: str, component: Any, witness: Witness) -> None:
        self.kind = kind
        self.component = component
        self.subscriptions: list[Subscription] = []
        self.indicators: dict[int, WatchedIndicator] = {}
        self.bars: dict[str, Calls] = {}
        """Calls of on_bar by bar type; kept where there is more than one."""
        self.stopped_at: int | None = None
        self._samples = IndicatorSamples()
        self._instruments: dict[int, str] = {}
        self._witness = witness
        self._stale = True
        self._readers: dict[str, Callable[[], Calls]] = {}
        self._rewatch: list[Callable[[], None]] = []
        if hasattr(component, "__dict__"):
            self._wrap_all()

    def calls(self, handler: str) -> Calls | None:
        """Return the calls of a handler; None when the class has none of that name."""
        read = self._readers.get(handler)
        return None if read is None else read()

    def indicator_series(self) -> list[Series]:
        """Return the values its indicators had as the run went."""
        named = {key: watched.name for key, watched in self.indicators.items()}
        return self._samples.series(str(self.component.id), named, self._instruments)

    def _wrap_all(self) -> None:
        for kind, (subscribe, unsubscribe, handler) in SUBSCRIPTIONS.items():
            if hasattr(self.component, subscribe):
                self._wrap_subscribe(kind, subscribe)
                self._wrap_unsubscribe(kind, unsubscribe)
            if _is_overridden(self.component, handler):
                self._wrap_handler(handler)
        for name in REGISTERING:
            self._wrap_registering(name)
        self._wrap_stop()
        if hasattr(self.component, "submit_order"):
            self._wrap_submit_order()
        if hasattr(self.component, "submit_order_list"):
            self._wrap_submit_order_list()

    def _wrap_submit_order(self) -> None:
        note, submit = self._witness.note_order, self.component.submit_order

        def submit_order(order: Any, *arguments: Any, **options: Any) -> None:
            note(order.client_order_id, sys._getframe(1))
            submit(order, *arguments, **options)

        self.component.submit_order = submit_order

    def _wrap_submit_order_list(self) -> None:
        note, submit = self._witness.note_order, self.component.submit_order_list

        def submit_order_list(order_list: Any, *arguments: Any, **options: Any) -> None:
            frame = sys._getframe(1)
            for order in order_list.orders:
                note(order.client_order_id, frame)
            submit(order_list, *arguments, **options)

        self.component.submit_order_list = submit_order_list

    def _wrap_subscribe(self, kind: str, name: str) -> None:
        subscribe = getattr(self.component, name)

        def noted(*arguments: Any, **options: Any) -> None:
            place = self._witness.place(sys._getframe(1))
            subscribe(*arguments, **options)
            target = _target(arguments, options)
            if all(known.target != target for known in self._open(kind)):
                self.subscriptions.append(Subscription(kind, target, self._now(), place))
                self._look_again()

        setattr(self.component, name, noted)

    def _wrap_unsubscribe(self, kind: str, name: str) -> None:
        unsubscribe = getattr(self.component, name)

        def noted(*arguments: Any, **options: Any) -> None:
            unsubscribe(*arguments, **options)
            target = _target(arguments, options)
            for known in self._open(kind):
                if known.target == target:
                    known.ended = self._now()

        setattr(self.component, name, noted)

    def _wrap_registering(self, name: str) -> None:
        register = getattr(self.component, name)

        def noted(*arguments: Any, **options: Any) -> None:
            register(*arguments, **options)
            self._note_instrument([*arguments, *options.values()])
            self._look_again()

        setattr(self.component, name, noted)

    def _note_instrument(self, registered: list[Any]) -> None:
        target, indicator = sorted(registered, key=lambda one: isinstance(one, Indicator))
        self._instruments[id(indicator)] = str(getattr(target, "instrument_id", target))

    def _wrap_stop(self) -> None:
        on_stop = self.component.on_stop

        def noted() -> None:
            self.stopped_at = self._now()
            on_stop()

        self.component.on_stop = noted

    def _wrap_handler(self, name: str) -> None:
        handler = getattr(self.component, name)
        take = self._samples.take
        rank = SAMPLED.index(name) if name in SAMPLED else len(SAMPLED)
        begin = 0 if name in SAMPLED else NEVER
        calls, watching, due = 0, True, begin
        first: int | None = None
        last: Any = None

        # Called for each datum of a run: what is not needed each time happens in `look`.
        def counted(datum: Any) -> None:
            nonlocal calls, last, watching, due
            calls += 1
            last = datum
            if watching:
                watching = look(datum)
            handler(datum)
            if calls >= due:
                due = calls + take(rank, datum.ts_event)

        def look(datum: Any) -> bool:
            nonlocal first
            if first is None:
                first = self._now()
            several = name == "on_bar" and sum(known.kind == "bars" for known in self.subscriptions) > 1
            if several:
                self._count_bar(datum)
            return self._look_at_indicators() or several

        def again() -> None:
            nonlocal watching, due
            watching, due = True, begin

        self._readers[name] = lambda: Calls(calls, first, _time(last))
        self._rewatch.append(again)
        setattr(self.component, name, counted)

    def _count_bar(self, bar: Any) -> None:
        key = str(bar.bar_type.standard())
        before = self.bars.get(key)
        now = bar.ts_init
        self.bars[key] = Calls(1, now, now) if before is None else Calls(before.total + 1, before.first, now)

    def _look_at_indicators(self) -> bool:
        """Note the indicators that are initialized by now; False when all are."""
        if self._stale:
            self.find_indicators()
        waiting = False
        for watched in self.indicators.values():
            if watched.initialized_at is None:
                if watched.indicator.initialized:
                    watched.initialized_at = self._now()
                else:
                    waiting = True
        return waiting

    def find_indicators(self) -> None:
        """Add the indicators the component has registered or holds in its attributes."""
        self._stale = False
        named = {id(value): name for name, value in vars(self.component).items() if isinstance(value, Indicator)}
        held = [value for value in vars(self.component).values() if isinstance(value, Indicator)]
        for indicator in [*self.component.registered_indicators, *held]:
            if id(indicator) not in self.indicators:
                self.indicators[id(indicator)] = WatchedIndicator(indicator, named.get(id(indicator)))
        self._samples.follow(watched.indicator for watched in self.indicators.values())

    def _open(self, kind: str) -> list[Subscription]:
        return [known for known in self.subscriptions if known.kind == kind and known.ended is None]

    def _look_again(self) -> None:
        self._stale = True
        for rewatch in self._rewatch:
            rewatch()

    def _now(self) -> int:
        return int(self.component.clock.timestamp_ns())


def _is_overridden(component: Any, name: str) -> bool:
    return any(name in vars(base) and base.__flags__ & HEAP_TYPE for base in type(component).__mro__)


def _target(arguments: tuple[Any, ...], options: dict[str, Any]) -> str:
    target = arguments[0] if arguments else next(iter(options.values()), "")
    standard = getattr(target, "standard", None)
    return str(target if standard is None else standard())


def _time(datum: Any) -> int | None:
    for name in ("ts_init", "ts_last"):
        if hasattr(datum, name):
            return int(getattr(datum, name))
    return None
