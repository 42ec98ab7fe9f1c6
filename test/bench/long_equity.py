"""Write an equity series of a million points into a run's folder; print how long pandas takes to read it."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from quarterdeck.frames import write_overview

POINTS = 1_000_000


def main(folder: str) -> dict[str, float]:
    """Write as a run does and read as a script would."""
    path = Path(folder, "equity.parquet")
    values = 1e6 + np.cumsum(np.random.default_rng(1).normal(0, 10, POINTS))
    table = pa.table(
        {
            "ts_event": pa.array(np.arange(POINTS) * 1_000_000_000 + 1_359_676_800_000_000_000),
            "venue": pa.array(["SIM"] * POINTS),
            "currency": pa.array(["USD"] * POINTS),
            "equity": pa.array([f"{value:.2f}" for value in values]),
        }
    )
    pq.write_table(table, path, compression="zstd")
    write_overview(path, table, "equity")
    started = time.perf_counter()
    pd.read_parquet(path, columns=["ts_event", "equity"]).iloc[:: POINTS // 4000].to_dict("records")
    return {"milliseconds": (time.perf_counter() - started) * 1000}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
