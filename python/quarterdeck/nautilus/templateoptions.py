"""What a template may be told beside its id, read strictly."""

from decimal import Decimal, InvalidOperation
from typing import Any

from nautilus_trader.model.enums import AssetClass
from nautilus_trader.model.objects import Currency, Price, Quantity

from quarterdeck.errors import QuarterdeckError
from quarterdeck.moments import parse_time
from quarterdeck.nautilus.identifiers import parse_currency

OVERRIDES = (
    "price_precision", "size_precision", "price_increment", "currency", "multiplier", "maker_fee", "taker_fee",
    "margin_init", "margin_maint", "expiration", "underlying", "strike", "right", "asset_class", "strategy_type",
    "settlement_currency", "is_inverse",
)  # fmt: skip
QUOTES = ("USDT", "USDC", "FDUSD", "BUSD", "TUSD", "USD", "EUR", "GBP", "JPY", "BTC", "ETH", "BNB")
# 2100-01-01: a contract that does not expire within any data.
NEVER = 4_102_444_800_000_000_000


class TemplateOptions:
    """What a spec says beyond its template and id."""

    def __init__(self, spec: dict[str, Any], path: str) -> None:
        self._spec = spec
        self.path = path

    def precision(self, name: str, default: int) -> int:
        """Return a number of decimals."""
        step = self._spec.get("price_increment")
        if name == "price_precision" and name not in self._spec and isinstance(step, str):
            default = max(0, -int(self.decimal("price_increment", step).as_tuple().exponent))
        value = self._spec.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 9:
            raise self._invalid(name, "must be a whole number from 0 to 9")
        return value

    def decimal(self, name: str, default: str) -> Decimal:
        """Return a decimal."""
        value = self._spec.get(name, default)
        if not isinstance(value, str) or not value:
            raise self._invalid(name, "must be a decimal as a string")
        try:
            return Decimal(value)
        except InvalidOperation as error:
            raise self._invalid(name, "must be a decimal as a string") from error

    def quantity(self, name: str, default: str) -> Quantity:
        """Return a quantity."""
        return Quantity.from_str(format(self.decimal(name, default), "f"))

    def text(self, name: str, default: str) -> str:
        """Return a text, which must be there."""
        value = self._spec.get(name, default)
        if not isinstance(value, str) or not value:
            raise self._invalid(name, "is missing")
        return value

    def flag(self, name: str) -> bool:
        """Return yes or no, no when it is not said."""
        value = self._spec.get(name, False)
        if not isinstance(value, bool):
            raise self._invalid(name, "must be true or false")
        return value

    def currency(self, default: str) -> Currency:
        """Return the currency prices are in."""
        return self.currency_of("currency", default)

    def currency_of(self, name: str, default: str) -> Currency:
        """Return a currency."""
        return parse_currency(str(self._spec.get(name, default)), f"{self.path}.{name}")

    def asset_class(self, default: AssetClass) -> AssetClass:
        """Return an asset class."""
        name = self._spec.get("asset_class")
        if name is None:
            return default
        if name not in AssetClass.__members__:
            raise self._invalid("asset_class", f"must be one of {', '.join(AssetClass.__members__)}")
        return AssetClass[name]

    def expiration(self, *, required: bool, known: int | None = None) -> int:
        """Return when a contract expires; `known` is what its symbol says."""
        value = self._spec.get("expiration")
        if value is not None:
            return parse_time(str(value), f"{self.path}.expiration")
        if known is None and required:
            raise self._invalid("expiration", "is missing")
        return NEVER if known is None else known

    def costs(self, maker: str = "0", taker: str = "0", init: str = "0", maint: str = "0") -> dict[str, Decimal]:
        """Return fees and margins."""
        return {
            "maker_fee": self.decimal("maker_fee", maker),
            "taker_fee": self.decimal("taker_fee", taker),
            "margin_init": self.decimal("margin_init", init),
            "margin_maint": self.decimal("margin_maint", maint),
        }

    def price_step(self, precision: int) -> Price:
        """Return the smallest step of a price."""
        if "price_increment" in self._spec:
            return Price.from_str(f"{self.decimal('price_increment', ''):.{precision}f}")
        return Price(10**-precision, precision)

    def size_step(self, precision: int) -> Quantity:
        """Return the smallest step of a size."""
        return Quantity(10**-precision, precision)

    def _invalid(self, name: str, what: str) -> QuarterdeckError:
        return invalid_template(f"{name} {what}", f"{self.path}.{name}")


def split_pair(symbol: str, options: TemplateOptions) -> tuple[Currency, Currency]:
    """Return the two currencies of a pair such as BTCUSDT or BTC/USDT."""
    path = f"{options.path}.id"
    for separator in ("/", "-", "_"):
        base, found, quote = symbol.partition(separator)
        if found:
            return parse_currency(base, path), parse_currency(quote, path)
    for quote in QUOTES:
        if symbol.endswith(quote) and symbol != quote:
            return parse_currency(symbol.removesuffix(quote), path), parse_currency(quote, path)
    raise invalid_template(f'"{symbol}" is no pair such as BTCUSDT or BTC/USDT', path)


def invalid_template(what: str, path: str) -> QuarterdeckError:
    """Return the error for a template that gives no instrument."""
    return QuarterdeckError(
        "INVALID_INSTRUMENT",
        f"This template gives no instrument: {what.rstrip('.')}.",
        'Write {"template": "fx|equity|crypto|crypto_perpetual|future|option|…", "id": "SYMBOL.VENUE"}.',
        path=path,
    )
