"""The generated shapes refuse what the contract does not know, and errors carry what it asks for."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from quarterdeck import contract
from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.protocol import Code, ErrorObject, Importable, ReadFrameParams


def test_every_code_has_a_type() -> None:
    assert set(contract.ERROR_TYPES) == {code.value for code in Code}


@given(st.sampled_from(list(Code)), st.text(), st.none() | st.text(), st.none() | st.dictionaries(st.text(), st.text()))
def test_errors_survive_the_wire(code: Code, text: str, path: str | None, details: dict[str, Any] | None) -> None:
    error = QuarterdeckError(code, text, text, path=path, details=details)
    sent = msgspec.json.encode(error.to_object())
    received = msgspec.json.decode(sent, type=ErrorObject)
    assert (received.code, received.type.value) == (code, contract.ERROR_TYPES[code])
    assert ("path" in msgspec.json.decode(sent)) == (path is not None)


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (Importable, {"source": "a:B", "confg": {}}),
        (Importable, {"source": ""}),
        (ReadFrameParams, {"run_directory": ".", "frame": "nothing"}),
        (ReadFrameParams, {"run_directory": ".", "frame": "fills", "limit": 0}),
        (ReadFrameParams, {"run_directory": ".", "frame": "fills", "points": 4001}),
        (ReadFrameParams, {"frame": "fills"}),
    ],
)
def test_shapes_are_strict(shape: type, value: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(value, shape)


def test_did_you_mean() -> None:
    assert did_you_mean("lenght", ["length", "width"]) == ' Did you mean "length"?'
    assert did_you_mean("USD", ["usd"]) == ' Did you mean "usd"?'
    assert did_you_mean("zzz", ["length", "width"]) == ""
