"""Market data a node is asked to follow, and instruments it is given."""

from typing import Any

from nautilus_trader.common.providers import InstrumentProvider
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import BookType
from nautilus_trader.model.identifiers import ClientId, InstrumentId
from nautilus_trader.model.instruments import Instrument

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.message import given
from quarterdeck.nautilus.identifiers import check_identifier, parse_bar_type
from quarterdeck.nautilus.instruments import Instruments, as_dict
from quarterdeck.nautilus.node.desk import Desk
from quarterdeck.nautilus.node.known import known_instrument
from quarterdeck.nautilus.node.synthetic import SyntheticClient
from quarterdeck.protocol import (
    LoadInstrumentsParams,
    LoadInstrumentsResult,
    MarketDataKind,
    SubscribeMarketDataParams,
    SubscribeMarketDataResult,
)

BOOK_LEVELS = 10


class Subscriptions:
    """What the desk follows."""

    def __init__(self, kernel: Any, desk: Desk) -> None:
        self._cache = kernel.cache
        self._data_engine = kernel.data_engine
        self._desk = desk
        self._followed: dict[InstrumentId, set[str]] = {}

    def subscribe(self, params: SubscribeMarketDataParams) -> SubscribeMarketDataResult:
        """Follow data of an instrument from now on."""
        return self._change(params, follow=True)

    def unsubscribe(self, params: SubscribeMarketDataParams) -> SubscribeMarketDataResult:
        """Follow them no longer."""
        return self._change(params, follow=False)

    def of(self, instrument_id: InstrumentId) -> list[str]:
        """Return what is followed of an instrument."""
        return sorted(self._followed.get(instrument_id, ()))

    async def load(self, params: LoadInstrumentsParams, known: Instruments) -> LoadInstrumentsResult:
        """Add instruments, or put a new definition in the place of an old one."""
        before = {str(instrument.id): _definition(instrument) for instrument in self._cache.instruments()}
        found: list[Instrument] = []
        if (venue := given(params.venue)) is not None:
            found = await self._load_from(venue, params)
        else:
            for index, spec in enumerate(given(params.instruments, [])):
                found += known.resolve_all(spec, f"instruments[{index}]")
        if not found and venue is None:
            raise QuarterdeckError(
                "INVALID_ARGUMENTS", "No instrument is named.", "Give instruments or venue.", path="instruments"
            )
        for instrument in found:
            self._cache.add_instrument(instrument)
            # Venues in the node learn of an instrument where they learn of prices.
            self._data_engine.process(instrument)
            for client in self._clients().values():
                if isinstance(client, SyntheticClient):
                    client.add(instrument)
        names = [str(instrument.id) for instrument in found]
        return LoadInstrumentsResult(
            loaded=[name for name in names if name not in before],
            updated=[
                str(each.id) for each in found if before.get(str(each.id), _definition(each)) != _definition(each)
            ],
            warnings=known.warnings,
        )

    async def _load_from(self, venue: str, params: LoadInstrumentsParams) -> list[Instrument]:
        # Every live client has one; not every adapter shows it by a name without the underscore.
        providers = {name: getattr(client, "_instrument_provider", None) for name, client in self._clients().items()}
        able = {name: provider for name, provider in providers.items() if _loads(provider)}
        provider = able.get(venue)
        if provider is None:
            raise QuarterdeckError(
                "VENUE_NOT_CONNECTED",
                f'No data client "{venue}" can load instruments.{did_you_mean(venue, able)}',
                f"There are: {', '.join(able) or 'none'}.",
                path="venue",
            )
        filters, specs = given(params.filters), given(params.instruments, [])
        ids = [InstrumentId.from_str(spec) for spec in specs if isinstance(spec, str)]
        if ids:
            await provider.load_ids_async(ids, filters)
        else:
            await provider.load_all_async(filters)
        found: list[Instrument] = [instrument for instrument in provider.list_all() if not ids or instrument.id in ids]
        missing = set(ids) - {instrument.id for instrument in found}
        if missing:
            raise QuarterdeckError(
                "UNKNOWN_INSTRUMENT",
                f"{venue} has no {', '.join(sorted(map(str, missing)))}.",
                "Use the venue's own symbols.",
                path="instruments",
            )
        return found

    def _clients(self) -> dict[str, Any]:
        return {str(name): client for name, client in self._data_engine._clients.items()}

    def _change(self, params: SubscribeMarketDataParams, *, follow: bool) -> SubscribeMarketDataResult:
        instrument = known_instrument(self._cache, params.instrument_id, "instrument_id")
        followed = self._followed.setdefault(instrument.id, set())
        client = given(params.client_id)
        client_id = None if client is None else ClientId(check_identifier(client, "client_id", "client id"))
        for kind in given(params.kinds, [MarketDataKind.quotes]):
            name = str(self._bar_type(params, instrument)) if kind == MarketDataKind.bars else str(kind)
            if (name in followed) == follow:
                continue
            self._ask(kind, instrument.id, params, client_id, follow=follow)
            (followed.add if follow else followed.discard)(name)
        return SubscribeMarketDataResult(instrument_id=str(instrument.id), subscriptions=self.of(instrument.id))

    def _ask(
        self,
        kind: MarketDataKind,
        instrument_id: InstrumentId,
        params: SubscribeMarketDataParams,
        client_id: ClientId | None,
        *,
        follow: bool,
    ) -> None:
        verb = "subscribe" if follow else "unsubscribe"
        desk: Any = self._desk
        if kind == MarketDataKind.quotes:
            getattr(desk, f"{verb}_quote_ticks")(instrument_id, client_id=client_id)
        elif kind == MarketDataKind.trades:
            getattr(desk, f"{verb}_trade_ticks")(instrument_id, client_id=client_id)
        elif kind == MarketDataKind.bars:
            getattr(desk, f"{verb}_bars")(self._bar_type(params, self._cache.instrument(instrument_id)))
        elif follow:
            desk.subscribe_order_book_deltas(
                instrument_id, BookType.L2_MBP, depth=given(params.depth, BOOK_LEVELS), client_id=client_id
            )
        else:
            desk.unsubscribe_order_book_deltas(instrument_id, client_id=client_id)

    def _bar_type(self, params: SubscribeMarketDataParams, instrument: Instrument) -> BarType:
        text = given(params.bar_type)
        if text is None:
            raise QuarterdeckError(
                "INVALID_BAR_TYPE",
                "Which bars?",
                f'Give bar_type, for example "{instrument.id}-1-MINUTE-MID-INTERNAL".',
                path="bar_type",
            )
        bar_type = parse_bar_type(text, "bar_type")
        if bar_type.instrument_id != instrument.id:
            raise QuarterdeckError(
                "INVALID_BAR_TYPE", f"{text} are bars of another instrument.", "Name the same one.", path="bar_type"
            )
        return bar_type


def _loads(provider: Any) -> bool:
    """Say whether there is more to a provider than the engine's own, which cannot load."""
    return provider is not None and type(provider).load_all_async is not InstrumentProvider.load_all_async


def _definition(instrument: Instrument) -> dict[str, Any]:
    """Return what an instrument is; when it was said to be so is no part of that."""
    return {name: value for name, value in as_dict(instrument).items() if name not in ("ts_event", "ts_init")}
