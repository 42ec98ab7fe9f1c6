"""What a class asks for when it starts, as its source says it: found without running it."""

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from quarterdeck.sourcetree import dotted

OTHERWISE = frozenset({"set_timer", "set_timer_ns", "set_time_alert", "set_time_alert_ns", "msgbus", "add_synthetic"})
"""What may move a component besides the data it subscribes to."""


class Condition(NamedTuple):
    """A test on the way to a call, and the outcome under which the call is made."""

    test: ast.expr
    outcome: bool


class Asked(NamedTuple):
    """One call of a `subscribe_…` method."""

    method: str
    target: ast.expr | None
    """What it asks for; None when the call names who serves it, or says it in another way that cannot be read."""
    line: int
    conditions: list[Condition] | None
    """Under which it is made when the component starts; None when that cannot be read."""


class Behaviour(NamedTuple):
    """What the source of a class and its bases shows of it."""

    asked: list[Asked]
    trades: bool
    """Whether it submits orders anywhere."""
    otherwise: bool
    """Whether something else than subscribed data may move it."""
    assigned: frozenset[str]
    """Attributes of itself that it sets outside `__init__`."""


def read_behaviour(classes: Iterable[ast.ClassDef]) -> Behaviour:
    """Read a class and its bases, the class itself first."""
    asked: list[Asked] = []
    names: set[str] = set()
    assigned: set[str] = set()
    overridden: set[str] = set()
    for owner in classes:
        for method in owner.body:
            if not isinstance(method, ast.FunctionDef):
                continue
            if method.name in overridden:
                continue
            nodes = list(ast.walk(method))
            attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
            names |= {node.attr for node in attributes}
            asked.extend(_asked(method, [node for node in nodes if isinstance(node, ast.Call)]))
            if method.name != "__init__":
                assigned |= set(_assigned(attributes))
            # A method may call the one it overrides.
            if not any(isinstance(node, ast.Name) and node.id == "super" for node in nodes):
                overridden.add(method.name)
    trades = any(name.startswith("submit_order") for name in names)
    return Behaviour(asked, trades, bool(names & OTHERWISE), frozenset(assigned))


def _asked(method: ast.FunctionDef, calls: Iterable[ast.Call]) -> Iterator[Asked]:
    certain = dict(_calls_on_the_way(method.body, [])) if method.name == "on_start" else {}
    for call in calls:
        path = dotted(call.func)
        name = path.removeprefix("self.")
        if path.startswith("self.subscribe_") and "." not in name:
            yield Asked(name, _target(name, call), call.lineno, certain.get(call))


def _calls_on_the_way(body: list[ast.stmt], conditions: list[Condition]) -> Iterator[tuple[ast.Call, list[Condition]]]:
    """Give the calls that are statements of their own, each with the tests it stands behind."""
    for statement in body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            yield statement.value, conditions
            yield from ((call, conditions) for call in _called_back(statement.value))
        elif isinstance(statement, ast.If):
            yield from _calls_on_the_way(statement.body, [*conditions, Condition(statement.test, outcome=True)])
            yield from _calls_on_the_way(statement.orelse, [*conditions, Condition(statement.test, outcome=False)])


def _called_back(call: ast.Call) -> Iterator[ast.Call]:
    """Give what a request calls once it is answered: `callback=lambda _: self.subscribe_bars(…)`."""
    if dotted(call.func).startswith("self.request_"):
        for keyword in call.keywords:
            if isinstance(keyword.value, ast.Lambda) and isinstance(keyword.value.body, ast.Call):
                yield keyword.value.body


def _target(method: str, call: ast.Call) -> ast.expr | None:
    book = method.startswith("subscribe_order_book")
    if any(keyword.arg in (None, "client_id", "params") for keyword in call.keywords):
        return None
    if call.args:
        first, *others = call.args
        return None if isinstance(first, ast.Starred) or (others and not book) else first
    named = [keyword.value for keyword in call.keywords if keyword.arg in ("bar_type", "instrument_id")]
    return named[0] if len(named) == 1 else None


def _assigned(attributes: Iterable[ast.Attribute]) -> Iterator[str]:
    for node in attributes:
        if isinstance(node.ctx, ast.Store) and dotted(node).startswith("self."):
            yield node.attr
