"""Statistics beside the engine's own: against other people's numbers, by their properties, and through a run."""

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from conftest import STRATEGIES, EngineError, Worker
from hypothesis import given
from hypothesis import strategies as st
from market import bars, write_bars
from quarterdeck.protocol import AccountStatistics, FurtherStatistics, TradeSide, TradeStatistics
from quarterdeck.statistics.daily import Daily, daily
from quarterdeck.statistics.drawdowns import worst_falls
from quarterdeck.statistics.relative import benchmark_returns, relative_statistics
from quarterdeck.statistics.returns import return_statistics
from quarterdeck.statistics.sanity import sanity_warnings
from quarterdeck.statistics.tables import Account, distribution, histogram, monthly, rolling
from quarterdeck.statistics.trades import RoundTrip, groups, sums, time_in_market, trade_statistics

SOURCE = random.Random(20240304)
RETURNS = [round(SOURCE.gauss(0.0006, 0.011), 6) for _ in range(400)]

EMPYRICAL = {
    252: {
        "total_return": 0.38418334253654574,
        "cagr": 0.2273035196939146,
        "volatility": 0.16938039022718723,
        "sharpe": 1.2941006317555237,
        "sortino": 1.9632878295094027,
        "calmar": 1.4892547407956471,
        "max_drawdown": -0.15262903885232942,
        "omega": 1.236261605833865,
        "tail_ratio": 1.194924624633696,
        "value_at_risk": -0.0165505,
        "conditional_value_at_risk": -0.02190095,
    },
    365: {
        "cagr": 0.3453620624411806,
        "volatility": 0.20384933119318174,
        "sharpe": 1.5574503514025717,
        "sortino": 2.3628172685657605,
        "calmar": 2.2627546175883535,
    },
}
"""What empyrical-reloaded 0.7.1 gives for RETURNS, by periods a year."""

QUANTSTATS = {
    "ulcer_index": 0.05938633993548022,
    "skew": 0.0648023713345294,
    "kurtosis": 0.6095558205638882,
}
QUANTSTATS_TRADES = {
    "win_rate": 0.5575,
    "payoff_ratio": 0.9812480010430228,
    "profit_factor": 1.236261605833865,
    "kelly": 0.1065436673199413,
    "longest_winning_streak": 6.0,
    "longest_losing_streak": 6.0,
    "average_win": 0.008164000000000001,
    "average_loss": -0.008320016949152543,
}
QUANTSTATS_FALLS = [-15.262904, -10.342225, -8.645759, -7.805918, -3.909593]
"""What quantstats 0.0.86 gives for RETURNS; falls in per cent."""

OTHER = random.Random(7)
MARKET = [round(0.6 * value + OTHER.gauss(0.0003, 0.007), 6) for value in RETURNS]
RELATIVE = {
    "alpha": 0.04404245780222915,
    "beta": 0.7375289633574511,
    "correlation": 0.6671798743040027,
    "information_ratio": -0.009306202779303475,
    "up_capture": 0.4841990637287992,
    "down_capture": 0.8386223825112867,
    "better_days": 0.4925,
    "tracking_error": 0.13242541143398226,
    "r_squared": 0.44512898467630485,
    "treynor": 0.5209061089446974,
    "benchmark_total_return": 0.4336515630089628,
    "benchmark_cagr": 0.2547565628682096,
    "benchmark_volatility": 0.15322406722428294,
    "benchmark_sharpe": 1.558232099729576,
    "benchmark_max_drawdown": -0.10899914337455845,
}
"""What empyrical-reloaded 0.7.1 (r_squared and treynor: quantstats 0.0.86) gives for RETURNS against MARKET."""

