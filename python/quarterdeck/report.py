"""A run as one page of HTML that needs no network; private things only where they are asked for."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from quarterdeck.exports import Run
from quarterdeck.frames import thin
from quarterdeck.reportchart import Point, chart, drawdown

POINTS = 1_000
SERIES = 6
TRADES = 500
SOURCE_BYTES = 400_000
STYLE = """
:root{color-scheme:light dark;--bg:#fff;--fg:#1f2328;--muted:#59636e;--line:#d1d9e0;--soft:#f6f8fa;
--up:#1a7f37;--down:#cf222e;--blue:#0969da}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--muted:#9198a1;--line:#3d444d;--soft:#151b23;
--up:#3fb950;--down:#f85149;--blue:#4493f8}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1040px;padding:24px 32px 48px;background:var(--bg);color:var(--fg);
font:14px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
h1{font-size:22px;margin:0 0 2px}
h2{font-size:16px;margin:32px 0 8px;padding-bottom:4px;border-bottom:1px solid var(--line)}
h3{font-size:13px;margin:16px 0 4px;color:var(--muted);font-weight:600}
p{margin:4px 0}.muted{color:var(--muted)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:8px;margin:16px 0}
.tile{border:1px solid var(--line);border-radius:6px;padding:8px 12px;background:var(--soft)}
.tile b{display:block;font-size:18px;font-weight:600;font-variant-numeric:tabular-nums}
.tile>span{color:var(--muted);font-size:12px}
table{border-collapse:collapse;width:100%;font-size:12px}
th,td{padding:3px 8px;text-align:left;border-bottom:1px solid var(--line);white-space:nowrap}
th{color:var(--muted);font-weight:600;background:var(--bg)}
.n{text-align:right;font-variant-numeric:tabular-nums}
.wide{overflow:auto;max-height:520px}.wide thead th{position:sticky;top:0}
.up{color:var(--up)}.down{color:var(--down)}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:0 32px;align-items:start}
svg{width:100%;height:auto;display:block}svg text{fill:var(--muted);font-size:11px}
svg .grid{stroke:var(--line);stroke-width:1;opacity:.6}polyline{fill:none;stroke:var(--blue);stroke-width:1.5}
polyline.beside{stroke:var(--muted);stroke-dasharray:5 4}
.drawdown polyline{stroke:var(--down)}.drawdown polygon{fill:var(--down);opacity:.15}
pre{background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:12px;overflow:auto;font-size:12px}
@media print{.wide{max-height:none;overflow:visible}}
"""
GUARD = "default-src 'none'; style-src 'unsafe-inline'"


def page(run: Run, include: Collection[str]) -> str:
    """Return the page; `include` names what it shows besides: config, source, paths, accounts."""
    record, summary = run.record, run.record["summary"]
    names = title(record["request"])
    parts = [
        f"<h1>{escape(names)}</h1>",
        f'<p class="muted">{escape(_subtitle(record))}</p>',
        _tiles(run),
        _warnings(summary, include),
        _equity(run),
        _months(run),
        f"<h2>Balances</h2>{_balances(summary)}",
        _statistics(summary["statistics"]),
        _trades(run),
        _request(run, include),
        _source(run) if "source" in include else "",
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{GUARD}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(names)}: backtest</title><style>{STYLE}</style></head><body>\n"
        + "\n".join(part for part in parts if part)
        + "\n</body></html>\n"
    )


def title(request: dict[str, Any]) -> str:
    """Return the names of the strategies, or what kind of file named them."""
    names = ", ".join(_class_name(item) for item in request["strategies"])
    return names or ("A script of one's own" if "script" in request else "A run config")


def _subtitle(record: dict[str, Any]) -> str:
    summary, versions = record["summary"], record.get("versions", {})
    begin, end = (str(summary.get(name, "—"))[:16].replace("T", " ") for name in ("backtest_start", "backtest_end"))
    parts = [f"{begin} to {end} UTC", f"NautilusTrader {versions.get('nautilus_trader', '—')}", str(record["id"])]
    parts += [f"#{tag}" for tag in record.get("tags", [])]
    return " · ".join(parts) + (f" · {record['note']}" if record.get("note") else "")


def _tiles(run: Run) -> str:
    counts = run.record["summary"]["counts"]
    tiles = []
    for name, points in list(_series(run).items())[:2]:
        change = points[-1].value - points[0].value
        tiles.append((_signed(change, 2), f"change of equity, {name}"))
        tiles.append((f"{min(point.value for point in drawdown(points)):,.2f}", f"largest drawdown, {name}"))
    tiles.extend((f"{counts[field]:,}", field) for field in ("trades", "orders", "fills"))
    cells = "".join(f'<div class="tile"><b>{value}</b><span>{escape(label)}</span></div>' for value, label in tiles)
    return f'<div class="tiles">{cells}</div>'


def _warnings(summary: dict[str, Any], include: Collection[str]) -> str:
    """Return the warnings; their messages can name files and accounts."""
    open_ones = {"paths", "accounts"} <= set(include)
    rows = [
        (escape(warning["code"]), escape(warning["message"] if open_ones else warning["next_step"]))
        for warning in summary["warnings"]
    ]
    lines = "".join(f"<p><b>{code}</b> {said}</p>" for code, said in rows)
    return f"<h2>Warnings</h2>{lines}" if rows else ""


def _series(run: Run) -> dict[str, list[Point]]:
    """Return the equity of each account and currency."""
    table = run.table("equity")
    if table is None or not table.num_rows:
        return {}
    series: dict[str, list[Point]] = {}
    columns = (table[name].to_pylist() for name in ("ts_event", "venue", "currency", "equity"))
    for ts, venue, currency, equity in zip(*columns, strict=True):
        series.setdefault(f"{venue} {currency}", []).append(Point(ts, float(equity)))
    return dict(list(series.items())[:SERIES])


def _equity(run: Run) -> str:
    table = run.table("equity")
    parts = []
    for name, points in _series(run).items():
        if table is None or len(points) < 2:
            continue
        losses = _thinned(drawdown(points))
        against, prices = _benchmark(run, points)
        said = f"; dashed: {escape(against)}, from the same start" if prices else ""
        drawn = chart(_thinned(points), f"Equity, {name}", "equity", _thinned(prices) if prices else ())
        parts.append(f"<h3>Equity, {escape(name)}{said}</h3>{drawn}")
        parts.append(f"<h3>Drawdown, {escape(name)}</h3>{chart(losses, f'Drawdown, {name}', 'drawdown')}")
    return f"<h2>Equity</h2>{''.join(parts)}" if parts else ""


def _benchmark(run: Run, equity: Sequence[Point]) -> tuple[str, list[Point]]:
    """Return the benchmark's id and its price while there is equity, scaled to begin where that does."""
    table = run.table("benchmark")
    if table is None:
        return "", []
    begin, end = equity[0].ts, equity[-1].ts
    columns = (table[name].to_pylist() for name in ("ts_event", "price"))
    prices = [Point(max(ts, begin), float(price)) for ts, price in zip(*columns, strict=True) if ts <= end]
    if len(prices) < 2 or prices[0].value == 0:
        return "", []
    scale = equity[0].value / prices[0].value
    return str(table["instrument_id"][0]), [Point(ts, price * scale) for ts, price in prices]


