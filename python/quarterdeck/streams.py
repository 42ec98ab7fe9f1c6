"""Keeps the process's real stdin and stdout for the protocol, out of reach of everything else."""

import io
import os
import sys
from typing import BinaryIO, NamedTuple


class Channel(NamedTuple):
    """The two ends of the protocol."""

    source: BinaryIO
    sink: BinaryIO


def take_over() -> Channel:
    """Return the real stdin and stdout; from here on fd 0 is empty and fd 1 is stderr.

    NautilusTrader's logger and native code write to fd 1 itself, so replacing `sys.stdout` is not enough.
    """
    if sys.platform == "win32":
        import msvcrt

        for descriptor in (0, 1):
            msvcrt.setmode(descriptor, os.O_BINARY)
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", write_through=True)
    return Channel(source, sink)