YEARS = {2023: 0.4363912235846903, 2024: -0.03634656087486676}
MONTHS = [
    0.07965129489012934,
    -0.03951667254897839,
    -0.029553613016448987,
    0.04470915450263213,
    -0.038132622311890074,
    0.09190453899418616,
    0.07368648328841321,
    0.04486195827510486,
    0.10391947983845218,
    0.04944143702327208,
    0.03466956809018562,
    -0.03261599279858107,
]
ROLLING = {
    125: (1.156727385864937, 0.16874503222213094, 1.7666199499966169, 0.7909721996708816, 0.0002474575106193288),
    200: (3.057862601408225, 0.16222049995691668, 5.436241776157892, 0.7126579373132201, 0.0004046466893642196),
    399: (-0.4055076289970543, 0.16985130506755602, -0.5477847966889433, 0.7125655783832305, -0.00027812445033036304),
}
SPREAD = {"day": (400, 13), "week": (81, 0), "month": (19, 0), "quarter": (7, 1), "year": (2, 0)}
"""What quantstats 0.0.86 gives for RETURNS on business days from 2023-01-02 (rolling: 126 days, against MARKET)."""

DAY = 86_400_000_000_000
EXTERNAL = "EUR/USD.SIM-1-MINUTE-{}-EXTERNAL"
BENCHMARK = "GBP/USD.SIM-1-MINUTE-LAST-EXTERNAL"


def trips(amounts: list[Any], side: str = "LONG") -> list[RoundTrip]:
    return [RoundTrip(Decimal(str(amount)), side, index, index + 1) for index, amount in enumerate(amounts)]


@pytest.mark.parametrize("periods", EMPYRICAL)
def test_returns_equal_empyrical(periods: int) -> None:
    found = return_statistics(np.array(RETURNS), periods)
    assert {name: found[name] for name in EMPYRICAL[periods]} == pytest.approx(EMPYRICAL[periods], rel=1e-12)


def test_returns_and_trades_equal_quantstats() -> None:
    found = return_statistics(np.array(RETURNS), 252)
    assert {name: found[name] for name in QUANTSTATS} == pytest.approx(QUANTSTATS, rel=1e-12)
    found = trade_statistics(trips(RETURNS))
    assert {name: found[name] for name in QUANTSTATS_TRADES} == pytest.approx(QUANTSTATS_TRADES, rel=1e-12)


def test_drawdowns_equal_quantstats() -> None:
    equity = [Decimal(1_000_000)]
    for value in RETURNS:
        equity.append(equity[-1] * (1 + Decimal(str(value))))
    series = Daily([date(2023, 1, 2) + timedelta(days=index) for index in range(len(RETURNS))], equity)
    falls = worst_falls(series, 5)
    assert [fall.depth * 100 for fall in falls] == pytest.approx(QUANTSTATS_FALLS, abs=1e-6)
    assert falls[0].recovered is None
    assert all(fall.recovered is not None and fall.start < fall.valley < fall.recovered for fall in falls[1:])


def test_a_benchmark_equals_empyrical_and_quantstats() -> None:
    found = relative_statistics(np.array(RETURNS), np.array(MARKET), 252)
    assert {name: found[name] for name in RELATIVE} == pytest.approx(RELATIVE, rel=1e-12)
    assert all(value is None for value in relative_statistics(np.array([]), np.array([]), 252).values())
    flat = relative_statistics(np.array(RETURNS), np.zeros(len(RETURNS)), 252)
    assert (flat["beta"], flat["alpha"], flat["correlation"], flat["treynor"]) == (None, None, None, None)


def business_days() -> Account:
    equity = [Decimal(1_000_000)]
    for value in RETURNS:
        equity.append(equity[-1] * (1 + Decimal(str(value))))
    days = [day.date() for day in pd.bdate_range("2023-01-02", periods=len(RETURNS))]
    return Account("SIM", "USD", Daily(days, equity))


