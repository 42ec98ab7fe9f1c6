"""The table of methods this process answers."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import msgspec

from quarterdeck import contract
from quarterdeck.context import Context
from quarterdeck.message import Message

type Handler = Callable[[Any, Context], Any]


class Method(NamedTuple):
    """One method: who may ask, how its parameters are read, what answers."""

    role: str
    decoder: msgspec.json.Decoder[Any]
    handler: Handler


table: dict[str, Method] = {}
urgent: dict[str, Callable[[msgspec.Raw], None]] = {}
"""What a request does at once, on the thread that reads it, before its turn comes; only node workers look here."""


def method[P: Message, R: Message](
    name: str,
) -> Callable[[Callable[[P, Context], R | Awaitable[R]]], Callable[[P, Context], R | Awaitable[R]]]:
    """Enter a function into the table under its name in the contract; one of a node worker may be a coroutine."""

    def enter(handler: Callable[[P, Context], R | Awaitable[R]]) -> Callable[[P, Context], R | Awaitable[R]]:
        role, params, result = contract.METHODS[name]
        declared = handler.__annotations__
        if declared.get("params") is not params or declared.get("return") is not result:
            raise TypeError(f"{handler.__name__} does not have the parameters and result of {name}")
        table[name] = Method(role, msgspec.json.Decoder(params), handler)
        return handler

    return enter


def check_table() -> None:
    """Refuse to start with methods missing."""
    missing = contract.METHODS.keys() - table.keys()
    if missing:
        raise SystemExit(f"methods of the contract without a function: {', '.join(sorted(missing))}")
