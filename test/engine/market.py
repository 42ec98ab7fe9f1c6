"""Market data made for a test: seeded, and marked by its nature as synthetic."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2024, 3, 4, 9, 0, tzinfo=UTC)


def bars(seed: int, count: int, start: float = 1.1, shift: float = 0.0) -> list[tuple[str, str, str, str, str, str]]:
    """Return rows of timestamp, open, high, low, close, volume at one-minute steps."""
    source = random.Random(seed)
    rows = []
    price = start + shift
    for index in range(count):
        close = price + source.gauss(0, 0.0003)
        high = max(price, close) + abs(source.gauss(0, 0.0001))
        low = min(price, close) - abs(source.gauss(0, 0.0001))
        stamp = (START + timedelta(minutes=index)).isoformat()
        volume = str(source.randrange(1, 50) * 100_000)
        open_, high_, low_, close_ = (f"{value:.5f}" for value in (price, high, low, close))
        rows.append((stamp, open_, high_, low_, close_, volume))
        price = close
    return rows


def write_bars(path: Path, rows: list[tuple[str, str, str, str, str, str]]) -> Path:
    lines = ["timestamp,open,high,low,close,volume", *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


def write_quotes(path: Path, seed: int, count: int) -> Path:
    """Write quotes at uneven steps, some at the same time."""
    source = random.Random(seed)
    price, moment = 1.1, START
    lines = ["timestamp,bid,ask"]
    for _ in range(count):
        price += source.gauss(0, 0.00005)
        moment += timedelta(milliseconds=source.choice((0, 500, 1500, 20_000)))
        lines.append(f"{moment.isoformat(timespec='milliseconds')},{price:.5f},{price + 0.0001:.5f}")
    path.write_text("\n".join(lines) + "\n")
    return path
