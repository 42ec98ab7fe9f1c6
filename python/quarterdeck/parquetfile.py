"""Parquet files as tables: read in batches, files of a NautilusTrader catalog told apart."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from quarterdeck.errors import QuarterdeckError
from quarterdeck.formats import unreadable

BATCH = 200_000


class ParquetTable:
    """A Parquet file whose columns are found by their names."""

    def __init__(self, file: Path, name: str, path: str) -> None:
        self._name = name
        self._path = path
        try:
            self._file = pq.ParquetFile(file)
            schema = self._file.schema_arrow
        except (pa.ArrowException, OSError) as error:
            raise unreadable(name, path, f"is damaged or cut off: {error}", "Fetch the file again.") from error
        if (width := catalog_width(schema)) is not None:
            raise QuarterdeckError(
                "UNSUPPORTED",
                f"{name} is a file of a NautilusTrader catalog (prices of {width * 8} bits).",
                "Name its catalog with catalog instead; its data needs no import.",
                path=path,
            )
        self.header = list(schema.names)
        self.texts = {
            field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
        }

    def read(self, size: int | None, limit: int | None) -> Iterator[pd.DataFrame]:
        """Yield the rows in order, as they are stored."""
        left = limit if limit is not None else self._file.metadata.num_rows
        try:
            if size is None:
                yield self._frame(self._file.read())[:left]
                return
            for batch in self._file.iter_batches(batch_size=min(size, BATCH)):
                if left <= 0:
                    return
                frame = self._frame(pa.Table.from_batches([batch]))[:left]
                left -= len(frame)
                yield frame
        except (pa.ArrowException, OSError) as error:
            raise unreadable(self._name, self._path, f"is damaged: {error}", "Fetch the file again.") from error

    def _frame(self, table: pa.Table) -> pd.DataFrame:
        frame: pd.DataFrame = table.replace_schema_metadata().to_pandas(date_as_object=False)
        return frame


def catalog_width(schema: pa.Schema) -> int | None:
    """Return the bytes of a price where a schema is that of the engine's catalog (8, or 16 of high precision)."""
    for name in ("open", "price", "bid_price", "bid_price_0"):
        index = schema.get_field_index(name)
        if index >= 0 and pa.types.is_fixed_size_binary(schema.field(index).type):
            return int(schema.field(index).type.byte_width)
    return None
