"""Strategies that do what they should not."""

import os
import signal
import sys
import time

from desk.swing import Swing, SwingConfig
from nautilus_trader.model.data import Bar
from nautilus_trader.model.identifiers import TraderId


class Unruly(Swing):
    """Behaves until the hundredth bar."""

    def __init__(self, config: SwingConfig) -> None:
        super().__init__(config)
        self.seen = 0

    def on_bar(self, bar: Bar) -> None:
        self.seen += 1
        if self.seen == 100:
            self.misbehave()

    def misbehave(self) -> None:
        raise NotImplementedError


class Raises(Unruly):
    """Divides by zero."""

    def misbehave(self) -> None:
        self.log.info("the last words of this strategy")
        print(1 / 0)


class Exits(Unruly):
    """Calls sys.exit."""

    def misbehave(self) -> None:
        sys.exit(3)


class Interrupts(Unruly):
    """Raises what Ctrl-C raises."""

    def misbehave(self) -> None:
        raise KeyboardInterrupt


class Recurses(Unruly):
    """Calls itself for ever."""

    def misbehave(self) -> None:
        self.misbehave()


class Aborts(Unruly):
    """Ends the process as native code would."""

    def misbehave(self) -> None:
        os.abort()


class Panics(Unruly):
    """Makes the engine's core end the process."""

    def misbehave(self) -> None:
        TraderId("nohyphen")


class Loops(Unruly):
    """Never comes back."""

    def misbehave(self) -> None:
        print("looping", file=sys.stderr)
        while True:
            pass


class Eats(Unruly):
    """Takes all memory."""

    def misbehave(self) -> None:
        hoard = []
        while True:
            hoard.append(bytearray(64 * 1024 * 1024))


class Prints(Unruly):
    """Writes where the protocol is."""

    def misbehave(self) -> None:
        print("Content-Length: 5\r\n\r\nhello")
        sys.__stdout__.write("more\n")
        os.write(1, b"and more\n")
        os.system("echo from a child")
        assert sys.stdin.read() == ""


class Signals(Unruly):
    """Is interrupted from outside."""

    def misbehave(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)


class RaisesEarly(Swing):
    """Fails before it runs."""

    def __init__(self, config: SwingConfig) -> None:
        super().__init__(config)
        raise LookupError("no such thing")


class RaisesOnStart(Swing):
    """Fails at its start."""

    def on_start(self) -> None:
        self.instrument = None
        self.instrument.make_qty(1)


class Slow(Swing):
    """Takes its time over each bar."""

    def on_bar(self, bar: Bar) -> None:
        time.sleep(0.004)


class Silent(Swing):
    """Does nothing at all."""

    def on_start(self) -> None:
        pass
