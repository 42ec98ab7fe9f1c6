"""Python source of values: what to write so that the same value comes into being again."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
import nautilus_trader.model.enums as enums
import pandas as pd
from nautilus_trader.common.config import NautilusConfig
from nautilus_trader.core.uuid import UUID4
from nautilus_trader.model.data import BarType
from nautilus_trader.model.identifiers import Identifier, InstrumentId
from nautilus_trader.model.objects import Currency, Money, Price, Quantity

WIDTH = 100
BY_TEXT = (InstrumentId, BarType, Price, Quantity, Money, Currency)


class Brackets:
    """An expression with parts, on one line where it fits, else one part a line."""

    def __init__(self, start: str, parts: Iterable[tuple[str, "Expression"]], end: str) -> None:
        self._start = start
        self._parts = list(parts)
        self._end = end

    def line(self) -> str:
        """Return all on one line."""
        inner = ", ".join(name + written(part) for name, part in self._parts)
        lone = "," if self._start == "(" and len(self._parts) == 1 else ""
        return f"{self._start}{inner}{lone}{self._end}"

    def render(self, indent: int, used: int) -> str:
        """Return the source when its first line starts `used` characters into a block of `indent`."""
        line = self.line()
        if used + len(line) <= WIDTH or not self._parts:
            return line
        inner = " " * (indent + 4)
        parts = [f"{inner}{name}{render(part, indent + 4, indent + 5 + len(name))}," for name, part in self._parts]
        return "\n".join([self._start, *parts, " " * indent + self._end])


type Expression = str | Brackets


def written(expression: Expression) -> str:
    """Return an expression on one line."""
    return expression if isinstance(expression, str) else expression.line()


def render(expression: Expression, indent: int = 0, used: int = 0) -> str:
    """Return the source of an expression, broken into lines where it must be."""
    return expression if isinstance(expression, str) else expression.render(indent, used)


def call(function: str, /, *arguments: Expression, **named: Expression) -> Expression:
    """Return a call."""
    parts = [("", argument) for argument in arguments] + [(f"{name}=", value) for name, value in named.items()]
    return Brackets(f"{function}(", parts, ")")


class UnwritableError(ValueError):
    """A value for which there is no source."""


class Writer:
    """Writes values and remembers what must be imported for them."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self._imports: dict[str, set[str]] = {}
        self._modules: set[str] = set()
        self._owners: dict[str, str] = {}
        self._tables: dict[int, Expression] = {}

    def use(self, value: type | str, module: str | None = None) -> str:
        """Import a class or function and return the name it has in the script."""
        name = value if isinstance(value, str) else value.__qualname__
        source = str(module or getattr(value, "__module__", ""))
        if self._owners.setdefault(name, source) == source:
            self._imports.setdefault(source, set()).add(name)
            return name
        alias = f"{name}{sum(other.startswith(name) for other in self._owners)}"
        self._owners[alias] = source
        self._imports.setdefault(source, set()).add(f"{name} as {alias}")
        return alias

    def module(self, name: str) -> str:
        """Import a module."""
        self._modules.add(name)
        return name

    def place_table(self, table: pd.DataFrame, file: str) -> None:
        """Remember the file a table was read from."""
        self._tables[id(table)] = call("pd.read_csv", self.path(file))

    def path(self, file: str | Path) -> Expression:
        """Return a file or folder, relative to the workspace where it is in it."""
        path = Path(file)
        absolute = path if path.is_absolute() else self.base / path
        if not absolute.is_relative_to(self.base):
            return call("Path", repr(str(absolute)))
        relative = absolute.relative_to(self.base).as_posix()
        return "WORKSPACE" if relative == "." else f"WORKSPACE / {text(relative)}"

    def value(self, value: Any) -> Expression:
        """Return the source of a value."""
        if value is None or (isinstance(value, bool | int | float) and not isinstance(value, Enum)):
            return repr(value)
        if isinstance(value, str):
            return self._text(str(value))
        if isinstance(value, pd.DataFrame):
            return self._table(value)
        if isinstance(value, type):
            return self.use(value)
        if isinstance(value, Mapping):
            return Brackets(
                "{", [(f"{written(self.value(key))}: ", self.value(part)) for key, part in value.items()], "}"
            )
        if isinstance(value, list | tuple):
            start, end = ("[", "]") if isinstance(value, list) else ("(", ")")
            return Brackets(start, [("", self.value(part)) for part in value], end)
        if isinstance(value, set | frozenset):
            ordered = sorted(value, key=str)
            inner = Brackets("{", [("", self.value(part)) for part in ordered], "}") if ordered else "set()"
            return call("frozenset", inner) if isinstance(value, frozenset) else inner
        if isinstance(value, NautilusConfig):
            return self.config(value)
        return self._scalar(value)

    def config(self, config: NautilusConfig) -> Expression:
        """Return the construction of a config, without the fields that are as the class has them."""
        fields = {
            field.name: self.value(getattr(config, field.name))
            for field in msgspec.structs.fields(type(config))
            if not _is_default(field, getattr(config, field.name))
        }
        return call(self.use(type(config)), **fields)

    def imports(self, own: bool) -> list[str]:
        """Return the import statements: those of the user's own modules, or all others."""
        standard: list[str] = []
        others: list[str] = []
        users: list[str] = []
        for module, names in sorted(self._imports.items()):
            listed = sorted(names)
            line = f"from {module} import {', '.join(listed)}"
            if len(line) > WIDTH:
                line = "\n".join([f"from {module} import (", *(f"    {name}," for name in listed), ")"])
            root = module.partition(".")[0]
            target = others if root in ("nautilus_trader", "pandas", "pyarrow") else users
            (standard if root in ("decimal", "pathlib", "datetime") else target).append(line)
        if own:
            return users
        plain = sorted(f"import {name}" for name in self._modules)
        return [*plain, *standard, "", "import pandas as pd", *others]

    def _text(self, value: str) -> Expression:
        if value and Path(value).is_absolute() and Path(value).is_relative_to(self.base):
            return call("str", self.path(value))
        return text(value)

    def _table(self, table: pd.DataFrame) -> Expression:
        found = self._tables.get(id(table))
        if found is None:
            raise UnwritableError("a table that no file is known of")
        return found

    def _scalar(self, value: Any) -> Expression:
        kind = type(value)
        if isinstance(value, BY_TEXT):
            return call(f"{self.use(kind)}.from_str", text(str(value)))
        if isinstance(value, Identifier):
            return call(self.use(kind), text(value.value))
        if isinstance(value, Decimal):
            return call(self.use("Decimal", "decimal"), text(str(value)))
        if isinstance(value, UUID4):
            return call(self.use(kind), text(str(value)))
        if isinstance(value, pd.Timestamp):
            return call("pd.Timestamp", text(value.isoformat()))
        if isinstance(value, pd.Timedelta):
            return call("pd.Timedelta", text(str(value)))
        if isinstance(value, datetime):
            return call(f"{self.use('datetime', 'datetime')}.fromisoformat", text(value.isoformat()))
        if isinstance(value, timedelta):
            return call(self.use("timedelta", "datetime"), seconds=repr(value.total_seconds()))
        if isinstance(value, Enum):
            if getattr(enums, kind.__name__, None) is kind:
                return f"{self.use(kind.__name__, enums.__name__)}.{value.name}"
            return f"{self.use(kind)}.{value.name}"
        raise UnwritableError(f"a {kind.__name__}")


def text(value: str) -> str:
    """Return a string in double quotes where nothing in it speaks against them."""
    plain = value.isprintable() and '"' not in value and "\\" not in value
    return f'"{value}"' if plain else repr(value)


def _is_default(field: msgspec.structs.FieldInfo, value: Any) -> bool:
    if field.default is not msgspec.NODEFAULT:
        default = field.default
    elif field.default_factory is not msgspec.NODEFAULT:
        default = field.default_factory()
    else:
        return False
    return type(value) is type(default) and not isinstance(value, pd.DataFrame) and bool(value == default)
