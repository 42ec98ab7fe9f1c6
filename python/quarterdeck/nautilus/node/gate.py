"""The one place where every order command passes on its way to a venue, whoever gave it."""

from typing import Any

from nautilus_trader.core.message import Command

ENDPOINT = "ExecEngine.execute"


class Gate:
    """Stands where the execution engine takes its commands: of tools, strategies, emulator and algorithms alike."""

    def __init__(self, kernel: Any) -> None:
        self._forward = kernel.exec_engine.execute
        kernel.msgbus.deregister(ENDPOINT, self._forward)
        kernel.msgbus.register(ENDPOINT, self.execute)

    def execute(self, command: Command) -> None:
        """Let a command through."""
        self._forward(command)
