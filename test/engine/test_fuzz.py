"""Generated messages: none ends the process, silences it or gets past the contract."""

import os

import msgspec
import pytest
from conftest import Worker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quarterdeck import contract

AT_ONCE = 50
MESSAGES = int(os.environ.get("QUARTERDECK_TEST_MESSAGES", "10000"))

scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=8,
)
#: No method takes an argument of this name, so nothing that was generated may be done.
params = st.one_of(values, st.dictionaries(st.text(max_size=8), values, max_size=3).map(lambda d: {**d, "no such": 1}))
methods = st.one_of(st.sampled_from(sorted(contract.METHODS)), st.sampled_from(["$/cancelRequest", "", "x"]))
#: Strings, so that none is the id of a good call.
requests = st.fixed_dictionaries(
    {"method": methods}, optional={"jsonrpc": st.just("2.0"), "id": st.text(max_size=6), "params": params}
).map(lambda message: {**message, "params": message.get("params", {"no such": 1})})
bodies = st.one_of(
    requests.map(msgspec.json.encode),
    values.map(msgspec.json.encode),
    st.binary(max_size=60),
    st.tuples(requests.map(msgspec.json.encode), st.integers(0, 80)).map(lambda cut: cut[0][: cut[1]]),
)


def send(worker: Worker, body: bytes) -> None:
    """Send a frame whose inside may be anything."""
    assert worker.process.stdin is not None
    worker.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    worker.process.stdin.flush()


@settings(
    max_examples=max(1, MESSAGES // AT_ONCE),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(bodies, min_size=AT_ONCE, max_size=AT_ONCE))
def test_whatever_comes_the_next_good_call_is_answered(query: Worker, messages: list[bytes]) -> None:
    for body in messages:
        send(query, body)
    assert query.call("environment", {})["python"]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"id":1,"method":"list_data","params":' + b'{"x":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
        b'{"id":1,"method":"list_data","params":{"workspace":' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        b'{"id":1e999,"method":"x"}',
        b'{"id":1,"method":"\xff\xfe"}',
        b'{"id":99999999999999999999999,"method":"x"}',
        b"",
    ],
    ids=["brackets", "braces", "deep inside", "an infinite id", "no UTF-8", "a huge id", "nothing"],
)
def test_a_message_at_the_edge_of_json(query: Worker, body: bytes) -> None:
    send(query, body)
    assert query.call("environment", {})["python"]
