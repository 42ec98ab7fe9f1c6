"""Which Python, which engine."""

import platform
import sys
from functools import cache
from importlib import metadata

from quarterdeck.errors import QuarterdeckError
from quarterdeck.protocol import EnvironmentResult

PACKAGES = ("nautilus_trader", "msgspec", "pandas", "numpy", "pyarrow", "fsspec", "uvloop")


@cache
def versions() -> dict[str, str]:
    """Return the versions of the packages that shape a result, those that are installed.

    Read once: packages do not change under a running process, and reading them takes many times longer than a call.
    """
    found: dict[str, str] = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def python_version() -> str:
    """Return the version of this Python."""
    return platform.python_version()


def describe() -> EnvironmentResult:
    """Describe this environment without importing the engine."""
    packages = dict(versions())
    engine = packages.pop("nautilus_trader", None)
    if engine is None:
        raise QuarterdeckError(
            "ENGINE_NOT_INSTALLED",
            f"nautilus_trader is not installed for {sys.executable}.",
            'Run "quarterdeck setup", or choose another Python.',
        )
    return EnvironmentResult(
        python=python_version(),
        executable=sys.executable,
        platform=_platform(),
        nautilus_trader=engine,
        packages=packages,
    )


@cache
def _platform() -> str:
    return platform.platform()
