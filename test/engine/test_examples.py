"""Every example strategy of NautilusTrader that runs offline: through the host as in a plain script."""

import json
import pkgutil
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import nautilus_trader.examples.strategies as examples
import pyarrow.parquet as pq
import pytest
from conftest import ENVIRONMENT, STRATEGIES, Worker
from market import START, bars, write_bars, write_quotes
from request_forms import FX

PACKAGE = "nautilus_trader.examples.strategies"
ID = "EUR/USD.SIM"
EXTERNAL = f"{ID}-1-MINUTE-BID-EXTERNAL"
INTERNAL = f"{ID}-1-MINUTE-BID-INTERNAL"
TRADED = {"instrument_id": ID, "bar_type": INTERNAL, "trade_size": "100000"}
TRAILING = {
    **TRADED, "atr_period": 5, "trailing_atr_multiple": 2.0, "trailing_offset_type": "PRICE", "trigger_type": "BID_ASK",
}  # fmt: skip


def case(module: str, name: str, config: dict[str, Any], *data: str, **more: Any) -> dict[str, Any]:
    given = {"oms_type": "NETTING", "book_type": "L1_MBP", "twap": False, "config_class": f"{name}Config", **more}
    return {"module": f"{PACKAGE}.{module}", "class": name, "config": config, "data": data or ("quotes",), **given}


CASES = {
    "bb_mean_reversion": case("bb_mean_reversion", "BBMeanReversion", {**TRADED, "bb_period": 10, "bb_std": 1.0}),
    "blank": case("blank", "MyStrategy", {"instrument_id": ID}),
    "ema_cross": case("ema_cross", "EMACross", {**TRADED, "subscribe_quote_ticks": True}, "quotes", "trades"),
    "ema_cross, bars": case("ema_cross", "EMACross", {**TRADED, "bar_type": EXTERNAL}, "quotes", "bars"),
    "ema_cross_bracket": case("ema_cross_bracket", "EMACrossBracket", TRADED),
    "ema_cross_bracket, emulated": case(
        "ema_cross_bracket", "EMACrossBracket", {**TRADED, "emulation_trigger": "BID_ASK"}, oms_type="HEDGING"
    ),
    "ema_cross_bracket_algo": case("ema_cross_bracket_algo", "EMACrossBracketAlgo", TRADED),
    "ema_cross_hedge_mode": case("ema_cross_hedge_mode", "EMACross", TRADED, oms_type="HEDGING"),
    "ema_cross_long_only": case("ema_cross_long_only", "EMACrossLongOnly", TRADED),
    "ema_cross_stop_entry": case(
        "ema_cross_stop_entry", "EMACrossStopEntry", {**TRAILING, "trailing_offset": "0.00020"}
    ),
    "ema_cross_trailing_stop": case("ema_cross_trailing_stop", "EMACrossTrailingStop", TRAILING),
    "ema_cross_twap": case(
        "ema_cross_twap", "EMACrossTWAP", {**TRADED, "twap_horizon_secs": 20.0, "twap_interval_secs": 5.0}, twap=True
    ),
    "grid_market_maker": case(
        "grid_market_maker",
        "GridMarketMaker",
        {"instrument_id": ID, "max_position": "500000", "trade_size": "50000", "grid_step_bps": 1},
    ),
    "orderbook_imbalance": case(
        "orderbook_imbalance",
        "OrderBookImbalance",
        {"instrument_id": ID, "max_trade_size": "10000", "trigger_imbalance_ratio": 0.9},
        "deltas",
        book_type="L2_MBP",
    ),
    "signal_strategy": case("signal_strategy", "SignalStrategy", {"instrument_id": ID}, "quotes", "trades"),
    "simpler_quoter": case(
        "simpler_quoter",
        "SimpleQuoterStrategy",
        {"instrument_id": ID, "order_qty": "10000"},
    ),
    "subscribe": case(
        "subscribe",
        "SubscribeStrategy",
        {"instrument_id": ID, "quote_ticks": True, "trade_ticks": True, "bars": True},
        "quotes",
        "trades",
    ),
    "volatility_market_maker": case(
        "volatility_market_maker", "VolatilityMarketMaker", {**TRADED, "atr_period": 10, "atr_multiple": 1.0}
    ),
}
SILENT = {"blank", "signal_strategy", "subscribe"}
"""They submit no orders by design."""
ELSEWHERE = {
    "market_buy_on_start": "is written for the engine of NautilusTrader 2",
    "market_maker": "takes no config; see test_the_one_without_a_config",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("data")
    write_quotes(folder / "quotes.csv", 1, 5000)
    write_bars(folder / "bars.csv", bars(2, 400))
    source, price, moment = random.Random(3), 1.1, START
    trades = ["timestamp,price,quantity,side,trade_id"]
    deltas = ["timestamp,action,side,price,size,order_id,flags,sequence"]
    for index in range(1500):
        moment += timedelta(seconds=source.choice((1, 5, 20)))
        price += source.gauss(0, 0.00004)
        stamp, size = moment.isoformat(), source.randrange(1, 90) * 1000
        trades.append(f"{stamp},{price:.5f},{size},{source.choice(('BUY', 'SELL'))},{index}")
        for side, shift in (("BUY", -0.0005), ("SELL", 0.0005)):
            level = round(1.1 + shift, 5)
            deltas.append(f"{stamp},UPDATE,{side},{level:.5f},{source.randrange(1, 90) * 1000},0,0,{index}")
    (folder / "trades.csv").write_text("\n".join(trades) + "\n")
    (folder / "deltas.csv").write_text("\n".join(deltas) + "\n")
    return {kind: str(folder / f"{kind}.csv") for kind in ("quotes", "bars", "trades", "deltas")}


@pytest.fixture(scope="module")
def plain(files: dict[str, str]) -> dict[str, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("plain_examples.py"))],
        input=json.dumps({"files": files, "cases": list(CASES.values())}),
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(CASES, json.loads(done.stdout), strict=True))


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    worker = Worker("run", stderr=subprocess.DEVNULL)
    worker.ready()
    yield worker
    worker.close()


