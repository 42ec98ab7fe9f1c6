"""Templates of what newer crypto and on-chain markets trade: spreads, perpetuals on anything, tokens of assets."""

from typing import Any

from nautilus_trader.model.enums import AssetClass
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.instruments import (
    CryptoFuturesSpread,
    CryptoOptionSpread,
    Instrument,
    PerpetualContract,
    TokenizedAsset,
)

from quarterdeck.nautilus.templateoptions import TemplateOptions, split_pair


def option_spread(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    """Return a spread of options on a coin, settled in the coin as at Deribit unless said otherwise."""
    return _spread(CryptoOptionSpread, instrument_id, options, "VERTICAL", size=1)


def futures_spread(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    """Return a spread of dated futures on a coin."""
    return _spread(CryptoFuturesSpread, instrument_id, options, "FS", size=3)


def perpetual(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    """Return a perpetual on something that need not be a coin."""
    quote = options.currency("USD")
    return PerpetualContract(
        **_base(instrument_id, options, price=2, size=3),
        underlying=options.text("underlying", instrument_id.symbol.value.removesuffix("-PERP")),
        asset_class=options.asset_class(AssetClass.ALTERNATIVE),
        quote_currency=quote,
        settlement_currency=options.currency_of("settlement_currency", quote.code),
        is_inverse=options.flag("is_inverse"),
        **options.costs("0.0002", "0.0005", "0.05", "0.025"),
    )


def tokenized_asset(instrument_id: InstrumentId, options: TemplateOptions) -> Instrument:
    """Return a token of an asset, a pair such as BTC/USD: both must be currencies the engine knows."""
    base, quote = split_pair(instrument_id.symbol.value, options)
    return TokenizedAsset(
        **_base(instrument_id, options, price=2, size=6),
        asset_class=options.asset_class(AssetClass.EQUITY),
        base_currency=base,
        quote_currency=quote,
        **options.costs("0.001", "0.001"),
    )


def _spread(
    kind: Any, instrument_id: InstrumentId, options: TemplateOptions, strategy: str, *, size: int
) -> Instrument:
    coin = options.currency_of("underlying", instrument_id.symbol.value.partition("-")[0].partition("_")[0])
    spread: Instrument = kind(
        **_base(instrument_id, options, price=4, size=size),
        underlying=coin,
        quote_currency=options.currency(coin.code),
        settlement_currency=options.currency_of("settlement_currency", coin.code),
        is_inverse=options.flag("is_inverse"),
        strategy_type=options.text("strategy_type", strategy),
        activation_ns=0,
        expiration_ns=options.expiration(required=False),
        **options.costs("0.0003", "0.0003"),
    )
    return spread


def _base(instrument_id: InstrumentId, options: TemplateOptions, *, price: int, size: int) -> dict[str, Any]:
    price, size = options.precision("price_precision", price), options.precision("size_precision", size)
    return {
        "instrument_id": instrument_id,
        "raw_symbol": instrument_id.symbol,
        "price_precision": price,
        "size_precision": size,
        "price_increment": options.price_step(price),
        "size_increment": options.size_step(size),
        "ts_event": 0,
        "ts_init": 0,
    }
