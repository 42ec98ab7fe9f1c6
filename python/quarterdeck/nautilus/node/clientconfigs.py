"""Configs of our own data and execution clients, in the form the node's builder takes."""

from decimal import Decimal

from nautilus_trader.adapters.sandbox.config import SandboxExecutionClientConfig
from nautilus_trader.live.config import LiveDataClientConfig


class VenueConfig(SandboxExecutionClientConfig, frozen=True, kw_only=True):
    """The engine's sandbox config, when the trading day ends, and what fills cost where instruments do not say."""

    session_end: str = "00:00"
    session_timezone: str = "UTC"
    maker_fee: Decimal | None = None
    taker_fee: Decimal | None = None


class SyntheticConfig(LiveDataClientConfig, frozen=True):
    """What the feed is made from."""

    seed: int = 1
    interval_ms: float = 250
    prices: dict[str, str] | None = None
    instrument_ids: tuple[str, ...] = ()


class ReplayConfig(LiveDataClientConfig, frozen=True):
    """What the feed replays, and how fast."""

    catalog: str = ""
    wanted: tuple[tuple[str, str, str | None], ...] = ()
    start_ns: int | None = None
    end_ns: int | None = None
    speed: float = 1.0
