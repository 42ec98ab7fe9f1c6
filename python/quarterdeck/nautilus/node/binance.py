"""Binance's spot client with what it does wrong about positions put right, so that they equal the venue's ledger.

* It asks for orders and fills of symbols alone that have an open order, so what was bought and is held is forgotten.
  Here every symbol counts whose base asset the account holds.
* It reports FLAT for every instrument asked about, though spot has no positions to report, and the engine then makes
  up a fill that closes what was restored. Here it reports nothing.
"""

import nautilus_trader.adapters.binance.factories as factories
from nautilus_trader.adapters.binance.spot.execution import BinanceSpotExecutionClient
from nautilus_trader.execution.messages import GeneratePositionStatusReports
from nautilus_trader.execution.reports import PositionStatusReport

from quarterdeck.nautilus.corrections import apply_here

MOST = 40
"""Symbols asked about at most: each costs two requests of weight 20, of 6000 a minute."""


class SpotClient(BinanceSpotExecutionClient):
    """Restores positions from the account's own orders and trades: the last 1000 and 500 of each symbol."""

    async def _get_binance_active_position_symbols(self, symbol: str | None = None) -> set[str]:
        if symbol is not None:
            return {symbol}
        account = await self._spot_http_account.query_spot_account_info()
        held = {row.asset for row in account.balances if float(row.free) + float(row.locked) > 0}
        found = {
            instrument.raw_symbol.value
            for instrument in self._instrument_provider.list_all()
            if str(instrument.base_currency) in held
        }
        if len(found) <= MOST:
            return found
        self._log.error(
            f"Positions are not restored: {len(found)} symbols are of assets held, more than {MOST}. "
            "Name those traded in instrument_provider.load_ids."
        )
        return set()

    async def generate_position_status_reports(
        self, command: GeneratePositionStatusReports
    ) -> list[PositionStatusReport]:
        """Report nothing: what is held follows from the fills."""
        return []


def correct() -> None:
    """Make the adapter's factory build the corrected client, on engines it was proved on."""
    if apply_here():
        factories.BinanceSpotExecutionClient = SpotClient
