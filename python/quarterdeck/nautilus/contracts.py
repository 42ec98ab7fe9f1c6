"""Templates of contracts: options, spreads, dated crypto, CFDs, commodities, indices, binary options and bets."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd
from nautilus_trader.model.enums import AssetClass, OptionKind
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.instruments import (
    BettingInstrument,
    BinaryOption,
    Cfd,
    Commodity,
    CryptoFuture,
    CryptoOption,
    FuturesSpread,
    IndexInstrument,
    Instrument,
    OptionContract,
    OptionSpread,
)
from nautilus_trader.model.instruments.betting import null_handicap
from nautilus_trader.model.objects import Price, Quantity

from quarterdeck.nautilus.templateoptions import TemplateOptions, split_pair

# The Options Clearing Corporation's symbols: SPY260116C00500000, the strike in thousandths.
OCC = re.compile(r"(?P<root>[A-Z0-9.]{1,6}) *(?P<day>\d{6})(?P<right>[CP])(?P<strike>\d{8})")
# Deribit's: BTC-29DEC23-40000-C.
DERIBIT = re.compile(r"(?P<root>[A-Z]+)(?:_[A-Z]+)?-(?P<day>\d{1,2}[A-Z]{3}\d{2})-(?P<strike>[\d.]+)-(?P<right>[CP])")
MARKET = re.compile(r"(?P<market>\d+-\d+)-(?P<selection>\d+)-(?P<handicap>None|-?[\d.]+)")


class _Terms(NamedTuple):
    underlying: str
    expiration: int
    strike: Decimal
    kind: OptionKind


def option(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    """Return an equity option: multiplier 100, expiring at the end of its day in UTC when its symbol says the day."""
    terms = _terms(instrument_id, options)
    precision = options.precision("price_precision", 2)
    return OptionContract(
        instrument_id=instrument_id,
        raw_symbol=instrument_id.symbol,
        asset_class=options.asset_class(AssetClass.EQUITY),
        currency=options.currency("USD"),
        price_precision=precision,
        price_increment=options.price_step(precision),
        multiplier=options.quantity("multiplier", "100"),
        lot_size=Quantity.from_int(1),
        underlying=terms.underlying,
        option_kind=terms.kind,
        strike_price=_price(terms.strike, precision),
        activation_ns=0,
        expiration_ns=terms.expiration,
        **options.costs(),
        ts_event=0,
        ts_init=0,
    )


def option_spread(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    """Return a spread of options traded as one."""
    return _spread(OptionSpread, instrument_id, options, AssetClass.EQUITY, "VERTICAL", "100")


def futures_spread(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    """Return a spread of futures traded as one."""
    return _spread(FuturesSpread, instrument_id, options, AssetClass.INDEX, "EQ", "1")


def crypto_future(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    """Return a dated future on a coin; its expiration must be said."""
    base, quote = split_pair(instrument_id.symbol.value.partition("_")[0], options)
    price, size = options.precision("price_precision", 1), options.precision("size_precision", 3)
    return CryptoFuture(
        instrument_id=instrument_id,
        raw_symbol=instrument_id.symbol,
        underlying=base,
        quote_currency=quote,
        settlement_currency=options.currency_of("settlement_currency", quote.code),
        is_inverse=options.flag("is_inverse"),
        activation_ns=0,
        expiration_ns=options.expiration(required=True),
        price_precision=price,
        size_precision=size,
        price_increment=options.price_step(price),
        size_increment=options.size_step(size),
        **options.costs("0.0002", "0.0005", "0.05", "0.025"),
        ts_event=0,
        ts_init=0,
    )


def crypto_option(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    """Return an option on a coin, settled in the coin as at Deribit unless said otherwise."""
    terms = _terms(instrument_id, options)
    price, size = options.precision("price_precision", 4), options.precision("size_precision", 1)
    coin = options.currency_of("underlying", terms.underlying)
    return CryptoOption(
        instrument_id=instrument_id,
        raw_symbol=instrument_id.symbol,
        underlying=coin,
        quote_currency=options.currency(coin.code),
        settlement_currency=options.currency_of("settlement_currency", coin.code),
        is_inverse=options.flag("is_inverse"),
        option_kind=terms.kind,
        strike_price=_price(terms.strike, max(0, -int(terms.strike.normalize().as_tuple().exponent))),
        activation_ns=0,
        expiration_ns=terms.expiration,
        price_precision=price,
        size_precision=size,
        price_increment=options.price_step(price),
        size_increment=options.size_step(size),
        **options.costs("0.0003", "0.0003"),
        ts_event=0,
        ts_init=0,
    )


def cfd(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    """Return a contract for difference."""
    return Cfd(**_plain(instrument_id, options, AssetClass.INDEX), **options.costs("0", "0", "0.05", "0.05"))


def commodity(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    """Return a spot commodity."""
    return Commodity(**_plain(instrument_id, options, AssetClass.COMMODITY), **options.costs("0", "0", "0.05", "0.05"))


def index(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    """Return an index: it has prices, and cannot be traded."""
    values = _plain(instrument_id, options, AssetClass.INDEX)
    currency = values.pop("quote_currency")
    del values["asset_class"]
    return IndexInstrument(**values, currency=currency)


def binary_option(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    """Return a contract that pays one or nothing."""
    price, size = options.precision("price_precision", 3), options.precision("size_precision", 2)
    costs = options.costs()
    return BinaryOption(
        instrument_id=instrument_id,
        raw_symbol=instrument_id.symbol,
        asset_class=options.asset_class(AssetClass.ALTERNATIVE),
        currency=options.currency("USD"),
        price_precision=price,
        size_precision=size,
        price_increment=options.price_step(price),
        size_increment=options.size_step(size),
        activation_ns=0,
        expiration_ns=options.expiration(required=False),
        maker_fee=costs["maker_fee"],
        taker_fee=costs["taker_fee"],
        ts_event=0,
        ts_init=0,
    )


def betting(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    """Return a bet of Betfair's, from an id such as 1-166564490-237491-None.BETFAIR."""
    found = MARKET.fullmatch(instrument_id.symbol.value)
    if found is None:
        raise ValueError("the id must be MARKET-SELECTION-HANDICAP such as 1-166564490-237491-None.BETFAIR")
    market = found["market"].replace("-", ".", 1)
    epoch = pd.Timestamp(datetime(1970, 1, 1, tzinfo=UTC))
    return BettingInstrument(
        venue_name=instrument_id.venue.value,
        event_type_id=0,
        event_type_name="",
        competition_id=0,
        competition_name="",
        event_id=0,
        event_name="",
        event_country_code="",
        event_open_date=epoch,
        betting_type="ODDS",
        market_id=market,
        market_name="",
        market_start_time=epoch,
        market_type="",
        selection_id=int(found["selection"]),
        selection_name="",
        currency=options.currency("GBP").code,
        selection_handicap=null_handicap() if found["handicap"] == "None" else float(found["handicap"]),
        price_precision=2,
        size_precision=2,
        ts_event=0,
        ts_init=0,
    )