def _thinned(points: Sequence[Point]) -> list[Point]:
    table = pa.table({"ts": [point.ts for point in points], "value": [point.value for point in points]})
    kept = thin(table, POINTS, "value")
    return [Point(ts, value) for ts, value in zip(kept["ts"].to_pylist(), kept["value"].to_pylist(), strict=True)]


def _months(run: Run) -> str:
    """Return the change of equity by month: its last value in the month less the last before it."""
    parts = []
    for name, points in _series(run).items():
        last: dict[tuple[int, int], float] = {}
        for point in points:
            moment = datetime.fromtimestamp(point.ts / 1e9, UTC)
            last[moment.year, moment.month] = point.value
        if len(last) < 2:
            continue
        changes: dict[tuple[int, int], float] = {}
        before = points[0].value
        for month, value in last.items():
            changes[month], before = value - before, value
        years = sorted({year for year, _ in changes})
        rows = []
        for year in years:
            cells = [changes.get((year, month)) for month in range(1, 13)]
            total = sum(value for value in cells if value is not None)
            rows.append(
                [str(year), *("" if value is None else _signed(value, 0) for value in cells), _signed(total, 0)]
            )
        months = [datetime(2000, month, 1, tzinfo=UTC).strftime("%b") for month in range(1, 13)]
        parts.append(f"<h3>{escape(name)}</h3>{_table(['', *months, 'Year'], rows, range(1, 14), raw=True)}")
    return f"<h2>Change of equity by month</h2>{''.join(parts)}" if parts else ""


