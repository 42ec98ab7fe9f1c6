# Generated from server/protocol by scripts/generateProtocol.ts; do not edit.
"""The tables of the contract: methods, notifications, error codes."""

from typing import Final

from quarterdeck import protocol
from quarterdeck.message import Message

VERSION: Final = 1

ERROR: Final = -32000

METHODS: Final[dict[str, tuple[str, type[Message], type[Message]]]] = {
    "environment": ("query", protocol.EnvironmentParams, protocol.EnvironmentResult),
    "list_strategies": ("query", protocol.ListStrategiesParams, protocol.ListStrategiesResult),
    "list_data": ("query", protocol.ListDataParams, protocol.ListDataResult),
    "query_data": ("query", protocol.QueryDataParams, protocol.QueryDataResult),
    "get_instrument": ("query", protocol.GetInstrumentParams, protocol.GetInstrumentResult),
    "find_instruments": ("query", protocol.FindInstrumentsParams, protocol.FindInstrumentsResult),
    "check_data": ("run", protocol.CheckDataParams, protocol.CheckDataResult),
    "import_data": ("run", protocol.ImportDataParams, protocol.ImportDataResult),
    "read_frame": ("query", protocol.ReadFrameParams, protocol.ReadFrameResult),
    "check_strategy": ("run", protocol.CheckStrategyParams, protocol.CheckStrategyResult),
    "export_run": ("query", protocol.ExportRunParams, protocol.ExportResult),
    "export_script": ("run", protocol.ExportScriptParams, protocol.ExportResult),
    "run_backtest": ("run", protocol.RunBacktestParams, protocol.RunBacktestResult),
}

NOTIFICATIONS: Final[dict[str, type[Message]]] = {
    "ready": protocol.Ready,
    "heartbeat": protocol.Heartbeat,
    "progress": protocol.Progress,
    "log": protocol.LogLine,
}

FRAMES: Final = ("orders", "fills", "positions", "trades", "account", "equity")

ERROR_TYPES: Final[dict[str, str]] = {
    "INVALID_ARGUMENTS": "validation",
    "UNSAFE_INTEGER": "validation",
    "UNKNOWN_TOOL": "validation",
    "UNKNOWN_RESOURCE": "validation",
    "PATH_OUTSIDE_WORKSPACE": "validation",
    "FILE_NOT_FOUND": "validation",
    "FILE_UNREADABLE": "validation",
    "FILE_EMPTY": "validation",
    "FILE_EXISTS": "validation",
    "BUNDLE_INVALID": "validation",
    "FILE_UNWRITABLE": "environment",
    "COLUMNS_MISSING": "validation",
    "VALUE_UNREADABLE": "validation",
    "DATA_UNSORTED": "validation",
    "DATA_DUPLICATE_TIMES": "validation",
    "DATA_MIXED_PRECISION": "validation",
    "DATA_OUT_OF_RANGE": "validation",
    "NO_DATA": "validation",
    "CATALOG_NOT_FOUND": "validation",
    "CATALOG_CONFLICT": "validation",
    "CATALOG_PRECISION": "validation",
    "CATALOG_UNWRITABLE": "environment",
    "DEFINITIONS_MISSING": "validation",
    "UNKNOWN_INSTRUMENT": "validation",
    "INVALID_INSTRUMENT": "validation",
    "INVALID_BAR_TYPE": "validation",
    "INVALID_IDENTIFIER": "validation",
    "VENUE_MISMATCH": "validation",
    "UNKNOWN_CURRENCY": "validation",
    "INVALID_BALANCE": "validation",
    "INVALID_TIME_RANGE": "validation",
    "INVALID_CONFIG": "validation",
    "UNKNOWN_SOURCE": "validation",
    "WRONG_CLASS": "validation",
    "UNSUPPORTED": "validation",
    "RUN_NOT_FOUND": "validation",
    "RUN_NOT_FINISHED": "validation",
    "READ_ONLY": "validation",
    "STRATEGY_IMPORT_FAILED": "strategy",
    "STRATEGY_RAISED": "strategy",
    "STRATEGY_EXITED": "strategy",
    "SCRIPT_FAILED": "strategy",
    "SCRIPT_WITHOUT_RUN": "strategy",
    "ENGINE_REFUSED": "strategy",
    "ENGINE_ABORTED": "system",
    "ENGINE_LOST": "system",
    "ENGINE_UNRESPONSIVE": "system",
    "ENGINE_CONTRACT": "system",
    "ENGINE_RESTARTS": "system",
    "OUT_OF_MEMORY": "system",
    "RUN_TIMEOUT": "system",
    "CANCELLED": "cancelled",
    "BUSY": "system",
    "INTERNAL": "system",
    "SERVER_UNREACHABLE": "connection",
    "NO_PYTHON": "environment",
    "PYTHON_UNSUPPORTED": "environment",
    "ENGINE_NOT_INSTALLED": "environment",
    "PLATFORM_UNSUPPORTED": "environment",
    "DISK_FULL": "environment",
    "PACKAGE_MISSING": "environment",
    "NO_NETWORK": "environment",
    "SETUP_FAILED": "environment",
}