def _spread(
    kind: Any, instrument_id: InstrumentId, options: TemplateOptions, asset_class: AssetClass, strategy: str, size: str
) -> Instrument:
    precision = options.precision("price_precision", 2)
    spread: Instrument = kind(
        instrument_id=instrument_id,
        raw_symbol=instrument_id.symbol,
        asset_class=options.asset_class(asset_class),
        currency=options.currency("USD"),
        price_precision=precision,
        price_increment=options.price_step(precision),
        multiplier=options.quantity("multiplier", size),
        lot_size=Quantity.from_int(1),
        underlying=options.text("underlying", instrument_id.symbol.value),
        strategy_type=options.text("strategy_type", strategy),
        activation_ns=0,
        expiration_ns=options.expiration(required=False),
        **options.costs(),
        ts_event=0,
        ts_init=0,
    )
    return spread


def _plain(instrument_id: InstrumentId, options: TemplateOptions, asset_class: AssetClass) -> dict[str, Any]:
    price, size = options.precision("price_precision", 2), options.precision("size_precision", 0)
    return {
        "instrument_id": instrument_id,
        "raw_symbol": instrument_id.symbol,
        "asset_class": options.asset_class(asset_class),
        "quote_currency": options.currency("USD"),
        "price_precision": price,
        "size_precision": size,
        "price_increment": options.price_step(price),
        "size_increment": options.size_step(size),
        "ts_event": 0,
        "ts_init": 0,
    }


def _terms(instrument_id: InstrumentId, options: TemplateOptions) -> _Terms:
    """Return what an option is on, from its symbol where that follows a rule, else from the fields."""
    symbol = instrument_id.symbol.value
    occ, deribit = OCC.fullmatch(symbol), DERIBIT.fullmatch(symbol)
    found = occ or deribit
    pattern = "%y%m%d" if occ else "%d%b%y"
    day = None if found is None else datetime.strptime(found["day"], pattern).replace(tzinfo=UTC)
    if occ:
        strike: str | None = str(Decimal(occ["strike"]) / 1000)
    else:
        strike = None if found is None else found["strike"]
    right = options.text("right", "" if found is None else {"C": "CALL", "P": "PUT"}[found["right"]])
    if right not in ("CALL", "PUT"):
        raise ValueError('right must be "CALL" or "PUT"')
    # Deribit's options expire at 08:00 UTC; of others only the day is known, and it is taken to its end.
    hour = pd.Timedelta(hours=8) if deribit else pd.Timedelta(days=1)
    known = None if day is None else int((pd.Timestamp(day) + hour).value)
    return _Terms(
        options.text("underlying", "" if found is None else found["root"]),
        options.expiration(required=True, known=known),
        options.decimal("strike", strike or ""),
        OptionKind.CALL if right == "CALL" else OptionKind.PUT,
    )


def _price(value: Decimal, precision: int) -> Price:
    return Price.from_str(f"{value:.{precision}f}")