def test_all_are_here() -> None:
    modules = {module.name for module in pkgutil.iter_modules(examples.__path__)}
    assert modules == {name.partition(",")[0] for name in CASES} | set(ELSEWHERE)


def item(kind: str, file: str) -> dict[str, Any]:
    form = {"bars": {"bar_type": EXTERNAL}, "quotes": {}}.get(kind, {"as": kind})
    return {"file": file, "instrument": FX, **form}


@pytest.mark.parametrize("name", list(CASES))
def test_equals_a_plain_script(
    name: str, files: dict[str, str], plain: dict[str, dict[str, Any]], worker: Worker, tmp_path: Path
) -> None:
    wanted, expected = CASES[name], plain[name]
    assert bool(expected["fills"]) is (name not in SILENT), expected["orders"]
    algorithms = [{"source": "nautilus_trader.examples.algorithms.twap:TWAPExecAlgorithm"}] if wanted["twap"] else []
    request = {
        "strategies": [{"source": f"{wanted['module']}:{wanted['class']}", "config": wanted["config"]}],
        "exec_algorithms": algorithms,
        "venues": [
            {
                "name": "SIM",
                "oms_type": wanted["oms_type"],
                "account_type": "MARGIN",
                "starting_balances": ["1000000 USD"],
                "default_leverage": "10",
                "book_type": wanted["book_type"],
            }
        ],
        "data": [item(kind, files[kind]) for kind in wanted["data"]],
    }
    result = worker.call(
        "run_backtest",
        {
            "workspace": str(STRATEGIES),
            "catalog": str(tmp_path / "none"),
            "run_id": "run",
            "run_directory": str(tmp_path),
            "request": request,
        },
    )
    names = ("iterations", "events", "orders", "positions", "trades", "account_events")
    assert {each: result["counts"][each] for each in names} == {each: expected[each] for each in names}
    assert {balance["currency"]: balance["total"] for balance in result["balances"]} == expected["balances"]
    assert result["commissions"] == expected["commissions"]
    assert result["statistics"]["pnl"] == expected["pnl"]
    assert result["statistics"]["returns"] == expected["returns"]
    fills = pq.read_table(tmp_path / "fills.parquet").to_pylist()
    columns = ("ts_event", "client_order_id", "last_px", "last_qty", "commission")
    assert sorted([str(fill[column]) for column in columns] for fill in fills) == sorted(expected["fills"])


SCRIPT = """
import json
import sys
from decimal import Decimal
from pathlib import Path

from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.examples.strategies.market_maker import MarketMaker
from nautilus_trader.model.enums import AccountType, OmsType, BookType
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money
from nautilus_trader.test_kit.providers import TestInstrumentProvider
from plain import outcome
from plain_examples import load

engine = BacktestEngine()
engine.add_venue(
    Venue("SIM"), OmsType.NETTING, AccountType.MARGIN, [Money.from_str("1000000 USD")], book_type=BookType.L2_MBP
)
instrument = TestInstrumentProvider.default_fx_ccy("EUR/USD")
engine.add_instrument(instrument)
engine.add_data(load("deltas", sys.argv[1], instrument))
engine.add_strategy(MarketMaker(instrument.id, Decimal(10_000), Decimal(1_000_000)))
engine.run()
Path(sys.argv[2]).write_text(json.dumps(outcome(engine)))
"""


def test_the_one_without_a_config(files: dict[str, str], worker: Worker, tmp_path: Path) -> None:
    """A class made from plain arguments runs in a script of its own."""
    for module in ("plain", "plain_examples"):
        (tmp_path / f"{module}.py").write_text(Path(__file__).with_name(f"{module}.py").read_text())
    (tmp_path / "make_markets.py").write_text(SCRIPT)
    plain, observed = tmp_path / "plain.json", tmp_path / "observed.json"
    arguments = [sys.executable, "make_markets.py", files["deltas"], str(plain)]
    subprocess.run(arguments, cwd=tmp_path, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
    request = {"strategies": [], "venues": [], "data": [], "script": "make_markets.py"}
    (tmp_path / "run").mkdir()
    params = {
        "workspace": str(tmp_path),
        "catalog": str(tmp_path / "none"),
        "run_id": "run",
        "run_directory": str(tmp_path / "run"),
        "request": {**request, "args": [files["deltas"], str(observed)]},
    }
    result = worker.call("run_backtest", params)
    expected = json.loads(plain.read_text())
    assert json.loads(observed.read_text()) == expected
    assert result["counts"]["orders"] == expected["orders"] > 1
    assert {balance["currency"]: balance["total"] for balance in result["balances"]} == expected["balances"]
