"""Values of a run's indicators, taken as it goes: bounded in number and in what they cost, whatever its length."""

import sys
from array import array
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

import numpy as np
from nautilus_trader.indicators import Indicator

from quarterdeck.indicatorseries import Series

MOST_SAMPLES = 65_536
SAMPLES_OF_SHORT = 1024
CHEAP = 8
"""One sample in so many data costs under a hundredth of a run; a shorter run has fewer than the most."""
MOST_OUTPUTS = 8
"""Of one indicator."""
NEVER = sys.maxsize
SAMPLED = ("on_bar", "on_quote_tick", "on_trade_tick")
"""The handlers after which values are taken: the first of them that is called."""
HEAP_TYPE = 1 << 9
"""The flag of classes written in Python; NautilusTrader's own are compiled."""


class Outputs:
    """The numbers of one indicator over the samples, beginning with the first after it was initialized."""

    def __init__(self, indicator: Indicator, names: tuple[str, ...], rows: int) -> None:
        self.indicator = indicator
        self.names = names
        self.read: Callable[[Any], Any] = attrgetter(*names)
        self.nothing = np.nan if len(names) == 1 else (np.nan,) * len(names)
        self.keep([np.nan] * len(names) * rows)

    def keep(self, values: Iterable[float]) -> None:
        """Have these values and no others."""
        self.values = array("d", values)
        # A getter of one name gives a number, of several a tuple.
        self.put: Callable[[Any], None] = self.values.append if len(self.names) == 1 else self.values.extend

    def columns(self) -> np.ndarray:
        """Return one column an output."""
        return np.array(self.values).reshape(-1, len(self.names))


class IndicatorSamples:
    """Values of all indicators of one component.

    Reading an attribute is all that is done to an indicator, and only where that runs no code of the user's. When there
    are as many samples as are kept, every other goes and half as many are taken from then on.
    """

    def __init__(self) -> None:
        self._waiting: list[Indicator] = []
        self._known: set[int] = set()
        self._followed: list[Outputs] = []
        self._times = array("q")
        self._rank = len(SAMPLED)
        self._every = 1

    def follow(self, indicators: Iterable[Indicator]) -> None:
        """Follow those that are not followed yet."""
        for indicator in indicators:
            if id(indicator) not in self._known:
                self._known.add(id(indicator))
                self._waiting.append(indicator)

    def take(self, rank: int, ts: int) -> int:
        """Take a sample after a handler; return after how many calls of it the next is due."""
        if rank != self._rank or self._waiting or not self._followed:
            if rank > self._rank or not self._known:
                return NEVER
            if rank < self._rank:
                self._begin(rank)
            self._look_at_waiting()
            if not self._followed:
                return 1
        try:
            # Called up to thousands of times in a short run: as little as possible each time.
            for outputs in self._followed:
                indicator = outputs.indicator
                outputs.put(outputs.read(indicator) if indicator.initialized else outputs.nothing)
        except (AttributeError, TypeError):
            self._drop_broken()
        self._times.append(ts)
        if len(self._times) >= (SAMPLES_OF_SHORT if self._every < CHEAP else MOST_SAMPLES):
            self._thin()
        return self._every

    def series(self, component: str, named: dict[int, str], instruments: dict[int, str]) -> list[Series]:
        """Return each output that ever changed, by the identity of its indicator named and put to an instrument."""
        found = []
        times = np.array(self._times)
        for outputs in self._followed:
            for output, values in zip(outputs.names, outputs.columns().T, strict=True):
                finite = values[np.isfinite(values)]
                if len(finite) and (output.startswith("value") or (finite != finite[0]).any()):
                    key = id(outputs.indicator)
                    name, instrument_id = named.get(key, str(outputs.indicator)), instruments.get(key)
                    found.append(Series(component, name, output, instrument_id, self._every, times, values))
        return found

    def _begin(self, rank: int) -> None:
        """Begin anew with a handler that says more: an indicator moves with bars, where there are any."""
        self._rank = rank
        self._every = 1
        self._times = array("q")
        self._waiting += [outputs.indicator for outputs in self._followed]
        self._followed = []

    def _look_at_waiting(self) -> None:
        for indicator in [indicator for indicator in self._waiting if indicator.initialized]:
            self._waiting.remove(indicator)
            if names := _outputs_of(indicator):
                self._followed.append(Outputs(indicator, names, len(self._times)))

    def _drop_broken(self) -> None:
        """Finish a sample without those whose attributes are numbers no more: only the user's own classes have such."""
        row = len(self._times)
        kept = []
        for outputs in self._followed:
            if len(outputs.values) == row * len(outputs.names):
                try:
                    outputs.put(outputs.read(outputs.indicator))
                except (AttributeError, TypeError):
                    continue
            if len(outputs.values) == (row + 1) * len(outputs.names):
                kept.append(outputs)
        self._followed = kept

    def _thin(self) -> None:
        self._every *= 2
        self._times = self._times[::2]
        for outputs in self._followed:
            outputs.keep(outputs.columns()[::2].ravel())


def _outputs_of(indicator: Indicator) -> tuple[str, ...]:
    """Return the names of what reads as a binary number: fields of compiled classes, and attributes of others."""
    compiled = {
        name
        for base in type(indicator).__mro__
        if not base.__flags__ & HEAP_TYPE
        for name, field in vars(base).items()
        if type(field).__name__ in ("getset_descriptor", "member_descriptor")
    }
    own = {name for name in getattr(indicator, "__dict__", {}) if not hasattr(type(indicator), name)}
    names = sorted(name for name in compiled | own if not name.startswith("_"))
    numbers = [name for name in names if type(getattr(indicator, name)) is float]
    return tuple(numbers[:MOST_OUTPUTS])
