"""The parts of a script that are the same in each."""

from collections.abc import Iterable

from quarterdeck.nautilus.code import Brackets, Expression

OUTCOME = '''def outcome(engine: BacktestEngine) -> dict:
    """Return what the run came to."""
    result = engine.get_result()
    names = VENUES
    accounts = {name: engine.cache.account_for_venue(Venue(name)) for name in names}
    accounts = {name: account for name, account in accounts.items() if account is not None}
    orders = engine.cache.orders()
    return {
        "counts": {
            "iterations": result.iterations,
            "events": result.total_events,
            "orders": result.total_orders,
            "fills": sum(isinstance(event, OrderFilled) for order in orders for event in order.events),
            "positions": engine.cache.positions_total_count(),
            "trades": result.total_positions,
            "account_events": sum(account.event_count for account in accounts.values()),
        },
        "balances": [
            {
                "venue": name,
                "currency": currency.code,
                "total": format(balance.total.as_decimal(), "f"),
                "free": format(balance.free.as_decimal(), "f"),
                "locked": format(balance.locked.as_decimal(), "f"),
            }
            for name, account in accounts.items()
            for currency, balance in sorted(account.balances().items(), key=lambda item: item[0].code)
        ],
        "pnl": {currency: numbers(values) for currency, values in result.stats_pnls.items()},
        "returns": numbers(result.stats_returns),
    }


def numbers(values: dict) -> dict:
    """Return statistics with null where the engine has none: JSON knows no NaN."""
    return {
        name: float(value) if value is not None and math.isfinite(value) else None
        for name, value in values.items()
    }'''

MAIN = """if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The engine walks sets: without a fixed seed its results can differ from run to run.
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        sys.exit(subprocess.run([sys.executable, *sys.argv], env=environment, check=False).returncode)
    print(json.dumps(outcome(run()), indent=2))
"""


def listed(parts: Iterable[Expression]) -> Expression:
    """Return a list of expressions."""
    return Brackets("[", [("", part) for part in parts], "]")
