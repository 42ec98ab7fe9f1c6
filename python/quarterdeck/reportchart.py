"""Equity and drawdown as SVG, coloured by the page's own style."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from html import escape
from typing import NamedTuple

WIDTH, HEIGHT = 960, 220
LEFT, RIGHT, TOP, BOTTOM = 92, 12, 12, 24
STEPS = (1, 2, 2.5, 5, 10)


class Point(NamedTuple):
    """A value at a time in nanoseconds."""

    ts: int
    value: float


def drawdown(points: Sequence[Point]) -> list[Point]:
    """Return how far each value lies below the highest before it (0 or negative)."""
    found: list[Point] = []
    highest = float("-inf")
    for point in points:
        highest = max(highest, point.value)
        found.append(Point(point.ts, point.value - highest))
    return found


def chart(points: Sequence[Point], label: str, kind: str, beside: Sequence[Point] = ()) -> str:
    """Return a line over time, filled down to zero for a drawdown; `beside` is a second, dashed one."""
    values = [point.value for point in (*points, *beside)]
    low, high = min(values), max(values)
    ticks = _ticks(low, high)
    bottom, top = min(low, ticks[0]), max(high, ticks[-1])
    begin, end = points[0].ts, points[-1].ts
    x = _scale(begin, end, LEFT, WIDTH - RIGHT)
    y = _scale(bottom, top, HEIGHT - BOTTOM, TOP)
    path = " ".join(f"{x(point.ts):.1f},{y(point.value):.1f}" for point in points)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}" class="{kind}">',
        *(
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
            f'<text x="{LEFT - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{_number(tick)}</text>'
            for tick in ticks
        ),
        *(
            f'<text x="{x(ts):.1f}" y="{HEIGHT - 6}" text-anchor="{anchor}">{_time(ts, end - begin)}</text>'
            for ts, anchor in ((begin, "start"), ((begin + end) // 2, "middle"), (end, "end"))
        ),
    ]
    if kind == "drawdown":
        zero = y(0)
        parts.append(f'<polygon points="{x(begin):.1f},{zero:.1f} {path} {x(end):.1f},{zero:.1f}"/>')
    if beside:
        dashed = " ".join(f"{x(point.ts):.1f},{y(point.value):.1f}" for point in beside)
        parts.append(f'<polyline class="beside" points="{dashed}"/>')
    return "".join([*parts, f'<polyline points="{path}"/>', "</svg>"])


def _scale(low: float, high: float, start: float, stop: float) -> Callable[[float], float]:
    span = high - low
    return lambda value: (start + stop) / 2 if span == 0 else start + (value - low) / span * (stop - start)


def _ticks(low: float, high: float) -> list[float]:
    """Return round values within a range, about five."""
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** len(str(int(span / 5))) / 10 if span >= 5 else 10.0 ** -len(str(int(5 / span)))
    step = next(power * factor for factor in STEPS if span / (power * factor) <= 6 or factor == STEPS[-1])
    first = int(low // step)
    return [index * step for index in range(first, int(-(-high // step)) + 1)]


def _number(value: float) -> str:
    return f"{value:,.6f}".rstrip("0").rstrip(".") if abs(value) < 100 else f"{value:,.0f}"


def _time(nanoseconds: int, span: int) -> str:
    moment = datetime.fromtimestamp(nanoseconds / 1e9, UTC)
    return moment.strftime("%Y-%m-%d %H:%M" if span < 4 * 86_400 * 10**9 else "%Y-%m-%d")
