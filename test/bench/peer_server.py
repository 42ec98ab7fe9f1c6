"""What a user would write without us: a Python MCP server with NautilusTrader in the same process."""

import os
import platform
import sys
from importlib import metadata
from typing import Any

import nautilus_trader.backtest.engine  # noqa: F401  (any server that can run a backtest has it imported)
import plain_backtest
from mcp.server.mcpserver import MCPServer
from pydantic import BaseModel

PACKAGES = ("nautilus_trader", "msgspec", "pandas", "numpy", "pyarrow", "fsspec")

server = MCPServer("peer", version="1.0.0", log_level="ERROR")
# NautilusTrader's logger writes to file descriptor 1, which belongs to the protocol here.
protocol_output = os.dup(1)
os.dup2(2, 1)
sys.stdout = os.fdopen(protocol_output, "w", encoding="utf-8")


class Environment(BaseModel):
    """Answer of ``get_environment``."""

    nautilus_trader: str
    python: str
    executable: str
    platform: str
    packages: dict[str, str]


packages = {name: metadata.version(name) for name in PACKAGES}
environment = Environment(
    nautilus_trader=packages.pop("nautilus_trader"),
    python=platform.python_version(),
    executable=sys.executable,
    platform=platform.platform(),
    packages=packages,
)


@server.tool()
async def get_environment() -> Environment:
    """Versions of NautilusTrader and Python."""
    return environment


class Echo(BaseModel):
    """Answer of ``echo``."""

    run_id: str


@server.tool()
async def echo(run_id: str) -> Echo:
    """Answer with the argument."""
    return Echo(run_id=run_id)


@server.tool()
async def run_backtest(kind: str, bid_file: str, ask_file: str) -> dict[str, Any]:
    """Run a backtest."""
    return plain_backtest.run(kind, bid_file, ask_file)


server.run("stdio")
