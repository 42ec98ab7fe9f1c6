"""The JSON-RPC peer: a thread reads, the main thread serves one request after another."""

import os
import queue
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec

from quarterdeck import contract, memory
from quarterdeck.context import Context
from quarterdeck.errors import CancelledByClientError, QuarterdeckError
from quarterdeck.framing import FramingError, read_message, write_message
from quarterdeck.message import Message
from quarterdeck.methods import Handler, table
from quarterdeck.protocol import Heartbeat
from quarterdeck.streams import Channel

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
CANCELLED = -32800

#: What a decoder raises; the last for what is nested too deeply.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

type Id = int | str | None


class Incoming(msgspec.Struct):
    """A request or notification, its parameters not yet read."""

    method: str
    id: Id = None
    params: msgspec.Raw = msgspec.Raw(b"{}")


class CancelParams(msgspec.Struct):
    """Parameters of `$/cancelRequest`."""

    id: int | str


class Call(NamedTuple):
    """A request understood: what answers it, with what."""

    handler: Handler
    params: Any
    context: Context


class Peer:
    """Serves the requests of one server over one channel, until the channel ends."""

    def __init__(self, channel: Channel, role: str, watched_limit: int | None = None) -> None:
        self._channel = channel
        self._role = role
        self._watched_limit = watched_limit
        self._writing = threading.Lock()
        self._requests: queue.SimpleQueue[Incoming] = queue.SimpleQueue()
        self._cancelled: set[Id] = set()

    def serve(self) -> None:
        """Answer requests on this thread; never returns, the end of the input ends the process."""
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()
        while True:
            self._answer(self._requests.get())

    def start_reading(self) -> None:
        """Read from here on, so that the end of the input is noticed even while the engine is imported."""
        threading.Thread(target=self._read, name="reader", daemon=True).start()

    def notify(self, method: str, params: Message) -> None:
        """Send a notification; safe from any thread."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def _read(self) -> None:
        decoder = msgspec.json.Decoder(Incoming)
        cancel_decoder = msgspec.json.Decoder(CancelParams)
        try:
            while (body := read_message(self._channel.source)) is not None:
                try:
                    incoming = decoder.decode(body)
                    if incoming.method == "$/cancelRequest":
                        self._cancelled.add(cancel_decoder.decode(incoming.params).id)
                        continue
                except UNREADABLE as error:
                    invalid = isinstance(error, msgspec.ValidationError)
                    self._send_error(None, INVALID_REQUEST if invalid else PARSE_ERROR, str(error))
                    continue
                if incoming.id is not None:
                    self._accept(incoming)
        except FramingError as error:
            print(f"protocol: {error}", file=sys.stderr)
            exit_now(1)
        except OSError:
            pass
        self._ended()

    def _accept(self, request: Incoming) -> None:
        """Take a request, on the reader's thread."""
        self._requests.put(request)

    def _ended(self) -> None:
        """Do what the end of the input asks for, on the reader's thread."""
        exit_now(0)

    def _answer(self, request: Incoming) -> None:
        if (call := self._prepare(request)) is None:
            return
        try:
            call.context.check_cancelled()
            self._succeed(request, call.handler(call.params, call.context))
        except BaseException as error:
            self._fail(request, error)
        finally:
            self._cancelled.discard(request.id)

    def _prepare(self, request: Incoming) -> Call | None:
        """Look a request's method up and read its parameters; what is wrong with them is answered here."""
        entry = table.get(request.method)
        if entry is None or entry.role != self._role:
            self._send_error(request.id, METHOD_NOT_FOUND, f"no method {request.method}")
            return None
        try:
            params = entry.decoder.decode(request.params)
        except UNREADABLE as error:
            self._send_error(request.id, INVALID_PARAMS, f"{request.method}: {error}")
            return None
        return Call(entry.handler, params, Context(self.notify, lambda: request.id in self._cancelled))

    def _succeed(self, request: Incoming, result: Any) -> None:
        self._send({"jsonrpc": "2.0", "id": request.id, "result": result})

    def _fail(self, request: Incoming, error: BaseException) -> None:
        if isinstance(error, CancelledByClientError):
            self._send_error(request.id, CANCELLED, "cancelled")
            return
        known = as_known(error)
        cause = error.__cause__ if isinstance(error, QuarterdeckError) else error
        if cause is not None:
            traceback.print_exception(cause, file=sys.stderr)
        self._send_error(request.id, contract.ERROR, known.message, known.to_object())

    def _beat(self) -> None:
        while True:
            rss = memory.resident_bytes()
            if self._watched_limit is not None and rss > self._watched_limit:
                print("memory limit exceeded", file=sys.stderr)
                exit_now(memory.EXIT_CODE)
            self.notify("heartbeat", Heartbeat(rss_bytes=rss))
            time.sleep(1)

    def _send_error(self, id_: Id, code: int, message: str, data: Message | None = None) -> None:
        error: dict[str, Any] = {"code": code, "message": message}
        if data is not None:
            error["data"] = data
        self._send({"jsonrpc": "2.0", "id": id_, "error": error})

    def _send(self, message: dict[str, Any]) -> None:
        self._write(msgspec.json.encode(message))

    def _write(self, body: bytes) -> None:
        sink: BinaryIO = self._channel.sink
        try:
            with self._writing:
                write_message(sink, body)
        except OSError:
            self._ended()


def as_known(error: BaseException) -> QuarterdeckError:
    """Return an error of ours for any exception: what was raised and where, never a traceback."""
    if isinstance(error, QuarterdeckError):
        return error
    if isinstance(error, MemoryError):
        return QuarterdeckError(
            "OUT_OF_MEMORY",
            "The engine process ran out of the memory it may use.",
            "Use less data per run (start, end, limit, chunk_size) or look for a collection in the strategy "
            "that only grows.",
        )
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return QuarterdeckError(
        "INTERNAL",
        f"{type(error).__name__}: {error}{where}.",
        "This is a defect of Quarterdeck; please report it with the server's log.",
    )


def exit_now(code: int) -> None:
    """End the process whatever the main thread is doing."""
    sys.stderr.flush()
    os._exit(code)
