"""Requests that run, to be made wrong in one place."""

import copy
from pathlib import Path
from typing import Any

from conftest import STRATEGIES
from market import bars, write_bars

BAR_TYPE = "EUR/USD.SIM-1-MINUTE-BID-EXTERNAL"
FX = {"template": "fx", "id": "EUR/USD.SIM"}
SWING: dict[str, Any] = {
    "source": "desk/swing.py:Swing",
    "config": {
        "instrument_id": "EUR/USD.SIM",
        "bar_type": BAR_TYPE,
        "trade_size": "100000",
        "brackets": False,
    },
}
VENUE: dict[str, Any] = {
    "name": "SIM",
    "oms_type": "NETTING",
    "account_type": "MARGIN",
    "starting_balances": ["1000000 USD"],
}


def backtest(folder: Path, count: int = 300, **changes: Any) -> dict[str, Any]:
    """Return the parameters of a run on synthetic bars of both sides, with changes to its request."""
    data = []
    for side, shift in (("BID", 0.0), ("ASK", 0.0001)):
        file = write_bars(folder / f"{side.lower()}.csv", bars(7, count, shift=shift))
        data.append({"file": str(file), "bar_type": BAR_TYPE.replace("BID", side), "instrument": FX})
    request = {"strategies": [SWING], "venues": [VENUE], "data": data, **changes}
    run_directory = folder / "run"
    run_directory.mkdir(exist_ok=True)
    return {
        "workspace": str(STRATEGIES),
        "catalog": str(folder / "catalog"),
        "run_id": "run",
        "run_directory": str(run_directory),
        "request": copy.deepcopy(request),
    }


def changed(value: dict[str, Any], path: str, new: Any) -> dict[str, Any]:
    """Set what a dotted path such as `request.venues.0.name` leads to; None removes it."""
    *steps, last = path.split(".")
    at: Any = value
    for step in steps:
        at = at[int(step) if step.isdigit() else step]
    if new is None:
        del at[last]
    else:
        at[int(last) if last.isdigit() else last] = new
    return value
