"""A module that strategies of the package share."""


class Momentum:
    """Says which way the last prices went."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._prices: list[float] = []

    def update(self, price: float) -> int:
        self._prices = [*self._prices[-self._length + 1 :], price]
        if len(self._prices) < self._length or self._prices[-1] == self._prices[0]:
            return 0
        return 1 if self._prices[-1] > self._prices[0] else -1
