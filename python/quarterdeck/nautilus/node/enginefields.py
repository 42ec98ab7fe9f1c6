"""Fields of NautilusTrader's own node config that a profile may set besides."""

import os
from typing import Any

import msgspec
from nautilus_trader.config import TradingNodeConfig
from nautilus_trader.live.config import LiveDataEngineConfig, LiveExecEngineConfig, LiveRiskEngineConfig

from quarterdeck.errors import QuarterdeckError, did_you_mean

TAKEN = (
    "cache",
    "message_bus",
    "data_engine",
    "risk_engine",
    "exec_engine",
    "portfolio",
    "emulator",
    "streaming",
    "catalogs",
    "load_state",
    "save_state",
    "timeout_connection",
    "timeout_reconciliation",
    "timeout_portfolio",
    "timeout_disconnection",
    "timeout_post_stop",
    "timeout_shutdown",
)


def engine_fields(values: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the fields as the engine reads them; what would take its checks away is refused."""
    for name in values:
        if name not in TAKEN:
            raise _invalid(
                f"A profile cannot set {name} here.{did_you_mean(name, TAKEN)}",
                f"It may set: {', '.join(TAKEN)}.",
                f"{path}.{name}",
            )
    risk = values.get("risk_engine")
    if isinstance(risk, dict) and risk.get("bypass"):
        raise _invalid(
            "The risk engine is bypassed in backtests only.", "Leave bypass out.", f"{path}.risk_engine.bypass"
        )
    values = {name: _with_password(value, f"{path}.{name}") for name, value in values.items()}
    try:
        config = TradingNodeConfig.parse(msgspec.json.encode(values))
    except (msgspec.ValidationError, ValueError, TypeError) as error:
        raise _invalid(f"{error}", "Correct the field.", path) from error
    return {name: getattr(config, name) for name in values}


def _with_password(value: Any, path: str) -> Any:
    """Return a config whose database gets its password from the environment, where `password_env` names it."""
    database = value.get("database") if isinstance(value, dict) else None
    if not isinstance(database, dict) or "password_env" not in database:
        return value
    rest = {name: each for name, each in database.items() if name != "password_env"}
    name = database["password_env"]
    if not isinstance(name, str) or rest.get("password") is not None:
        raise _invalid("The password is given by value or by name.", "Keep one.", f"{path}.database.password_env")
    if not (password := os.environ.get(name)):
        raise QuarterdeckError(
            "CREDENTIALS_MISSING",
            f"There is no value for {name}.",
            "Store it as a credential, or start the server with it set; from its environment REDIS_… names only.",
            path=f"{path}.database.password_env",
        )
    return {**value, "database": {**rest, "password": password}}


def gracefully(config: Any, **fields: Any) -> Any:
    """Return an engine's config with which an exception stops the node instead of ending its process."""
    return msgspec.structs.replace(config, graceful_shutdown_on_exception=True, **fields)


def engines(fields: dict[str, Any], *, rate: str, reconciles: bool) -> dict[str, Any]:
    """Return the configs of the three engines, a profile's own settings kept."""
    exec_engine = fields.get("exec_engine")
    return {
        "data_engine": gracefully(fields.get("data_engine") or LiveDataEngineConfig()),
        "risk_engine": gracefully(
            fields.get("risk_engine") or LiveRiskEngineConfig(max_order_submit_rate=rate, max_order_modify_rate=rate)
        ),
        # The engine gives an order up after some questions without an answer; here the venue has the last word.
        "exec_engine": gracefully(
            exec_engine or LiveExecEngineConfig(reconciliation=reconciles, inflight_check_interval_ms=0)
        ),
    }


def _invalid(message: str, next_step: str, path: str) -> QuarterdeckError:
    return QuarterdeckError("INVALID_CONFIG", message, next_step, path=path)
