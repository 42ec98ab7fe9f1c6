"""The values of a run's indicators, as they are kept and read again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Worker
from market import bars, write_bars
from nautilus_trader.indicators import (
    BollingerBands,
    ExponentialMovingAverage,
    Indicator,
    RelativeStrengthIndex,
)
from quarterdeck.nautilus.indicators import CHEAP, MOST_SAMPLES, NEVER, SAMPLES_OF_SHORT, IndicatorSamples

BAR_TYPE = "EUR/USD.SIM-1-MINUTE-LAST-EXTERNAL"
ROWS = 900


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("indicators")
    write_bars(folder / "bars.csv", bars(1, ROWS))
    worker = Worker("run")
    worker.ready()
    config = {"instrument_id": "EUR/USD.SIM", "bar_type": BAR_TYPE, "trade_size": "100000"}
    worker.call(
        "run_backtest",
        {
            "workspace": str(folder),
            "catalog": str(folder / "none"),
            "run_id": "run",
            "run_directory": str(folder),
            "request": {
                "strategies": [{"source": "nautilus_trader.examples.strategies.ema_cross:EMACross", "config": config}],
                "venues": [
                    {
                        "name": "SIM",
                        "oms_type": "NETTING",
                        "account_type": "MARGIN",
                        "starting_balances": ["1000000 USD"],
                    }
                ],
                "data": [
                    {
                        "file": str(folder / "bars.csv"),
                        "instrument": {"template": "fx", "id": "EUR/USD.SIM"},
                        "bar_type": BAR_TYPE,
                    }
                ],
            },
        },
    )
    worker.close()
    yield folder


def test_what_a_strategy_saw_at_each_bar_is_what_the_indicator_computes(directory: Path, query: Worker) -> None:
    answer = query.call("read_indicators", {"run_directory": str(directory), "points": 4000})
    series = answer["series"]
    assert [(one["name"].split(":")[0], one["output"]) for one in series] == [
        ("fast_ema", "value"),
        ("slow_ema", "value"),
    ]
    closes = [float(row[4]) for row in bars(1, ROWS)]
    for one, period in zip(series, (10, 20), strict=True):
        average = ExponentialMovingAverage(period)
        expected = []
        for close in closes:
            average.update_raw(close)
            if average.initialized:
                expected.append(average.value)
        assert one["values"] == expected
        assert one["every"] == 1
        assert one["instrument_id"] == "EUR/USD.SIM"
        assert one["component"].startswith("EMACross")
        assert len(one["ts_event"]) == len(expected)


def test_a_window_is_read_with_a_value_on_either_side_and_thinned_to_points(directory: Path, query: Worker) -> None:
    window = {"start": "2024-03-04T12:00:00Z", "end": "2024-03-04T13:00:00Z"}
    answer = query.call("read_indicators", {"run_directory": str(directory), **window, "points": 4000})
    assert [len(one["values"]) for one in answer["series"]] == [63, 63]
    thin = query.call("read_indicators", {"run_directory": str(directory), "points": 100})
    assert [len(one["values"]) for one in thin["series"]] == [100, 100]


def test_a_run_without_indicators_has_no_series(tmp_path: Path, query: Worker) -> None:
    assert query.call("read_indicators", {"run_directory": str(tmp_path)}) == {"series": []}


@pytest.mark.parametrize(("steps", "every"), [(900, 1), (3_000, 4), (20_000, 8), (600_000, 16)])
def test_a_long_run_keeps_no_more_than_is_cheap(steps: int, every: int) -> None:
    bands, strength = BollingerBands(20, 2.0), RelativeStrengthIndex(14)
    seen: dict[int, tuple[float, float]] = {}
    samples = IndicatorSamples()
    samples.follow([bands, strength])
    due = 0
    for step in range(1, steps + 1):
        # What lies between the samples moves nothing here.
        if step >= due:
            price = 1.1 + (step * 7919 % 1000) / 100_000
            bands.update_raw(price, price, price)
            strength.update_raw(price)
            due = step + samples.take(0, step)
            seen[step] = (bands.upper, strength.value)
    series = {one.output: one for one in samples.series("A", {}, {})}
    # `k`, which never changes, is how it was made and no value it had.
    assert sorted(series) == ["lower", "middle", "upper", "value"]
    for output, index in (("upper", 0), ("value", 1)):
        times, values = series[output].times.tolist(), series[output].values.tolist()
        assert len(times) < (MOST_SAMPLES if every >= CHEAP else SAMPLES_OF_SHORT)
        assert series[output].every == every
        assert all(values[i] == seen[ts][index] for i, ts in enumerate(times) if ts > 100)


def test_bars_are_followed_where_quotes_came_first_and_own_classes_only_by_their_plain_attributes() -> None:
    class Own(Indicator):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__([])
            self.level: float | None = None

        @property
        def costly(self) -> float:
            raise AssertionError("the run's own code is left alone")

        def move(self, level: float | None) -> None:
            self.level = level
            self._set_initialized(True)

    own = Own()
    samples = IndicatorSamples()
    assert samples.take(1, 1) == NEVER
    samples.follow([own])
    assert samples.take(1, 1) == 1
    own.move(1.0)
    assert samples.take(1, 2) == 1
    assert samples.take(0, 3) == 1
    assert samples.take(1, 4) == NEVER
    own.move(2.0)
    samples.take(0, 5)
    (only,) = samples.series("A", {id(own): "own"}, {})
    assert (only.name, only.output) == ("own", "level")
    assert (only.times.tolist(), only.values.tolist()) == ([3, 5], [1.0, 2.0])
    own.move(None)
    samples.take(0, 6)
    assert samples.series("A", {}, {}) == []
