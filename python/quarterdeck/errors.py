"""Errors as the contract knows them: what is wrong, where, and what to do next."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from quarterdeck import contract
from quarterdeck.message import optional
from quarterdeck.protocol import Code, ErrorObject, Type


class QuarterdeckError(Exception):
    """Raised anywhere, turned into an answer in one place."""

    def __init__(
        self,
        code: str,
        message: str,
        next_step: str,
        *,
        path: str | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = Code(code)
        self.message = message
        self.next_step = next_step
        self.path = path
        self.details = details

    def to_object(self) -> ErrorObject:
        """Return the error in the form that crosses to the server."""
        return ErrorObject(
            type=Type(contract.ERROR_TYPES[self.code]),
            code=self.code,
            message=self.message,
            next_step=self.next_step,
            path=optional(self.path),
            details=optional(self.details),
        )


class CancelledByClientError(Exception):
    """The request being served was cancelled."""


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """Return ' Did you mean "x"?' for the nearest candidate, or nothing."""
    names = sorted(set(candidates))
    by_folded = {candidate.casefold(): candidate for candidate in names}
    match = by_folded.get(name.casefold())
    if match is None:
        close = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
        match = by_folded[close[0]] if close else None
    return "" if match is None else f' Did you mean "{match}"?'
