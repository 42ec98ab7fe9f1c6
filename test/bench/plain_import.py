"""What a user does to fill a catalog: ``python plain_import.py FILE CATALOG``; prints the time without the imports."""

import json
import sys
import time

import pandas as pd
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.persistence.catalog.parquet import ParquetDataCatalog
from nautilus_trader.persistence.wranglers import QuoteTickDataWrangler
from nautilus_trader.test_kit.providers import TestInstrumentProvider


def run(file: str, folder: str) -> dict[str, float]:
    """Read, wrangle and write; return how long it took."""
    started = time.perf_counter()
    instrument = TestInstrumentProvider.default_fx_ccy("USD/JPY", Venue("SIM"))
    catalog = ParquetDataCatalog(folder)
    catalog.write_data([instrument])
    frame = pd.read_csv(file, index_col="timestamp", parse_dates=True)
    catalog.write_data(QuoteTickDataWrangler(instrument).process(frame))
    return {"seconds": time.perf_counter() - started}


if __name__ == "__main__":
    print(json.dumps(run(*sys.argv[1:])))
