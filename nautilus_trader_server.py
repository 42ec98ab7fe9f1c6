"""The MCP server for NautilusTrader, under the name by which Python hosts start one.

``python nautilus_trader_server.py`` finds Node.js and becomes ``quarterdeck stdio``; so do ``mcp run`` and what
``mcp install nautilus_trader_server.py -v KEY=value`` registers. Arguments and environment are passed on as they are.

QUARTERDECK_NODE
    Node.js to use; the one on PATH when left out. Version 20 or newer.
QUARTERDECK_WORKSPACE
    Folder to work in; the current one when left out. A host that starts its servers in the root of the file system,
    as desktop programs do, gets the folder "quarterdeck" in the user's home.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OLDEST_NODE = 20


def command(arguments: list[str]) -> list[str]:
    """Return what to run: Node.js with the server beside this file, else the published package.

    Raises
    ------
    SystemExit
        There is no Node.js, or it is too old; the message says what to do.

    """
    node = os.environ.get("QUARTERDECK_NODE") or shutil.which("node")
    if node is None:
        raise SystemExit("Quarterdeck needs Node.js 20 or newer. Install it from nodejs.org, or set QUARTERDECK_NODE.")
    try:
        printed = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(f"Node.js cannot be started ({error}). Correct QUARTERDECK_NODE or reinstall it.") from None
    version = re.match(r"v(\d+)", printed)
    if version is None or int(version[1]) < OLDEST_NODE:
        raise SystemExit(f"Quarterdeck needs Node.js 20 or newer; {node} is {printed.strip()}. Set QUARTERDECK_NODE.")
    main = HERE / "dist" / "server" / "main.js"
    if main.is_file():
        return [node, str(main), *arguments]
    npx = shutil.which("npx", path=str(Path(node).parent)) or shutil.which("npx")
    if npx is None:
        raise SystemExit(f"{main} is missing. Keep this file in the folder of Quarterdeck's package.")
    return [npx, "--yes", "quarterdeck", *arguments]


def launch(arguments: list[str]) -> int:
    """Become the server where the system can, else run it and wait; its exit code."""
    if not os.environ.get("QUARTERDECK_WORKSPACE") and Path.cwd() == Path(Path.cwd().anchor):
        workspace = Path.home() / "quarterdeck"
        workspace.mkdir(exist_ok=True)
        os.environ["QUARTERDECK_WORKSPACE"] = str(workspace)
    words = command(arguments)
    if os.name == "posix":
        os.execv(words[0], words)
    return subprocess.run(words, check=False).returncode


def __getattr__(name: str) -> object:
    """Give the ``mcp`` command line the server object it looks for; made only when it asks."""
    if name != "mcp":
        raise AttributeError(name)
    try:
        from mcp.server.mcpserver import MCPServer as Base
    except ImportError:
        from mcp.server.fastmcp import FastMCP as Base

    class Launcher(Base):
        def run(self, transport: str = "stdio", **_: object) -> None:
            if transport != "stdio":
                raise SystemExit(f"This starts over stdio, not {transport}; for HTTP: quarterdeck http.")
            sys.exit(launch(["stdio"]))

    return Launcher("nautilus-trader")


if __name__ == "__main__":
    sys.exit(launch(sys.argv[1:]))
