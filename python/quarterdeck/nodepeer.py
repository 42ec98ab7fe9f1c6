"""The JSON-RPC peer of a trading node: requests run side by side on the loop the node runs on."""

import asyncio
import inspect
import queue
import sys
import threading
import time
from collections.abc import Awaitable

from quarterdeck import nodehandlers
from quarterdeck.methods import urgent
from quarterdeck.peer import Call, Incoming, Peer, exit_now
from quarterdeck.streams import Channel

SWITCH_INTERVAL = 0.0005
LAST_WORDS = 20.0
"""How long a node may take to cancel and stop once its server is gone, whatever its loop does."""


class NodePeer(Peer):
    """Reads on one thread, writes on another, and leaves the loop to the node."""

    def __init__(self, channel: Channel, role: str, watched_limit: int | None = None) -> None:
        super().__init__(channel, role, watched_limit)
        self._loop = _new_loop()
        self._tasks: set[asyncio.Future[None]] = set()
        self._outgoing: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._is_ended = False
        nodehandlers.attach(self)

    def serve(self) -> None:
        """Run the loop until the process ends."""
        # The loop may be busy with market data: reader and writer must not wait 5 ms for their turn.
        sys.setswitchinterval(SWITCH_INTERVAL)
        threading.Thread(target=self._drain, name="writer", daemon=True).start()
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    @property
    def backlog(self) -> int:
        """Messages the server has not taken yet; market data wait while there are many."""
        return self._outgoing.qsize()

    def _accept(self, request: Incoming) -> None:
        if (at_once := urgent.get(request.method)) is not None:
            at_once(request.params)
        self._loop.call_soon_threadsafe(self._begin, request)

    def _begin(self, request: Incoming) -> None:
        if (call := self._prepare(request)) is None:
            return
        try:
            call.context.check_cancelled()
            result = call.handler(call.params, call.context)
        except BaseException as error:
            self._cancelled.discard(request.id)
            self._fail(request, error)
            return
        if not inspect.isawaitable(result):
            self._succeed(request, result)
            return
        self._follow(self._finish(request, call, result))

    async def _finish(self, request: Incoming, call: Call, result: Awaitable[object]) -> None:
        try:
            self._succeed(request, await result)
        except BaseException as error:
            self._fail(request, error)
        finally:
            self._cancelled.discard(request.id)

    def _follow(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work, loop=self._loop)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _ended(self) -> None:
        """Let the node do what it is to do without a server, but not for ever."""
        if self._is_ended:
            return
        self._is_ended = True
        threading.Thread(target=_give_up, name="last words", daemon=True).start()
        self._loop.call_soon_threadsafe(lambda: self._follow(self._leave()))

    async def _leave(self) -> None:
        try:
            await nodehandlers.server_lost()
        finally:
            exit_now(0)

    def _write(self, body: bytes) -> None:
        if not self._is_ended:
            self._outgoing.put(body)

    def _drain(self) -> None:
        while True:
            super()._write(self._outgoing.get())


def _new_loop() -> asyncio.AbstractEventLoop:
    """Return the kind of loop the engine prefers, where it has it."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def _give_up() -> None:
    time.sleep(LAST_WORDS)
    print("the node did not stop in time after its server was gone", file=sys.stderr)
    exit_now(1)
