"""Does once, with made-up rows, what a run does around the engine: what libraries set up at first use is then set up.

The engine itself is left out, because its log can be started only once in a process. Nothing of this outlives it.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pyarrow as pa
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.config import StrategyConfig

from quarterdeck.frames import write_table
from quarterdeck.nautilus.configs import parse_config
from quarterdeck.nautilus.instruments import Instruments
from quarterdeck.nautilus.loading import open_file
from quarterdeck.nautilus.sources import Sources
from quarterdeck.nautilus.venues import plan_venues
from quarterdeck.protocol import BacktestRequest

ROWS = "timestamp,open,high,low,close,volume\n" + "".join(
    f"2000-01-03 00:0{minute}:00+00:00,1.00000,1.00010,0.99990,1.00000,1\n" for minute in range(3)
)
REQUEST = {
    "venues": [
        {"name": "SIM", "oms_type": "NETTING", "account_type": "MARGIN", "starting_balances": ["1 USD"]},
    ],
    "data": [
        {
            "file": "rows.csv",
            "as": "bars",
            "instrument": {"template": "fx", "id": "EUR/USD.SIM"},
            "bar_type": "EUR/USD.SIM-1-MINUTE-BID-EXTERNAL",
        }
    ],
    "strategies": [],
}


def rehearse() -> None:
    """Read a request, its file and its configs, and write a table."""
    with TemporaryDirectory() as folder:
        workspace = Path(folder).resolve()
        (workspace / "rows.csv").write_text(ROWS, encoding="utf-8")
        request = msgspec.json.decode(msgspec.json.encode(REQUEST), type=BacktestRequest)
        plan_venues(request.venues, Sources(workspace))
        open_file(request.data[0], "data[0]", workspace, Instruments(list, workspace)).load()
        for config in (BacktestEngineConfig, StrategyConfig):
            parse_config(config, {}, "rehearsal", workspace)
        write_table(pa.table({"ts_event": [0], "text": [""], "number": [0.0]}), workspace / "table.parquet")
