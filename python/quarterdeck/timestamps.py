"""Times of a file's rows, as nanoseconds UTC."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa

UNITS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
NUMBER = re.compile(r"\d+(\.\d+)?")
ZONE = re.compile(r"(?:Z|:\d{2}(?:\.\d+)? ?[+-]\d{2}(?::?\d{2})?)$", re.IGNORECASE)
GMT = re.compile(r"\s*GMT([+-]\d{4})$")
DATE_NUMBER = re.compile(r"(19|20)\d{6}")
FORMATS = ("%Y%m%d %H%M%S%f", "%Y%m%d %H%M%S", "%Y%m%d %H:%M:%S", "%Y.%m.%d %H:%M:%S", "%Y.%m.%d %H:%M", "%Y.%m.%d",
           "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d")  # fmt: skip


class UnreadableTimeError(ValueError):
    """A row whose time cannot be read."""

    def __init__(self, row: int, text: str) -> None:
        super().__init__(text)
        self.row = row
        self.text = text


def parse_times(
    texts: pd.Series, timezone: str | None, unit: str | None, pattern: str | None = None
) -> pd.DatetimeIndex:
    """Return the times of a column of text; days are never guessed from months, `pattern` says which is which."""
    texts = texts.str.strip()
    first = texts.iloc[0] if isinstance(texts.iloc[0], str) else ""
    if is_epoch(first, unit):
        return pd.DatetimeIndex(_epoch(texts, unit or guess_unit(first))).tz_localize("UTC")
    _refuse_mixed(texts, first)
    times = _calendar(texts, timezone if not ZONE.search(first) else None, pattern)
    unreadable = times.isna()
    if unreadable.any():
        row = int(np.argmax(unreadable))
        raise UnreadableTimeError(row, str(texts.iloc[row]))
    return times


def is_epoch(first: str, unit: str | None) -> bool:
    """Say whether a time is a number since 1970 rather than a date."""
    return unit is not None or bool(NUMBER.fullmatch(first) and not DATE_NUMBER.fullmatch(first))


def names_zone(text: str) -> bool:
    """Say whether a time says its own offset from UTC."""
    return ZONE.search(text.strip()) is not None


def _refuse_mixed(texts: pd.Series, first: str) -> None:
    """Refuse times of which only some name their zone: the others would silently be UTC."""
    if texts.str.len().nunique() <= 1:
        return
    zoned = texts.str.contains(ZONE).fillna(value=False).to_numpy(dtype=bool)
    if zoned.any() and not zoned.all():
        row = int(np.argmax(zoned != names_zone(first)))
        raise UnreadableTimeError(row, str(texts.iloc[row]))


def _calendar(texts: pd.Series, timezone: str | None, pattern: str | None) -> pd.DatetimeIndex:
    if pattern is not None and GMT.search(str(texts.iloc[0])):
        texts, pattern = texts.str.replace(GMT, r"\1", regex=True), f"{pattern}%z"
    parsed = _iso(texts) if pattern is None else None
    if parsed is None:
        parsed = _by_form(texts, pattern)
    times = pd.DatetimeIndex(parsed).as_unit("ns")
    if timezone is not None:
        times = times.tz_localize(None).tz_localize(timezone, ambiguous="NaT", nonexistent="NaT").tz_convert("UTC")
    return times


def _iso(texts: pd.Series) -> pd.DatetimeIndex | None:
    """Return times that are all ISO-8601, with or without a zone, many times faster than pandas; None for others."""
    for kind in (pa.timestamp("ns", tz="UTC"), pa.timestamp("ns")):
        try:
            times = pa.array(texts, pa.string()).cast(kind)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            continue
        if times.null_count == 0:
            index = pd.DatetimeIndex(times.to_numpy(zero_copy_only=False))
            return index.tz_localize("UTC") if index.tz is None else index
    return None


def _by_form(texts: pd.Series, pattern: str | None) -> pd.Series:
    """Return times of the form the first of them has; NaT for others."""
    parsed = pd.to_datetime(texts, format=pattern or "ISO8601", utc=True, errors="coerce")
    if pattern is None and parsed.isna().iloc[0]:
        for known in FORMATS:
            attempt = pd.to_datetime(texts, format=known, utc=True, errors="coerce")
            if not attempt.isna().iloc[0]:
                return attempt
    return parsed


def guess_unit(text: str) -> str:
    """Return the unit that puts a number since 1970 into this age."""
    digits = len(text.partition(".")[0])
    return "s" if digits <= 11 else "ms" if digits <= 14 else "us" if digits <= 17 else "ns"


def _epoch(texts: pd.Series, unit: str) -> np.ndarray:
    """Return nanoseconds exactly: a 19-digit number does not survive a binary float."""
    valid = texts.str.fullmatch(NUMBER).fillna(value=False).to_numpy(dtype=bool)
    if not valid.all():
        row = int(np.argmin(valid))
        raise UnreadableTimeError(row, str(texts.iloc[row]))
    scale = UNITS[unit]
    digits = len(str(scale)) - 1
    whole = texts.str.partition(".")
    fraction = whole[2].str.slice(0, digits).str.pad(digits, side="right", fillchar="0") if digits else None
    nanoseconds = whole[0].astype("int64").to_numpy() * scale
    if fraction is not None:
        nanoseconds = nanoseconds + fraction.astype("int64").to_numpy()
    times: np.ndarray = nanoseconds.astype("datetime64[ns]")
    return times
