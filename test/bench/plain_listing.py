"""What a user does to see what a catalog holds: ``python plain_listing.py CATALOG``; prints the time it took."""

import json
import sys
import time

from nautilus_trader.model.data import QuoteTick
from nautilus_trader.persistence.catalog.parquet import ParquetDataCatalog


def run(folder: str) -> dict[str, float]:
    """Ask for the intervals of every series; return how long it took."""
    catalog = ParquetDataCatalog(folder)
    started = time.perf_counter()
    for series in range(20):
        catalog.get_intervals(QuoteTick, f"S{series}.SIM")
    return {"seconds": time.perf_counter() - started}


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1])))
