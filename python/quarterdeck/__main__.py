"""`python -m quarterdeck --role query|run|node`: started by the server, speaks with it over stdin and stdout."""

import time

started = time.perf_counter()

from quarterdeck import streams  # noqa: E402

# Before anything else may write to stdout.
channel = streams.take_over() if __name__ == "__main__" else None

import argparse  # noqa: E402
import faulthandler  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402

from quarterdeck import contract, handlers, memory, nodehandlers, parent  # noqa: E402
from quarterdeck.methods import check_table  # noqa: E402
from quarterdeck.nodepeer import NodePeer  # noqa: E402
from quarterdeck.peer import Peer  # noqa: E402
from quarterdeck.protocol import Ready, Role  # noqa: E402
from quarterdeck.streams import Channel  # noqa: E402


def main(channel: Channel) -> None:
    """Serve until the server closes our stdin."""
    parser = argparse.ArgumentParser(prog="quarterdeck")
    parser.add_argument("--role", choices=[role.value for role in Role], required=True)
    parser.add_argument("--memory-limit", type=int, metavar="BYTES")
    arguments = parser.parse_args()
    role = Role(arguments.role)

    faulthandler.enable(file=sys.stderr)
    # The server decides when this process ends, not a Ctrl-C in its terminal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if role is not Role.node:
        # A node has orders to cancel when the server dies, and hears of it from the end of its input.
        parent.die_with_it()
    limit: int | None = arguments.memory_limit
    watched = None if limit is None or memory.cap_data(limit) else limit

    check_table()
    peer = (NodePeer if role is Role.node else Peer)(channel, role, watched)
    peer.start_reading()
    if role is Role.run:
        handlers.preload()
    if role is Role.node:
        nodehandlers.preload()
    seconds = time.perf_counter() - started
    peer.notify("ready", Ready(contract=contract.VERSION, pid=os.getpid(), role=role, seconds=seconds))
    peer.serve()


if channel is not None:
    main(channel)
