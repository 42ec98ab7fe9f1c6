"""The strategy under whose name orders of tools are placed."""

from nautilus_trader.trading.config import StrategyConfig
from nautilus_trader.trading.strategy import Strategy

DESK_ID = "DESK"
DESK_TAG = "000"


class Desk(Strategy):
    """Holds orders and positions of people and agents; does nothing by itself."""

    def __init__(self) -> None:
        super().__init__(
            StrategyConfig(strategy_id=DESK_ID, order_id_tag=DESK_TAG, log_events=False, log_commands=False)
        )
