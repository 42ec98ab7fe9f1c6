"""Frames survive any cutting up of the stream, and nothing else is taken for one."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quarterdeck.framing import FramingError, read_message, write_message

bodies = st.lists(st.binary(max_size=300), max_size=8)


class Trickle(io.RawIOBase):
    """A stream that gives and takes a few bytes at a time."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        self.data = bytearray(data)
        self.sizes = sizes
        self.turn = 0

    def _next(self) -> int:
        self.turn += 1
        return self.sizes[self.turn % len(self.sizes)]

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        taken = self.data[: min(self._next(), len(buffer))]
        del self.data[: len(taken)]
        buffer[: len(taken)] = taken
        return len(taken)

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        size = min(self._next(), len(data))
        self.data += data[:size]
        return size


@given(bodies, st.lists(st.integers(1, 50), min_size=1, max_size=5))
def test_what_is_written_in_bits_is_read_in_bits(messages: list[bytes], sizes: list[int]) -> None:
    sink = Trickle(b"", sizes)
    for message in messages:
        write_message(sink, message)  # type: ignore[arg-type]
    source = io.BufferedReader(Trickle(bytes(sink.data), sizes))
    assert [read_message(source) for _ in messages] == messages
    assert read_message(source) is None


@given(st.binary(max_size=200), st.integers(0, 250))
def test_a_stream_cut_anywhere_ends(body: bytes, cut: int) -> None:
    sink = io.BytesIO()
    write_message(sink, body)
    whole = sink.getvalue()
    assert read_message(io.BytesIO(whole[: min(cut, len(whole) - 1)])) is None


@given(st.binary(max_size=400))
def test_noise_is_refused_or_ends(noise: bytes) -> None:
    try:
        message = read_message(io.BytesIO(noise))
    except FramingError:
        return
    assert message is None or message in noise


def test_other_headers_and_bare_newlines_are_accepted() -> None:
    frame = b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length: 2\n\n{}"
    assert read_message(io.BytesIO(frame)) == b"{}"


@pytest.mark.parametrize("noise", [b"hello\r\n\r\n", b"Content-Length: -5\r\n\r\n", b"\r\n", b"x" * 2000])
def test_what_is_no_frame_is_an_error(noise: bytes) -> None:
    with pytest.raises(FramingError):
        read_message(io.BytesIO(noise))