def _balances(summary: dict[str, Any]) -> str:
    rows = [
        [balance["venue"], balance["currency"], *(_grouped(balance[name]) for name in ("total", "free", "locked"))]
        for balance in summary["balances"]
    ]
    paid = ", ".join(f"{_grouped(amount)} {code}" for code, amount in summary["commissions"].items())
    table = _table(["Venue", "Currency", "Total", "Free", "Locked"], rows, range(2, 5))
    return table + (f'<p class="muted">Commissions paid: {escape(paid)}</p>' if paid else "")


def _statistics(statistics: dict[str, Any]) -> str:
    groups = [
        *((f"PnL, {code}", values) for code, values in statistics["pnl"].items()),
        ("Returns", statistics["returns"]),
        ("General", statistics["general"]),
        *_further(statistics.get("further")),
    ]
    parts = [
        f"<div><h3>{escape(title)}</h3>{_table([], [[name, _figure(one)] for name, one in values.items()], [1])}</div>"
        for title, values in groups
        if isinstance(values, dict) and values
    ]
    return f'<h2>Statistics</h2><div class="columns">{"".join(parts)}</div>' if parts else ""


def _further(found: dict[str, Any] | None) -> list[tuple[str, dict[str, Any]]]:
    """Return the statistics beside the engine's own, where the run has them."""
    if found is None:
        return []
    days = f"{found['periods_per_year']} days a year, {found['timezone']}"
    return [
        ("Returns, further", found["engine"]),
        *((f"Daily equity, {one['venue']} {one['currency']} ({days})", one["values"]) for one in found["accounts"]),
        *((f"Trades, {one['side']}, {one['currency']}", one["values"]) for one in found["trades"]),
    ]


def _trades(run: Run) -> str:
    table = run.table("trades")
    if table is None or not table.num_rows:
        return ""
    rows = [_trade_cells(trade) for trade in table.slice(0, TRADES).to_pylist()]
    head = ["Instrument", "Side", "Quantity", "Opened", "Closed", "Entry", "Exit", "PnL", "Return", "MAE", "MFE"]
    count = table.num_rows
    note = f"<p class='muted'>The first {TRADES:,} of {count:,}; the others are in the CSV export.</p>"
    shown = _table(head, rows, [2, 5, 6, 7, 8, 9, 10], raw=True)
    return f'<h2>Trades</h2>{note if count > TRADES else ""}<div class="wide">{shown}</div>'


def _trade_cells(trade: dict[str, Any]) -> list[str]:
    return [
        escape(str(trade["instrument_id"])),
        escape(str(trade["side"]).lower()),
        _grouped(trade["quantity"]),
        _moment(trade["ts_opened"]),
        _moment(trade["ts_closed"]),
        escape(str(trade["entry_price"] or "—")),
        escape(str(trade["exit_price"] or "—")),
        _pnl(trade),
        _figure(trade["return"]),
        _grouped(trade["mae"]),
        _grouped(trade["mfe"]),
    ]


