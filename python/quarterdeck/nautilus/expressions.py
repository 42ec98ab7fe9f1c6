"""Values of expressions in a component's source, where the component as it was made already has them."""

import ast
from typing import Any

from nautilus_trader.model.data import BarType
from nautilus_trader.model.identifiers import InstrumentId

from quarterdeck.sourcetree import dotted

READERS = {"BarType.from_str": BarType.from_str, "InstrumentId.from_str": InstrumentId.from_str, "str": str}


class UnknownError(Exception):
    """What an expression comes to cannot be told before it runs."""


class Reader:
    """Reads expressions of one component: what its config says, and what it has set itself in `__init__`."""

    def __init__(self, component: Any, assigned: frozenset[str]) -> None:
        self._component = component
        self._assigned = assigned

    def value(self, node: ast.expr) -> Any:
        """Return the value of an expression. Raises UnknownError."""
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call(func=func, args=[argument], keywords=[]) if dotted(func) in READERS:
                return _read(dotted(func), self.value(argument))
            case ast.JoinedStr(values=parts):
                return "".join(self._part(part) for part in parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self.value(operand)
            case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as how], comparators=[right]):
                same = self.value(left) is self.value(right)
                return same if isinstance(how, ast.Is) else not same
        raise UnknownError

    def _attribute(self, node: ast.Attribute) -> Any:
        first, *names = dotted(node).split(".")
        if first != "self" or not names or "" in names:
            raise UnknownError
        if names[0] != "config" and (names[0] in self._assigned or names[0] not in vars(self._component)):
            raise UnknownError
        value = self._component
        for name in names:
            try:
                value = getattr(value, name)
            except AttributeError as error:
                raise UnknownError from error
        return value

    def _part(self, part: ast.expr) -> str:
        match part:
            case ast.Constant(value=value):
                return str(value)
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return str(self.value(value))
        raise UnknownError


def _read(name: str, text: Any) -> Any:
    try:
        return READERS[name](text)
    except (ValueError, TypeError) as error:
        raise UnknownError from error
