"""Times as they cross to the server."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from quarterdeck.nautilus.convert import iso_time


@given(
    st.integers(0, 2**63 - 1),
    st.sampled_from([1, 1_000, 1_000_000, 1_000_000_000]),
)
def test_a_time_is_written_as_pandas_writes_it(nanoseconds: int, unit: int) -> None:
    rounded = nanoseconds // unit * unit
    expected = str(pd.Timestamp(rounded, unit="ns", tz="UTC").isoformat()).replace("+00:00", "Z")
    assert iso_time(rounded) == expected