def _request(run: Run, include: Collection[str]) -> str:
    record = run.record
    request = record["request"]
    shown: dict[str, Any] = {}
    for field in ("strategies", "actors", "exec_algorithms"):
        if items := request.get(field):
            shown[field] = [_component(item, include) for item in items]
    shown["venues"] = [
        {
            name: _component(value, include) if isinstance(value, dict) and "source" in value else value
            for name, value in venue.items()
            if name != "modules"
        }
        | ({"modules": [_component(item, include) for item in venue["modules"]]} if "modules" in venue else {})
        for venue in request["venues"]
    ]
    hidden = () if "paths" in include else ("file", "bid_file", "ask_file")
    shown["data"] = [
        {
            name: _without_file(value) if name == "instrument" and hidden else value
            for name, value in item.items()
            if name not in hidden
        }
        for item in request["data"]
    ]
    shown |= {name: request[name] for name in ("api", "start", "end", "chunk_size") if name in request}
    if "config" in include and "engine" in request:
        shown["engine"] = request["engine"]
    if "paths" in include:
        shown |= {name: request[name] for name in ("script", "args", "run_config") if request.get(name)}
        shown["catalog"] = record["catalog"]
    if "accounts" in include and (account := run.table("account")) is not None:
        shown["accounts"] = sorted(pc.unique(account["account_id"]).to_pylist())
    return f"<h2>Request</h2><pre>{escape(json.dumps(shown, indent=2, ensure_ascii=False))}</pre>"


def _component(item: dict[str, Any], include: Collection[str]) -> dict[str, Any]:
    source = item["source"] if "paths" in include or not _is_file(item) else _class_name(item)
    return {"source": source, **({"config": item.get("config", {})} if "config" in include else {})}


def _is_file(item: dict[str, Any]) -> bool:
    return ".py:" in item["source"]


def _without_file(instrument: Any) -> Any:
    return {"definitions": "from a file"} if isinstance(instrument, dict) and "file" in instrument else instrument


def _source(run: Run) -> str:
    folder = run.directory / "source"
    parts, size = [], 0
    for file in sorted(folder.rglob("*.py")):
        text = file.read_text(encoding="utf-8", errors="replace")
        size += len(text)
        if size > SOURCE_BYTES:
            parts.append("<p class='muted'>The other files are in the .qdrun export.</p>")
            break
        parts.append(f"<h3>{escape(Path(file).relative_to(folder).as_posix())}</h3><pre>{escape(text)}</pre>")
    return f"<h2>Source</h2>{''.join(parts)}" if parts else ""


def _class_name(item: dict[str, Any]) -> str:
    return str(item["source"]).rpartition(":")[2]


def _pnl(trade: dict[str, Any]) -> str:
    if trade["pnl"] is None:
        return "—"
    kind = "down" if str(trade["pnl"]).startswith("-") else "up"
    return f'<span class="{kind}">{_grouped(trade["pnl"])} {escape(str(trade["currency"]))}</span>'


def _signed(value: float, decimals: int) -> str:
    kind = "up" if value > 0 else "down" if value < 0 else ""
    return f'<span class="{kind}">{value:{"+" if kind else ""},.{decimals}f}</span>'


def _grouped(value: Any) -> str:
    """Return a decimal with its thousands apart and all its digits."""
    return "—" if value is None else f"{Decimal(str(value)):,f}"


def _figure(value: Any) -> str:
    if value is None:
        return "—"
    return f"{value:,.6g}" if isinstance(value, float) else escape(str(value))


def _moment(nanoseconds: int | None) -> str:
    if nanoseconds is None:
        return "—"
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int], *, raw: bool = False) -> str:
    right = set(numbers)
    kinds = {True: ' class="n"', False: ""}
    top = "".join(f"<th{kinds[index in right]}>{escape(name)}</th>" for index, name in enumerate(head))
    lines = "".join(
        "<tr>"
        + "".join(f"<td{kinds[index in right]}>{cell if raw else escape(cell)}</td>" for index, cell in enumerate(row))
        + "</tr>"
        for row in rows
    )
    return f"<table>{f'<thead><tr>{top}</tr></thead>' if head else ''}<tbody>{lines}</tbody></table>"
