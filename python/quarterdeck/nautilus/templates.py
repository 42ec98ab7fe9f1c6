"""Instruments made from little, by the conventions of NautilusTrader's own test kit."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from nautilus_trader.model.enums import AssetClass
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.instruments import (
    CryptoPerpetual,
    CurrencyPair,
    Equity,
    FuturesContract,
    Instrument,
)
from nautilus_trader.model.objects import Currency, Money, Quantity

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.nautilus import contracts, cryptospreads
from quarterdeck.nautilus.identifiers import parse_currency, parse_instrument_id
from quarterdeck.nautilus.synthetics import is_synthetic
from quarterdeck.nautilus.templateoptions import NEVER, OVERRIDES, TemplateOptions, invalid_template, split_pair
from quarterdeck.protocol import Warning

type Maker = Callable[[InstrumentId, TemplateOptions], Instrument]


def from_template(spec: dict[str, Any], path: str) -> tuple[Instrument, Warning]:
    """Return an instrument and the warning that names what was assumed for it."""
    name = spec["template"]
    if is_synthetic(spec):
        raise QuarterdeckError(
            "UNSUPPORTED",
            "A synthetic instrument has no data of its own and no place in a catalog.",
            "Give it to run_backtest in instruments, beside the data of its components.",
            path=path,
        )
    if name not in MAKERS:
        raise invalid_template(f'there is no template "{name}".{did_you_mean(str(name), MAKERS)}', f"{path}.template")
    for key in spec:
        if key not in ("template", "id", *OVERRIDES):
            raise invalid_template(f"a template has no field {key}.{did_you_mean(key, OVERRIDES)}", f"{path}.{key}")
    if not isinstance(spec.get("id"), str):
        raise invalid_template("id is missing", f"{path}.id")
    instrument_id = parse_instrument_id(spec["id"], f"{path}.id")
    try:
        instrument = MAKERS[name](instrument_id, TemplateOptions(spec, path))
    except (ValueError, ArithmeticError) as error:
        raise invalid_template(str(error), path) from error
    return instrument, Warning(
        code="INSTRUMENT_ASSUMED",
        message=f"{instrument.id} was made from the template {name}: {_assumptions(instrument)}.",
        next_step="Give the instrument's real definition in to_dict() form where this matters.",
    )


def _fx(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    symbol = instrument_id.symbol.value
    if len(symbol) not in (6, 7):
        raise invalid_template(f'"{symbol}" is no currency pair such as EUR/USD', f"{options.path}.id")
    base = parse_currency(symbol[:3], f"{options.path}.id")
    quote = parse_currency(symbol[-3:], f"{options.path}.id")
    is_yen = quote.code == "JPY"
    price_precision = options.precision("price_precision", 3 if is_yen else 5)
    dollars = Currency.from_str("USD")
    standard = price_precision == (3 if is_yen else 5)
    return CurrencyPair(
        instrument_id=instrument_id,
        raw_symbol=instrument_id.symbol,
        base_currency=base,
        quote_currency=quote,
        price_precision=price_precision,
        size_precision=options.precision("size_precision", 0),
        price_increment=options.price_step(price_precision),
        size_increment=options.size_step(options.precision("size_precision", 0)),
        lot_size=Quantity.from_str("1000"),
        max_quantity=Quantity.from_str("1e7"),
        min_quantity=Quantity.from_str("1000"),
        max_price=None,
        min_price=None,
        max_notional=Money(50_000_000.00, dollars),
        min_notional=Money(1_000.00, dollars),
        margin_init=Decimal("0.03"),
        margin_maint=Decimal("0.03"),
        maker_fee=options.decimal("maker_fee", "0.00002"),
        taker_fee=options.decimal("taker_fee", "0.00002"),
        tick_scheme_name=("FOREX_3DECIMAL" if is_yen else "FOREX_5DECIMAL") if standard else None,
        ts_event=0,
        ts_init=0,
    )


def _equity(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    precision = options.precision("price_precision", 2)
    return Equity(
        instrument_id=instrument_id,
        raw_symbol=instrument_id.symbol,
        currency=options.currency("USD"),
        price_precision=precision,
        price_increment=options.price_step(precision),
        lot_size=Quantity.from_int(100),
        maker_fee=options.decimal("maker_fee", "0"),
        taker_fee=options.decimal("taker_fee", "0"),
        ts_event=0,
        ts_init=0,
    )


def _crypto(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    base, quote = split_pair(instrument_id.symbol.value.removesuffix("-PERP"), options)
    price, size = options.precision("price_precision", 2), options.precision("size_precision", 6)
    return CurrencyPair(
        instrument_id=instrument_id,
        raw_symbol=instrument_id.symbol,
        base_currency=base,
        quote_currency=quote,
        price_precision=price,
        size_precision=size,
        price_increment=options.price_step(price),
        size_increment=options.size_step(size),
        maker_fee=options.decimal("maker_fee", "0.001"),
        taker_fee=options.decimal("taker_fee", "0.001"),
        ts_event=0,
        ts_init=0,
    )


def _perpetual(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    base, quote = split_pair(instrument_id.symbol.value.removesuffix("-PERP"), options)
    price, size = options.precision("price_precision", 1), options.precision("size_precision", 3)
    return CryptoPerpetual(
        instrument_id=instrument_id,
        raw_symbol=instrument_id.symbol,
        base_currency=base,
        quote_currency=quote,
        settlement_currency=quote,
        is_inverse=False,
        price_precision=price,
        size_precision=size,
        price_increment=options.price_step(price),
        size_increment=options.size_step(size),
        margin_init=Decimal("0.05"),
        margin_maint=Decimal("0.025"),
        maker_fee=options.decimal("maker_fee", "0.0002"),
        taker_fee=options.decimal("taker_fee", "0.0005"),
        ts_event=0,
        ts_init=0,
    )


def _future(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    precision = options.precision("price_precision", 2)
    return FuturesContract(
        instrument_id=instrument_id,
        raw_symbol=instrument_id.symbol,
        asset_class=options.asset_class(AssetClass.INDEX),
        currency=options.currency("USD"),
        price_precision=precision,
        price_increment=options.price_step(precision),
        multiplier=options.quantity("multiplier", "1"),
        lot_size=Quantity.from_int(1),
        underlying=options.text("underlying", instrument_id.symbol.value),
        activation_ns=0,
        expiration_ns=options.expiration(required=False),
        maker_fee=options.decimal("maker_fee", "0"),
        taker_fee=options.decimal("taker_fee", "0"),
        ts_event=0,
        ts_init=0,
    )


def _assumptions(instrument: Instrument) -> str:
    parts = [
        f"prices to {instrument.price_increment}",
        f"sizes to {instrument.size_increment}",
        f"multiplier {instrument.multiplier}",
        f"fees {instrument.maker_fee} maker, {instrument.taker_fee} taker",
        f"margin {instrument.margin_init}",
        f"currency {instrument.quote_currency}",
    ]
    expiration = getattr(instrument, "expiration_ns", None)
    if expiration == NEVER:
        parts.append("no expiration")
    return ", ".join(parts)


MAKERS: dict[str, Maker] = {
    "fx": _fx,
    "equity": _equity,
    "crypto": _crypto,
    "crypto_perpetual": _perpetual,
    "future": _future,
    "option": contracts.option,
    "futures_spread": contracts.futures_spread,
    "option_spread": contracts.option_spread,
    "crypto_future": contracts.crypto_future,
    "crypto_futures_spread": cryptospreads.futures_spread,
    "crypto_option_spread": cryptospreads.option_spread,
    "perpetual": cryptospreads.perpetual,
    "tokenized_asset": cryptospreads.tokenized_asset,
    "crypto_option": contracts.crypto_option,
    "cfd": contracts.cfd,
    "commodity": contracts.commodity,
    "index": contracts.index,
    "binary_option": contracts.binary_option,
    "betting": contracts.betting,
}
