"""Which Python, which engine."""

import platform
import sys
from importlib import metadata

from quarterdeck.errors import QuarterdeckError
from quarterdeck.protocol import EnvironmentResult

PACKAGES = ("nautilus_trader", "msgspec", "pandas", "numpy", "pyarrow", "fsspec", "uvloop")


def versions() -> dict[str, str]:
    """Return the versions of the packages that shape a result, those that are installed."""
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
    packages = versions()
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
        platform=platform.platform(),
        nautilus_trader=engine,
        packages=packages,
    )
