"""Base of every shape of the contract, and how its optional fields are read."""

from typing import overload

import msgspec
from msgspec import UNSET, UnsetType


class Message(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=False, kw_only=True):
    """A shape of the contract. Unknown fields are refused, absent ones stay absent."""


@overload
def given[T](value: T | UnsetType) -> T | None: ...
@overload
def given[T, D](value: T | UnsetType, default: D) -> T | D: ...
def given[T, D](value: T | UnsetType, default: D | None = None) -> T | D | None:
    """Return the value of an optional field, or `default` where it was left out."""
    return default if isinstance(value, UnsetType) else value


def optional[T](value: T | None) -> T | UnsetType:
    """Leave an optional field out where there is no value."""
    return UNSET if value is None else value
