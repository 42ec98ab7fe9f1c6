"""Instruments made from little, by the conventions of NautilusTrader's own test kit."""

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
from nautilus_trader.model.objects import Currency, Money, Price, Quantity

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.nautilus.convert import parse_time
from quarterdeck.nautilus.identifiers import parse_currency, parse_instrument_id
from quarterdeck.protocol import Warning

TEMPLATES = ("fx", "equity", "crypto", "crypto_perpetual", "future")
OVERRIDES = (
    "price_precision",
    "size_precision",
    "currency",
    "multiplier",
    "maker_fee",
    "taker_fee",
    "expiration",
)
QUOTES = ("USDT", "USDC", "FDUSD", "BUSD", "TUSD", "USD", "EUR", "GBP", "JPY", "BTC", "ETH", "BNB")
# 2100-01-01: a contract that does not expire within any data.
NEVER = 4_102_444_800_000_000_000


def from_template(spec: dict[str, Any], path: str) -> tuple[Instrument, Warning]:
    """Return an instrument and the warning that names what was assumed for it."""
    name = spec["template"]
    if name not in TEMPLATES:
        raise _invalid(f'there is no template "{name}".{did_you_mean(str(name), TEMPLATES)}', f"{path}.template")
    for key in spec:
        if key not in ("template", "id", *OVERRIDES):
            raise _invalid(f"a template has no field {key}.{did_you_mean(key, OVERRIDES)}", f"{path}.{key}")
    if not isinstance(spec.get("id"), str):
        raise _invalid("id is missing", f"{path}.id")
    instrument_id = parse_instrument_id(spec["id"], f"{path}.id")
    maker = {
        "fx": _fx,
        "equity": _equity,
        "crypto": _crypto,
        "crypto_perpetual": _perpetual,
        "future": _future,
    }
    try:
        instrument = maker[name](instrument_id, _Options(spec, path))
    except (ValueError, ArithmeticError) as error:
        raise _invalid(str(error), path) from error
    return instrument, Warning(
        code="INSTRUMENT_ASSUMED",
        message=f"{instrument.id} was made from the template {name}: {_assumptions(instrument)}.",
        next_step="Give the instrument's real definition in to_dict() form where this matters.",
    )


class _Options:
    """What a spec says beyond its template and id."""

    def __init__(self, spec: dict[str, Any], path: str) -> None:
        self._spec = spec
        self.path = path

    def precision(self, name: str, default: int) -> int:
        value = self._spec.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 9:
            raise _invalid(f"{name} must be a whole number from 0 to 9", f"{self.path}.{name}")
        return value

    def decimal(self, name: str, default: str) -> Decimal:
        value = self._spec.get(name, default)
        if not isinstance(value, str):
            raise _invalid(f"{name} must be a decimal as a string", f"{self.path}.{name}")
        return Decimal(value)

    def currency(self, default: str) -> Currency:
        return parse_currency(str(self._spec.get("currency", default)), f"{self.path}.currency")

    def expiration(self) -> int:
        value = self._spec.get("expiration")
        return NEVER if value is None else parse_time(str(value), f"{self.path}.expiration")


def _fx(instrument_id: InstrumentId, options: _Options) -> Instrument:
    symbol = instrument_id.symbol.value
    if len(symbol) not in (6, 7):
        raise _invalid(f'"{symbol}" is no currency pair such as EUR/USD', f"{options.path}.id")
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
        price_increment=_step_price(price_precision),
        size_increment=_step_quantity(options.precision("size_precision", 0)),
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


def _equity(instrument_id: InstrumentId, options: _Options) -> Instrument:
    precision = options.precision("price_precision", 2)
    return Equity(
        instrument_id=instrument_id,
        raw_symbol=instrument_id.symbol,
        currency=options.currency("USD"),
        price_precision=precision,
        price_increment=_step_price(precision),
        lot_size=Quantity.from_int(100),
        maker_fee=options.decimal("maker_fee", "0"),
        taker_fee=options.decimal("taker_fee", "0"),
        ts_event=0,
        ts_init=0,
    )


def _crypto(instrument_id: InstrumentId, options: _Options) -> Instrument:
    base, quote = _pair(instrument_id, options)
    price, size = options.precision("price_precision", 2), options.precision("size_precision", 6)
    return CurrencyPair(
        instrument_id=instrument_id,
        raw_symbol=instrument_id.symbol,
        base_currency=base,
        quote_currency=quote,
        price_precision=price,
        size_precision=size,
        price_increment=_step_price(price),
        size_increment=_step_quantity(size),
        maker_fee=options.decimal("maker_fee", "0.001"),
        taker_fee=options.decimal("taker_fee", "0.001"),
        ts_event=0,
        ts_init=0,
    )


def _perpetual(instrument_id: InstrumentId, options: _Options) -> Instrument:
    base, quote = _pair(instrument_id, options)
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
        price_increment=_step_price(price),
        size_increment=_step_quantity(size),
        margin_init=Decimal("0.05"),
        margin_maint=Decimal("0.025"),
        maker_fee=options.decimal("maker_fee", "0.0002"),
        taker_fee=options.decimal("taker_fee", "0.0005"),
        ts_event=0,
        ts_init=0,
    )


def _future(instrument_id: InstrumentId, options: _Options) -> Instrument:
    precision = options.precision("price_precision", 2)
    return FuturesContract(
        instrument_id=instrument_id,
        raw_symbol=instrument_id.symbol,
        asset_class=AssetClass.INDEX,
        currency=options.currency("USD"),
        price_precision=precision,
        price_increment=_step_price(precision),
        multiplier=Quantity.from_str(format(options.decimal("multiplier", "1"), "f")),
        lot_size=Quantity.from_int(1),
        underlying=instrument_id.symbol.value,
        activation_ns=0,
        expiration_ns=options.expiration(),
        maker_fee=options.decimal("maker_fee", "0"),
        taker_fee=options.decimal("taker_fee", "0"),
        ts_event=0,
        ts_init=0,
    )


def _pair(instrument_id: InstrumentId, options: _Options) -> tuple[Currency, Currency]:
    symbol = instrument_id.symbol.value.removesuffix("-PERP")
    for separator in ("/", "-", "_"):
        base, found, quote = symbol.partition(separator)
        if found:
            return parse_currency(base, f"{options.path}.id"), parse_currency(quote, f"{options.path}.id")
    for quote in QUOTES:
        if symbol.endswith(quote) and symbol != quote:
            base = symbol.removesuffix(quote)
            return parse_currency(base, f"{options.path}.id"), parse_currency(quote, f"{options.path}.id")
    raise _invalid(f'"{symbol}" is no pair such as BTCUSDT or BTC/USDT', f"{options.path}.id")


def _step_price(precision: int) -> Price:
    return Price(10**-precision, precision)


def _step_quantity(precision: int) -> Quantity:
    return Quantity(10**-precision, precision)


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


def _invalid(what: str, path: str) -> QuarterdeckError:
    return QuarterdeckError(
        "INVALID_INSTRUMENT",
        f"This template gives no instrument: {what.rstrip('.')}.",
        'Write {"template": "' + "|".join(TEMPLATES) + '", "id": "SYMBOL.VENUE"}.',
        path=path,
    )
