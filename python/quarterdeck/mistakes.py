"""Mistakes in a strategy that its source shows with certainty, found without running it."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from quarterdeck.errors import did_you_mean
from quarterdeck.sourcetree import dotted

NOT_YET = ("clock", "cache", "portfolio", "msgbus", "order_factory")
"""What a component has only once it is registered with an engine, which is after `__init__`."""

EARLY = ("subscribe_", "request_", "submit_order")

WAITING = {"time.sleep", "input", "requests.get", "requests.post", "urllib.request.urlopen"}
WALL_CLOCK = {
    "time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "datetime.datetime.now",
    "datetime.datetime.utcnow", "datetime.datetime.today", "date.today", "pd.Timestamp.now", "pd.Timestamp.utcnow",
    "pandas.Timestamp.now",
}  # fmt: skip
FORMS = {
    "InstrumentId.from_str": (re.compile(r".+\..+"), '"SYMBOL.VENUE", for example "EUR/USD.SIM"'),
    "BarType.from_str": (
        re.compile(r".+\.[^-]+-\d+-[A-Z_]+-(BID|ASK|MID|LAST|MARK)-(INTERNAL|EXTERNAL)(@.+)?"),
        '"EUR/USD.SIM-1-MINUTE-BID-EXTERNAL"',
    ),
    "TraderId": (re.compile(r"[ -~]+-[ -~]+"), '"NAME-001", in ASCII with a hyphen: the engine aborts on others'),
    "StrategyId": (re.compile(r"[ -~]+-[ -~]+"), '"NAME-001", in ASCII with a hyphen: the engine aborts on others'),
}
"""Constructor → the form its literal has to have, and how to say so."""


class Handler(NamedTuple):
    """Where subscribed data arrive, and the names by which they may be read elsewhere instead."""

    name: str
    otherwise: frozenset[str]


HANDLERS = {
    "subscribe_bars": Handler("on_bar", frozenset({"bar", "bars", "bar_count"})),
    "subscribe_quote_ticks": Handler("on_quote_tick", frozenset({"quote_tick", "quote_ticks", "quote_tick_count"})),
    "subscribe_trade_ticks": Handler("on_trade_tick", frozenset({"trade_tick", "trade_ticks", "trade_tick_count"})),
    "subscribe_order_book_deltas": Handler("on_order_book_deltas", frozenset({"order_book"})),
    "subscribe_order_book_depth": Handler("on_order_book_depth", frozenset({"order_book"})),
    "subscribe_order_book_at_interval": Handler("on_order_book", frozenset()),
}


class Mistake(NamedTuple):
    """One finding and its line."""

    code: str
    line: int
    message: str
    next_step: str


class Known(NamedTuple):
    """What is known of the class besides its source."""

    handlers: frozenset[str]
    """Names NautilusTrader calls."""
    own: frozenset[str]
    """Methods that user code defines for the class, in it or in a base of it."""


def find_mistakes(owner: ast.ClassDef, known: Known) -> list[Mistake]:
    """Return the mistakes in one class, in order of line."""
    return sorted(_mistakes(owner, known), key=lambda mistake: mistake.line)


def order_mistakes(owner: ast.ClassDef) -> Iterator[Mistake]:
    """Give those of a class that leave a run without a word: orders that raise or are always rejected."""
    for call in _calls(owner):
        if dotted(call.func).startswith("self.order_factory."):
            yield from _of_order(call)


def _mistakes(owner: ast.ClassDef, known: Known) -> Iterator[Mistake]:
    methods = [node for node in owner.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    text = {node.attr for node in ast.walk(owner) if isinstance(node, ast.Attribute)}
    for method in methods:
        if method.name == "__init__":
            yield from _of_init(method)
        if isinstance(method, ast.AsyncFunctionDef) and method.name in known.handlers:
            yield Mistake(
                "HANDLER_ASYNC",
                method.lineno,
                f"{method.name} is a coroutine; the engine calls it and never awaits it, so nothing in it runs.",
                f"Write def {method.name}.",
            )
        if method.name.startswith("on_") and method.name not in known.handlers and method.name not in text:
            hint = did_you_mean(method.name, known.handlers)
            if hint:
                yield Mistake(
                    "HANDLER_UNKNOWN",
                    method.lineno,
                    f"NautilusTrader never calls {method.name}.{hint}",
                    "Name it as the handler that is meant, or call it yourself.",
                )
        for call in _calls(method):
            yield from _of_call(call, known, text)
    for node in ast.walk(owner):
        for target in _targets(node):
            if dotted(target).startswith("self.config."):
                yield Mistake(
                    "CONFIG_WRITTEN",
                    target.lineno,
                    f"{dotted(target)} is assigned to, and a config cannot be changed: this line will raise.",
                    "Keep what changes in an attribute of the strategy itself.",
                )


def _of_init(init: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Mistake]:
    calls = [dotted(call.func) for call in _calls(init)]
    if not any(path.endswith(".__init__") for path in calls):
        yield Mistake(
            "SUPER_INIT_MISSING",
            init.lineno,
            "__init__ does not call super().__init__(config), so the strategy has no config and no id of its own.",
            "Begin it with super().__init__(config).",
        )
    for call in _calls_at_once(init):
        path = dotted(call.func)
        if not path.startswith("self."):
            continue
        part, *rest = path.removeprefix("self.").split(".")
        if (part in NOT_YET and rest) or (not rest and part.startswith(EARLY)):
            yield Mistake(
                "USED_IN_INIT",
                call.lineno,
                f"{path} is called in __init__, before the strategy is registered with an engine: it will raise.",
                "Move it to on_start.",
            )


def _of_call(call: ast.Call, known: Known, text: set[str]) -> Iterator[Mistake]:
    path = dotted(call.func)
    if path in WAITING:
        yield Mistake(
            "WAITS",
            call.lineno,
            f"{path} makes the whole engine wait, and simulated time does not pass meanwhile.",
            "Set a timer or a time alert: self.clock.set_time_alert(…).",
        )
    if path in WALL_CLOCK:
        yield Mistake(
            "WALL_CLOCK",
            call.lineno,
            f"{path} is the time of the computer, not of the backtest: results change from run to run.",
            "Use self.clock.utc_now() or self.clock.timestamp_ns().",
        )
    handler = HANDLERS.get(path.removeprefix("self.")) if path.startswith("self.") else None
    if handler and handler.name not in known.own and not _is_used_otherwise(text, handler):
        yield Mistake(
            "HANDLER_MISSING",
            call.lineno,
            f"{path} is called, but there is no {handler.name} to receive the data.",
            f"Add def {handler.name}(self, …), or leave the subscription out.",
        )
    if path in FORMS and call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str):
        form, example = FORMS[path]
        if not form.fullmatch(call.args[0].value):
            yield Mistake(
                "ID_MALFORMED", call.lineno, f'{path}("{call.args[0].value}") is refused.', f"Write {example}."
            )
    if path.startswith("self.order_factory."):
        yield from _of_order(call)


def _of_order(call: ast.Call) -> Iterator[Mistake]:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if None in given or "time_in_force" not in given:
        return
    kind = dotted(given["time_in_force"]).rpartition(".")[2]
    if kind == "GTD" and "expire_time" not in given:
        yield Mistake(
            "GTD_WITHOUT_EXPIRY",
            call.lineno,
            "The order is good till a date that it does not have: the order factory raises.",
            "Give expire_time, or another time_in_force.",
        )
    if kind in ("AT_THE_OPEN", "AT_THE_CLOSE"):
        yield Mistake(
            "TIME_IN_FORCE_UNSUPPORTED",
            call.lineno,
            f"A simulated venue rejects every order with {kind}.",
            "Submit a DAY order from a time alert at the open or the close.",
        )


def _is_used_otherwise(text: set[str], handler: Handler) -> bool:
    """Whether what was subscribed to may be meant for an indicator, a price or a read of the cache."""
    if any(name.startswith("register_indicator_for_") for name in text):
        return True
    return bool(text & (handler.otherwise | {"price", "on_data", "subscribe", "portfolio"}))


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (child for child in ast.walk(node) if isinstance(child, ast.Call))


def _calls_at_once(node: ast.AST) -> Iterator[ast.Call]:
    """Give the calls made when a body runs, not those of functions defined in it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(child, ast.Call):
            yield child
        yield from _calls_at_once(child)


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []
