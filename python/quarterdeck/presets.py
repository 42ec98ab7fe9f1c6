"""Exports of well-known programs and sites: recognised by their header, read by their own conventions."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from quarterdeck.columns import folded

KLINES = (
    "open_time", "open", "high", "low", "close", "volume", "close_time", "quote_volume", "count",
    "taker_buy_volume", "taker_buy_quote_volume", "ignore",
)  # fmt: skip
AGG_TRADES = ("agg_trade_id", "price", "quantity", "first_trade_id", "last_trade_id", "transact_time", "is_buyer_maker")
TRADES = ("id", "price", "qty", "quote_qty", "time", "is_buyer_maker")


class Preset(NamedTuple):
    """How one source writes its files."""

    name: str
    title: str
    columns: Mapping[str, str]
    kind: str | None = None
    timestamp: str | None = None
    timezone: str | None = None
    time_format: str | None = None
    price_scale: float | None = None
    size_scale: float | None = None
    note: str | None = None


class Recognised(NamedTuple):
    """A preset, and the header its file has: its own, or the one it does without."""

    preset: Preset
    header: list[str]
    has_header: bool = True
    skip: int = 0


def recognise(lines: Sequence[Sequence[str]], said: str | None) -> Recognised | None:
    """Return whose export a file is, from its first lines."""
    if not lines:
        return None
    header = [cell.strip() for cell in lines[0]]
    found = _headerless(header, lines) or _by_header(header, lines)
    if said is None or (found is not None and found.preset.name == said):
        return found
    preset = next((preset for preset in BY_HAND if preset.name == said), None)
    return None if preset is None else Recognised(preset, header)


def _by_header(header: list[str], lines: Sequence[Sequence[str]]) -> Recognised | None:
    names = [folded(name) for name in header]
    has = set(names).issuperset
    if header[:1] == ["Price"] and len(lines) > 2 and lines[1][:1] == ["Ticker"]:
        return Recognised(YFINANCE, [lines[2][0] or "Date", *header[1:]], skip=2)
    if "<CLOSE>" in header:
        return Recognised(METATRADER._replace(columns=_metatrader(header)), header)
    if {"<BID>", "<ASK>"} <= set(header):
        return Recognised(METATRADER._replace(kind="quotes", timestamp=None), header)
    if has(("adj_close", "open", "high", "low", "close")) and {"date", "datetime"} & set(names):
        return Recognised(YFINANCE, header)
    if has(("dividends", "stock_splits", "open", "close")) and {"date", "datetime"} & set(names):
        return Recognised(YFINANCE, header)
    if has(("open_time", "close_time", "open", "high", "low", "close", "quote_volume")) or has(
        ("open_time", "close_time", "open", "quote_asset_volume")
    ):
        return Recognised(BINANCE_KLINES._replace(columns={"timestamp": header[names.index("open_time")]}), header)
    if has(("agg_trade_id", "price", "quantity", "transact_time")):
        return Recognised(BINANCE_AGG_TRADES, header)
    if has(("id", "price", "qty", "quote_qty", "time", "is_buyer_maker")):
        return Recognised(BINANCE_TRADES, header)
    if has(("trdmatchid", "tickdirection", "side", "size", "price")):
        return Recognised(BYBIT_TRADES, header)
    if names[0] in ("gmt_time", "local_time", "time_eet") and has(("ask", "bid")):
        return Recognised(_dukascopy(names[0], "quotes"), header)
    if names[0] in ("gmt_time", "local_time", "time_eet") and has(("open", "high", "low", "close")):
        return Recognised(_dukascopy(names[0], "bars"), header)
    if has(("date", "open", "close", "average", "barcount")) or has(("date", "open", "close", "wap", "count")):
        return Recognised(INTERACTIVE_BROKERS, header)
    if has(("ts_event", "publisher_id", "instrument_id")):
        return _databento(header, names, lines)
    if header[:5] == ["time", "open", "high", "low", "close"] and (len(header) == 5 or "Volume" in header):
        return Recognised(TRADINGVIEW, header)
    return None


def _headerless(header: list[str], lines: Sequence[Sequence[str]]) -> Recognised | None:
    """Recognise files that begin with data: by how many columns there are and where the time is."""
    count = len(header)
    if count == len(KLINES) and _is_epoch(header[0]) and _is_epoch(header[6]):
        return Recognised(BINANCE_KLINES, list(KLINES), has_header=False)
    if count in (7, 8) and _is_epoch(header[5]) and header[6].lower() in ("true", "false"):
        return Recognised(BINANCE_AGG_TRADES, [*AGG_TRADES, "is_best_match"][:count], has_header=False)
    if count in (6, 7) and _is_epoch(header[4]) and header[5].lower() in ("true", "false"):
        return Recognised(BINANCE_TRADES, [*TRADES, "is_best_match"][:count], has_header=False)
    if count == 7 and len(header[0]) == 10 and header[0][4::3] == ".." and ":" in header[1]:
        names = ["Date", "Time", "Open", "High", "Low", "Close", "Volume"]
        return Recognised(METATRADER, names, has_header=False)
    return None


def _databento(header: list[str], names: list[str], lines: Sequence[Sequence[str]]) -> Recognised:
    first = dict(zip(names, lines[1], strict=False)) if len(lines) > 1 else {}
    if "open" in names:
        price, preset = first.get("open", ""), DATABENTO._replace(kind="bars", timestamp="open")
    elif "bid_px_00" in names and "bid_px_01" not in names:
        price, preset = first.get("bid_px_00", ""), DATABENTO._replace(kind="quotes")
    elif "bid_px_00" in names:
        price, preset = first.get("bid_px_00", ""), DATABENTO._replace(kind="depth")
    elif "action" in names and "order_id" in names and "bid_px_00" not in names:
        price, preset = first.get("price", ""), DATABENTO._replace(kind="deltas")
    else:
        price, preset = first.get("price", ""), DATABENTO._replace(kind="trades")
    columns = {"timestamp": header[names.index("ts_event")]}
    scale = 1e-9 if price.lstrip("-").isdigit() and len(price) > 7 else None
    return Recognised(preset._replace(price_scale=scale, columns=columns), header)


def _dukascopy(first: str, kind: str) -> Preset:
    zone = {"gmt_time": "UTC", "time_eet": "EET"}.get(first)
    note = None if zone else "its times name their own offset (GMT+…)"
    # Volumes of currencies are in millions of units.
    return DUKASCOPY._replace(kind=kind, timezone=zone, note=note, timestamp="open" if kind == "bars" else None)


def _metatrader(header: Sequence[str]) -> dict[str, str]:
    """Take the tick volume where the real one is not written (spot currencies have none)."""
    by_name = {folded(name): name for name in header}
    return {"volume": by_name["tickvol"]} if "tickvol" in by_name else {}


def _is_epoch(text: str) -> bool:
    return text.isdigit() and len(text) in (10, 13, 16, 19)


TRADINGVIEW = Preset("tradingview", "TradingView", {}, "bars", "open")
METATRADER = Preset("metatrader", "MetaTrader", {}, "bars", "open", note="its times are those of the broker's server")
YFINANCE = Preset(
    "yfinance", "yfinance", {}, "bars", "open", note="prices as in Open, High, Low, Close; Adj Close is not used"
)
BINANCE_KLINES = Preset("binance", "Binance klines", {"timestamp": "open_time"}, "bars", "open", "UTC")
BINANCE_AGG_TRADES = Preset(
    "binance", "Binance aggTrades",
    {"timestamp": "transact_time", "trade_id": "agg_trade_id", "quantity": "quantity", "buyer_maker": "is_buyer_maker"},
    "trades", None, "UTC",
)  # fmt: skip
BINANCE_TRADES = Preset(
    "binance", "Binance trades",
    {"timestamp": "time", "trade_id": "id", "quantity": "qty", "buyer_maker": "is_buyer_maker"},
    "trades", None, "UTC",
)  # fmt: skip
BYBIT_TRADES = Preset(
    "bybit", "Bybit trades",
    {"timestamp": "timestamp", "trade_id": "trdMatchID", "quantity": "size"},
    "trades", None, "UTC",
)  # fmt: skip
DUKASCOPY = Preset("dukascopy", "Dukascopy", {}, time_format="%d.%m.%Y %H:%M:%S.%f", size_scale=1e6)
INTERACTIVE_BROKERS = Preset(
    "interactive_brokers", "Interactive Brokers", {}, "bars", "open", note="bars of TRADES have volumes in shares"
)
DATABENTO = Preset("databento", "Databento CSV", {}, timezone="UTC")
BY_HAND = (TRADINGVIEW, METATRADER, YFINANCE, BINANCE_KLINES, BYBIT_TRADES, DUKASCOPY, INTERACTIVE_BROKERS, DATABENTO)
