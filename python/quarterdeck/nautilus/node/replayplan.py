"""What a replay plays: series of a catalog, their instruments, and venues for those."""

from typing import NamedTuple

from nautilus_trader.model.instruments import Instrument

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.message import given
from quarterdeck.moments import optional_time
from quarterdeck.nautilus.catalog import Catalog, Holding
from quarterdeck.nautilus.node.clientconfigs import ReplayConfig
from quarterdeck.protocol import ReplayFeed, ReplayItem, SimulatedVenue

BALANCE = "1000000"
LEVERAGE = "10"


class ReplayPlan(NamedTuple):
    """The feed's config and the instruments whose data it has."""

    config: ReplayConfig
    instruments: list[Instrument]


def plan_replay(feed: ReplayFeed, catalog: Catalog, instruments: list[Instrument]) -> ReplayPlan:
    """Choose what to replay: what is asked for, else all there is of the node's instruments."""
    known = {str(instrument.id): instrument for instrument in [*catalog.instruments(), *instruments]}
    holdings = [holding for holding in catalog.holdings() if holding.instrument_id in known]
    items = given(feed.data, [])
    chosen = [
        holding for index, item in enumerate(items) for holding in _matching(item, holdings, f"feed.data[{index}]")
    ]
    if not items:
        names = {str(instrument.id) for instrument in instruments}
        chosen = [holding for holding in holdings if not names or holding.instrument_id in names]
    if not chosen:
        raise QuarterdeckError(
            "NO_DATA",
            f"The catalog at {catalog.location} has nothing to replay.",
            "Import data with import_data, or name another catalog.",
            path="feed.catalog",
        )
    start, end = given(feed.start), given(feed.end)
    config = ReplayConfig(
        catalog=catalog.location,
        wanted=tuple((each.data_type, each.instrument_id, each.bar_type) for each in chosen),
        start_ns=optional_time(start, "feed.start"),
        end_ns=optional_time(end, "feed.end"),
        speed=given(feed.speed, 1.0),
    )
    played = {each.instrument_id for each in chosen} | {str(instrument.id) for instrument in instruments}
    return ReplayPlan(config, [known[name] for name in sorted(played)])


def default_venues(instruments: list[Instrument]) -> list[SimulatedVenue]:
    """Return a venue for each instrument, with money in what it is paid in."""
    currencies: dict[str, set[str]] = {}
    for instrument in instruments:
        currencies.setdefault(str(instrument.id.venue), set()).add(instrument.get_cost_currency().code)
    return [
        SimulatedVenue(
            name=name,
            starting_balances=[f"{BALANCE} {code}" for code in sorted(codes)],
            default_leverage=LEVERAGE,
        )
        for name, codes in sorted(currencies.items())
    ]


def _matching(item: ReplayItem, holdings: list[Holding], path: str) -> list[Holding]:
    bar_type = given(item.bar_type)
    found = [
        each
        for each in holdings
        if each.data_type == item.data_type
        and each.instrument_id == item.instrument_id
        and bar_type in (None, each.bar_type)
    ]
    if found:
        return found
    names = sorted({each.instrument_id for each in holdings})
    raise QuarterdeckError(
        "NO_DATA",
        f"The catalog has no {item.data_type} of {bar_type or item.instrument_id}."
        f"{did_you_mean(item.instrument_id, names)}",
        "list_data shows what there is.",
        path=path,
    )