def test_tables_equal_quantstats() -> None:
    account = business_days()
    years = monthly(account)
    assert {row.year: row.total for row in years} == pytest.approx(YEARS, rel=1e-9)
    assert years[0].months == pytest.approx(MONTHS, rel=1e-9)
    assert years[1].months[7:] == [None] * 5
    rows = rolling(account, 126, 252, np.array(MARKET))
    assert len(rows) == 275
    for index, expected in ROLLING.items():
        row = rows[index - 125]
        found = (row.sharpe, row.volatility, row.sortino, row.beta, row.alpha)
        assert found == pytest.approx(expected, rel=1e-8)
    assert rolling(account, 401, 252, None) == []
    spread = {row.period.value: row for row in distribution(account)}
    assert {name: (row.count, row.outliers) for name, row in spread.items()} == SPREAD
    bins = histogram(account)
    assert sum(row.count for row in bins) == len(RETURNS)
    assert len(bins) <= 50
    assert all(one.to == other.from_ for one, other in pairwise(bins))
    empty = Account("SIM", "USD", Daily([], []))
    assert not any([monthly(empty), rolling(empty, 2, 252, None), distribution(empty), histogram(empty)])
    still = Account("SIM", "USD", Daily([date(2024, 1, 1), date(2024, 1, 2)], [Decimal(5)] * 3))
    assert [row.count for row in histogram(still)] == [2]


