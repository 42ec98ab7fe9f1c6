"""The simulated venues without the DEBUG lines that no log of ours keeps.

Corrects: `OrderMatchingEngine` asks whether there is a log at all, and if so writes out each datum and each fill for a
DEBUG line, which the log then drops because it keeps INFO and above. Quotes of a run then take a quarter more time.

The compiled module takes the function it asks from `nautilus_trader.common.component`, by the table that Cython has for
this, when it is imported. It alone is given one that says there is no log; every other line is logged as before.
"""

import ctypes
import importlib
import sys
from typing import Any

from quarterdeck.environment import versions

VERSIONS = ("1.231.0",)
ENGINE = "nautilus_trader.backtest.engine"
ASKED = "is_logging_initialized"
SIGNATURE = b"int (int __pyx_skip_dispatch)"
# These ask the same for lines that are kept, so they take the original.
OTHERS = (
    "nautilus_trader.common.actor",
    "nautilus_trader.accounting.manager",
    "nautilus_trader.execution.algorithm",
    "nautilus_trader.execution.emulator",
    "nautilus_trader.execution.manager",
)

_name = ctypes.create_string_buffer(SIGNATURE)


def import_engine() -> bool:
    """Import the engine so; return False where it was imported already or this is not known to hold."""
    if ENGINE in sys.modules or versions().get("nautilus_trader") not in VERSIONS:
        return False
    for module in OTHERS:
        importlib.import_module(module)
    table: dict[str, Any] = importlib.import_module("nautilus_trader.common.component").__pyx_capi__
    original = table.get(ASKED)
    if ENGINE in sys.modules or SIGNATURE.decode() not in repr(original):
        return False
    table[ASKED] = _always_zero()
    try:
        importlib.import_module(ENGINE)
    finally:
        table[ASKED] = original
    return True


def _always_zero() -> Any:
    """Return C's `abs` under that signature: compiled code passes 0, for "do not look for an override"."""
    library = ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)
    make = ctypes.pythonapi.PyCapsule_New
    make.restype = ctypes.py_object
    make.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    return make(ctypes.cast(library.abs, ctypes.c_void_p), ctypes.addressof(_name), None)
