"""Content-Length frames, as the language server protocol has them."""

from typing import BinaryIO, Protocol


class FramingError(Exception):
    """The other side does not speak our framing; there is no way back into step."""


class ByteSource(Protocol):
    """What frames are read from."""

    def readline(self, size: int = -1, /) -> bytes:
        """Return one line, at most `size` bytes."""
        ...

    def read(self, size: int = -1, /) -> bytes:
        """Return `size` bytes, fewer only at the end."""
        ...


HEADER_LIMIT = 1024


def read_message(source: ByteSource) -> bytes | None:
    """Return the next body, or None at the end of the stream."""
    length: int | None = None
    while True:
        line = source.readline(HEADER_LIMIT)
        if not line:
            return None
        if not line.endswith(b"\n"):
            if len(line) < HEADER_LIMIT:
                return None
            raise FramingError("header line too long")
        header = line.strip()
        if not header:
            break
        name, colon, value = header.partition(b":")
        if not colon:
            raise FramingError(f"not a header: {header[:80]!r}")
        if name.strip().lower() == b"content-length":
            text = value.strip()
            if not text.isdigit():
                raise FramingError(f"not a length: {text[:80]!r}")
            length = int(text)
    if length is None:
        raise FramingError("no Content-Length")
    body = source.read(length)
    return body if len(body) == length else None


def write_message(sink: BinaryIO, body: bytes) -> None:
    """Write one frame whole."""
    frame = memoryview(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    while frame:
        written = sink.write(frame)
        frame = frame[written:]
    sink.flush()