def test_a_day_has_the_last_price_before_its_midnight() -> None:
    series = Daily([date(1970, 1, 2), date(1970, 1, 3), date(1970, 1, 5)], [Decimal(1)] * 4)
    prices = [(DAY // 2, Decimal(10)), (DAY + 1, Decimal(11)), (3 * DAY - 1, Decimal(22)), (3 * DAY, Decimal(5))]
    assert benchmark_returns(prices, series, "UTC", DAY) == pytest.approx([0.1, 1.0, 5 / 22 - 1])
    late = benchmark_returns([(2 * DAY + 5, Decimal(4)), (4 * DAY, Decimal(6))], series, "UTC", DAY)
    assert np.isnan(late[:2]).all()
    assert late[2] == pytest.approx(0.5)


def test_days_end_at_midnight_of_the_zone() -> None:
    points = [(0, "100"), (20 * DAY // 24, "110"), (23 * DAY // 24, "120"), (DAY, "90"), (3 * DAY, "95.5")]
    assert daily(points, "UTC").equity == [Decimal(text) for text in ("100", "120", "90", "95.5")]
    new_york = daily(points, "America/New_York")
    assert [str(day) for day in new_york.days] == ["1969-12-31", "1970-01-01", "1970-01-03"]
    assert new_york.equity == [Decimal(text) for text in ("100", "100", "90", "95.5")]
    assert daily([], "UTC") == Daily([], [])


def test_nothing_gives_none_and_not_a_crash() -> None:
    for returns in ([], [0.0], [0.0, 0.0, 0.0]):
        found = return_statistics(np.array(returns), 252)
        assert found["sharpe"] is None
        assert found["calmar"] is None
    assert trade_statistics([])["win_rate"] is None
    assert worst_falls(Daily([], []), 5) == []
    assert len(Daily([date(2024, 1, 1)] * 3, [Decimal(n) for n in (5, -1, 3, 4)]).returns()) == 1


@given(st.lists(st.floats(-0.5, 0.5), max_size=60))
def test_what_holds_of_all_returns(values: list[float]) -> None:
    found = return_statistics(np.array(values), 252)
    assert list(found) == list(return_statistics(np.array(RETURNS), 252))
    assert all(value is None or np.isfinite(value) for value in found.values())
    if values:
        assert found["max_drawdown"] is not None
        assert -1 <= found["max_drawdown"] <= 0


@given(st.lists(st.decimals(-1000, 1000, places=2), max_size=40))
def test_money_is_exact_and_sides_add_up(amounts: list[Decimal]) -> None:
    half = len(amounts) // 2
    all_of_them = [*trips(amounts[:half]), *trips(amounts[half:], "SHORT")]
    whole, long, short = (sums(part) for part in (all_of_them, all_of_them[:half], all_of_them[half:]))
    assert whole.net_pnl == sum(amounts, Decimal(0)) == long.net_pnl + short.net_pnl
    assert whole.gross_profit + whole.gross_loss == whole.net_pnl


def test_trips_are_grouped_by_what_they_have_in_common() -> None:
    def trip(pnl: str, entry: str, instrument: str, closed: bool = True) -> tuple[str, RoundTrip]:
        opened = int(pd.Timestamp(entry).value)
        return "USD", RoundTrip(Decimal(pnl), "LONG", opened, opened + 1 if closed else None, instrument, "S-000")

    trips = [
        trip("1.10", "2024-03-01T04:59:59Z", "A.X"),
        trip("-0.30", "2024-03-01T05:00:00Z", "B.X"),
        trip("0.20", "2024-03-11T13:00:00Z", "A.X"),
        trip("9", "2024-03-11T13:00:00Z", "A.X", closed=False),
    ]
    rows = [(row.by.value, row.key, row.trades, row.winners, row.net_pnl) for row in groups(trips, "America/New_York")]
    assert rows == [
        ("instrument", "A.X", 2, 2, "1.30"),
        ("instrument", "B.X", 1, 0, "-0.30"),
        ("strategy", "S-000", 3, 2, "1.00"),
        ("month", "2024-02", 1, 1, "1.10"),
        ("month", "2024-03", 2, 1, "-0.10"),
        ("weekday", "1 Monday", 1, 1, "0.20"),
        ("weekday", "4 Thursday", 1, 1, "1.10"),
        ("weekday", "5 Friday", 1, 0, "-0.30"),
        ("hour", "00", 1, 0, "-0.30"),
        ("hour", "09", 1, 1, "0.20"),
        ("hour", "23", 1, 1, "1.10"),
    ]


def test_time_in_market_counts_overlaps_once() -> None:
    one = Decimal(1)
    found = [RoundTrip(one, "LONG", 10, 30), RoundTrip(one, "SHORT", 20, 40), RoundTrip(one, "LONG", 90, None)]
    assert time_in_market(found, 0, 100) == pytest.approx(0.4)
    assert time_in_market([], 0, 100) == 0
    assert time_in_market(found, 5, 5) is None


def further(net_pnl: str = "10", **values: float) -> FurtherStatistics:
    money = {"net_pnl": net_pnl, "gross_profit": net_pnl, "gross_loss": "0"}
    return FurtherStatistics(
        periods_per_year=252,
        timezone="UTC",
        time_in_market=0.5,
        engine={},
        accounts=[
            AccountStatistics(
                venue="SIM",
                currency="USD",
                days=9,
                first_day="2024-03-04",
                last_day="2024-03-15",
                net_pnl=net_pnl,
                values=dict(values),
                drawdowns=[],
            )
        ],
        trades=[TradeStatistics(currency="USD", side=TradeSide.all, values=dict(values), **money)],
    )


def test_doubts() -> None:
    def codes(*arguments: Any) -> list[str]:
        return [warning.code for warning in sanity_warnings(*arguments)]

    many = trips([1, -1] * 30)
    fine = {"USD": {"PnL (total)": 10.0, "Win Rate": None}}
    assert codes(further(sharpe=1.2, win_rate=0.5, profit_factor=1.1), many, 120, fine) == []
    assert codes(further(), [], 0, fine) == ["PNL_WITHOUT_ORDERS"]
    assert codes(further("0"), [], 0, fine) == []
    assert codes(further(), trips([1] * 5), 10, fine) == ["FEW_TRADES"]
    assert codes(further(sharpe=9.0), many, 120, fine) == ["SUSPICIOUS_SHARPE"]
    assert codes(further(win_rate=0.99), many, 120, fine) == ["SUSPICIOUS_WINS"]
    assert codes(further(profit_factor=8.0), many, 120, fine) == ["SUSPICIOUS_WINS"]
    assert codes(further(), many, 120, {"USD": {"PnL (total)": None}}) == ["NOT_A_NUMBER"]
    assert codes(further(), [*many, RoundTrip(Decimal(1), "LONG", 9, 3)], 120, fine) == ["CLOSED_BEFORE_OPENED"]


def run(
    worker: Worker, folder: Path, options: dict[str, Any] | None, benchmark: dict[str, Any] | None = None
) -> dict[str, Any]:
    files = {"BID": 0.0, "ASK": 0.0001}
    for side, shift in files.items():
        write_bars(folder / f"{side}.csv", bars(3, 4000, shift=shift))
    instrument = {"template": "fx", "id": "EUR/USD.SIM"}
    config = {"instrument_id": "EUR/USD.SIM", "bar_type": EXTERNAL.format("BID"), "trade_size": "100000"}
    venue = {"name": "SIM", "oms_type": "HEDGING", "account_type": "MARGIN", "base_currency": "USD"}
    request = {
        "strategies": [{"source": "desk/swing.py:Swing", "config": config}],
        "venues": [{**venue, "starting_balances": ["1000000 USD"]}],
        "data": [
            {"file": str(folder / f"{side}.csv"), "instrument": instrument, "bar_type": EXTERNAL.format(side)}
            for side in files
        ],
        **({} if options is None else {"statistics": options}),
        **({} if benchmark is None else {"benchmark": benchmark}),
    }
    params = {
        "workspace": str(STRATEGIES),
        "catalog": str(folder / "none"),
        "run_id": "run",
        "run_directory": str(folder),
        "request": request,
    }
    result: dict[str, Any] = worker.call("run_backtest", params)
    return result


def test_a_run_has_them(start_worker: Callable[..., Worker], tmp_path: Path) -> None:
    result = run(start_worker("run"), tmp_path, None)
    found = result["statistics"]["further"]
    assert (found["periods_per_year"], found["timezone"]) == (252, "UTC")
    [account] = found["accounts"]
    assert Decimal(account["net_pnl"]) == Decimal(result["balances"][0]["total"]) - 1_000_000
    assert (account["first_day"], account["last_day"], account["days"]) == ("2024-03-04", "2024-03-07", 4)
    rows = pq.read_table(tmp_path / "trades.parquet").to_pylist()
    by_side = {row["side"]: row for row in found["trades"]}
    assert Decimal(by_side["all"]["net_pnl"]) == sum(Decimal(row["pnl"]) for row in rows if row["ts_closed"])
    assert by_side["all"]["values"]["trades"] == result["counts"]["trades"]
    assert by_side["long"]["values"]["trades"] + by_side["short"]["values"]["trades"] == result["counts"]["trades"]
    assert "CAGR (252 days)" in found["engine"]
    assert 0 < found["time_in_market"] <= 1
    kept = json.loads((tmp_path / "statistics.json").read_text())
    assert kept["accounts"][0]["values"] == account["values"]
    fills = pq.read_table(tmp_path / "fills.parquet").to_pylist()
    traded = sum(Decimal(fill["last_px"]) * Decimal(fill["last_qty"]) for fill in fills)
    assert abs(Decimal(found["turnover"]["USD"]) - traded) < len(fills) * Decimal("0.01")
    grouped = json.loads((tmp_path / "tables.json").read_text())["groups"]
    for by in ("instrument", "strategy", "month", "weekday", "hour"):
        own = [row for row in grouped if row["by"] == by]
        assert sum(row["trades"] for row in own) == result["counts"]["trades"]
        assert sum(Decimal(row["net_pnl"]) for row in own) == Decimal(by_side["all"]["net_pnl"])
    # Equity is known at the last datum of each day.
    stamps = pq.read_table(tmp_path / "equity.parquet")["ts_event"].to_pylist()
    midnights = {stamp // DAY * DAY for stamp in stamps[1:]} - {min(stamps) // DAY * DAY}
    assert len(midnights) == 3
    assert all(midnight - 60_000_000_000 in stamps for midnight in midnights)


def test_a_run_is_measured_against_a_benchmark(start_worker: Callable[..., Worker], tmp_path: Path) -> None:
    own, other = tmp_path / "own", tmp_path / "other"
    own.mkdir()
    other.mkdir()
    options = {"rolling_days": 2}
    against_itself = run(start_worker("run"), own, options, {"instrument_id": "EUR/USD.SIM"})
    write_bars(tmp_path / "index.csv", bars(8, 4000))
    instrument = {"template": "fx", "id": "GBP/USD.SIM"}
    item = {"file": str(tmp_path / "index.csv"), "instrument": instrument, "bar_type": BENCHMARK}
    against_another = run(start_worker("run"), other, options, item)
    for result, folder, name in (
        (against_itself, own, "EUR/USD.SIM"),
        (against_another, other, "GBP/USD.SIM"),
    ):
        found = result["statistics"]["further"]["benchmark"]
        assert found["instrument_id"] == name
        [account] = found["accounts"]
        assert account["days"] == 4
        assert account["values"]["beta"] is not None
        assert {"Beta", "Alpha (252 days)", "Tracking Error (252 days)"} <= set(found["engine"])
        table = pq.read_table(folder / "benchmark.parquet")
        assert table.num_rows == 4000
        prices = [float(price) for price in table["price"].to_pylist()]
        total = account["values"]["benchmark_total_return"]
        assert total == pytest.approx(prices[-1] / prices[0] - 1, abs=1e-12)
        tables = json.loads((folder / "tables.json").read_text())
        assert [row["day"] for row in tables["rolling"]] == ["2024-03-05", "2024-03-06", "2024-03-07"]
        assert tables["rolling"][-1]["beta"] is not None
    # A benchmark changes nothing of the run.
    assert against_itself["balances"] == against_another["balances"]


@pytest.mark.parametrize(
    ("benchmark", "code", "path"),
    [
        ({"instrument_id": "EUR/UDS.SIM"}, "UNKNOWN_INSTRUMENT", "benchmark.instrument_id"),
        ({}, "INVALID_ARGUMENTS", "benchmark"),
        ({"file": "none.csv", "instrument": "EUR/USD.SIM"}, "FILE_NOT_FOUND", "benchmark.file"),
        ({"data_type": "Bar", "instrument_id": "EUR/USD.SIM"}, "CATALOG_NOT_FOUND", "benchmark"),
    ],
)
def test_a_benchmark_that_is_none(
    start_worker: Callable[..., Worker], tmp_path: Path, benchmark: dict[str, Any], code: str, path: str
) -> None:
    with pytest.raises(EngineError) as caught:
        run(start_worker("run"), tmp_path, None, benchmark)
    assert (caught.value.code, caught.value.path) == (code, path)


def test_year_and_day_can_be_changed(start_worker: Callable[..., Worker], tmp_path: Path) -> None:
    options = {"periods_per_year": 365, "timezone": "America/Sao_Paulo"}
    found = run(start_worker("run"), tmp_path, options)["statistics"]["further"]
    assert (found["periods_per_year"], found["timezone"]) == (365, "America/Sao_Paulo")
    assert "CAGR (365 days)" in found["engine"]


def test_a_zone_that_is_none(start_worker: Callable[..., Worker], tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        run(start_worker("run"), tmp_path, {"timezone": "Mars/Olympus"})
    assert (caught.value.code, caught.value.path) == ("INVALID_ARGUMENTS", "statistics.timezone")


def test_a_zone_whose_clocks_change_at_midnight() -> None:
    zone = "America/Sao_Paulo"
    hour = DAY // 24
    # There was no midnight on 2018-11-04, and two on 2018-02-18.
    points = [(1_541_203_200_000_000_000 + step * hour, str(100 + step)) for step in range(72)]
    assert len(daily(points, zone).days) == 4
    points = [(1_518_825_600_000_000_000 + step * hour, str(100 + step)) for step in range(72)]
    assert len(daily(points, zone).days) == 4
