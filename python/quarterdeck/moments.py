"""Times as callers give them: ISO-8601, or nanoseconds since 1970 as a string."""

import re

from quarterdeck.errors import QuarterdeckError

NANOSECONDS = re.compile(r"\d{10,20}")
CALENDAR = re.compile(r"\d{4}(-\d{2}(-\d{2}([T ]\d{2}(:\d{2}(:\d{2}(\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?)?)?")
LATEST = 2**63 - 1


def parse_time(text: str, path: str) -> int:
    """Return the nanoseconds of an ISO-8601 time or of nanoseconds as a string."""
    try:
        if NANOSECONDS.fullmatch(text):
            if int(text) > LATEST:
                raise OverflowError(text)
            return int(text)
        if not CALENDAR.fullmatch(text):
            raise ValueError(text)
        # Pages ask in nanoseconds, and what answers them starts sooner without.
        import pandas as pd

        stamp = pd.Timestamp(text)
        stamp = stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp
        return int(stamp.tz_convert("UTC").as_unit("ns").value)
    except (ValueError, OverflowError) as error:
        raise QuarterdeckError(
            "INVALID_ARGUMENTS",
            f'"{text}" is no time.',
            'Give ISO-8601 ("2024-01-31T14:30:00Z") or nanoseconds as a string.',
            path=path,
        ) from error


def optional_time(text: str | None, path: str) -> int | None:
    """Return the nanoseconds of a time that may be left out."""
    return None if text is None else parse_time(text, path)
