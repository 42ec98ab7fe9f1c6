"""Instruments of a request: from the catalog, from `to_dict()` form, or from a template."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import nautilus_trader.model.instruments as instrument_types
from nautilus_trader.model.identifiers import InstrumentId
from nautilus_trader.model.instruments import Instrument, SyntheticInstrument

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.nautilus.definitions import read_definitions
from quarterdeck.nautilus.identifiers import (
    check_identifier,
    parse_currency,
    parse_instrument_id,
    parse_money,
)
from quarterdeck.nautilus.synthetics import is_synthetic, make_synthetic
from quarterdeck.nautilus.templates import from_template
from quarterdeck.protocol import Warning

NANOSECOND_FIELDS = ("ts_event", "ts_init", "activation_ns", "expiration_ns")
CURRENCY_FIELDS = ("currency", "base_currency", "quote_currency", "settlement_currency")
MONEY_FIELDS = ("max_notional", "min_notional")
IDENTIFIER_FIELDS = ("raw_symbol",)
LEFT_OUT = {
    "lot_size": None,
    "max_quantity": None,
    "min_quantity": None,
    "max_notional": None,
    "min_notional": None,
    "max_price": None,
    "min_price": None,
    "tick_scheme_name": None,
    "exchange": None,
    "isin": None,
    "info": None,
    "multiplier": "1",
    "margin_init": "0",
    "margin_maint": "0",
    "maker_fee": "0",
    "taker_fee": "0",
    "ts_event": 0,
    "ts_init": 0,
}
SAFE = 2**53 - 1
NEXT_STEP = "Give the form that the instrument's to_dict() returns, or a template, or the id of one in the catalog."


class Instruments:
    """The instruments of one request: those it brings, then those of the catalog."""

    def __init__(self, known: Callable[[], Iterable[Instrument]], workspace: Path = Path()) -> None:
        self._catalog = known
        self._workspace = workspace
        self._from_catalog: dict[str, Instrument] | None = None
        self.brought: dict[InstrumentId, Instrument] = {}
        self.warnings: list[Warning] = []

    def resolve(self, spec: str | dict[str, Any], path: str) -> Instrument:
        """Return the instrument a spec means."""
        if isinstance(spec, str):
            return self.known(parse_instrument_id(spec, path), path)
        assumptions = None
        if "template" in spec:
            instrument, assumptions = from_template(spec, path)
        else:
            instrument = from_dict(spec, path)
        known = self.brought.setdefault(instrument.id, instrument)
        if as_dict(known) != as_dict(instrument):
            raise _invalid(f"{instrument.id} is defined twice, each time otherwise", path)
        if known is instrument and assumptions is not None:
            self.warnings.append(assumptions)
        return known

    def resolve_all(self, spec: str | dict[str, Any], path: str) -> list[Instrument]:
        """Return the instruments a spec means: several when it names a file of definitions."""
        if isinstance(spec, str) or "file" not in spec:
            return [self.resolve(spec, path)]
        if set(spec) != {"file"} or not isinstance(spec["file"], str):
            raise _invalid("beside file, it has other fields", path)
        name: str = spec["file"]
        found = read_definitions(self._workspace / name, name, f"{path}.file")
        self.bring(found)
        return found

    def of_request(self, specs: list[Any]) -> tuple[list[Instrument], list[SyntheticInstrument]]:
        """Return the instruments a request brings, and those that the engine is to calculate."""
        placed = [(f"instruments[{index}]", spec) for index, spec in enumerate(specs)]
        ordinary = [one for path, spec in placed if not is_synthetic(spec) for one in self.resolve_all(spec, path)]
        return ordinary, [make_synthetic(spec, path) for path, spec in placed if is_synthetic(spec)]

    def bring(self, instruments: Iterable[Instrument]) -> None:
        """Add instruments that came with a file."""
        self.brought |= {instrument.id: instrument for instrument in instruments}

    def all(self) -> list[Instrument]:
        """Return every instrument there is, the request's before the catalog's."""
        brought = {str(instrument_id): instrument for instrument_id, instrument in self.brought.items()}
        return list((self._in_catalog() | brought).values())

    def known(self, instrument_id: InstrumentId, path: str) -> Instrument:
        """Return an instrument by id, from the request or the catalog."""
        if instrument_id in self.brought:
            return self.brought[instrument_id]
        in_catalog = self._in_catalog()
        name = str(instrument_id)
        if name not in in_catalog:
            hint = did_you_mean(name, [*in_catalog, *map(str, self.brought)])
            raise QuarterdeckError(
                "UNKNOWN_INSTRUMENT",
                f'There is no instrument "{name}" in the request or the catalog.{hint}',
                'Give its definition, or {"template": "fx|equity|crypto|crypto_perpetual|future", "id": …}.',
                path=path,
            )
        return in_catalog[name]

    def _in_catalog(self) -> dict[str, Instrument]:
        if self._from_catalog is None:
            self._from_catalog = {str(instrument.id): instrument for instrument in self._catalog()}
        return self._from_catalog


def from_dict(spec: dict[str, Any], path: str) -> Instrument:
    """Return the instrument of a `to_dict()` form, nanoseconds given as strings."""
    kind = _kind(spec, path)
    values = {**LEFT_OUT, **{name: _checked(name, value, f"{path}.{name}") for name, value in spec.items()}}
    instrument_id = values.get("id")
    if not isinstance(instrument_id, str):
        raise _invalid("the field id is missing", f"{path}.id")
    parse_instrument_id(instrument_id, f"{path}.id")
    try:
        instrument: Instrument = kind.from_dict(values)
    except KeyError as error:
        name = str(error.args[0])
        hint = did_you_mean(name, [given for given in spec if given not in LEFT_OUT])
        raise _invalid(
            f"{kind.__name__} needs the field {name}{'.' + hint if hint else ''}", f"{path}.{name}"
        ) from error
    except (ValueError, TypeError, ArithmeticError, RuntimeError) as error:
        raise _invalid(f"{type(error).__name__}: {error}", path) from error
    names = kind.to_dict(instrument).keys()
    for name in spec:
        if name not in names:
            raise _invalid(f"{kind.__name__} has no field {name}.{did_you_mean(name, names)}", f"{path}.{name}")
    return instrument


def as_dict(instrument: Instrument) -> dict[str, Any]:
    """Return the `to_dict()` form, nanoseconds as integers."""
    values: dict[str, Any] = type(instrument).to_dict(instrument)
    return values


def _kind(spec: dict[str, Any], path: str) -> Any:
    kinds = {
        name: value
        for name, value in vars(instrument_types).items()
        if isinstance(value, type) and issubclass(value, Instrument) and value is not Instrument
    }
    name = spec.get("type")
    if name not in kinds:
        raise _invalid(
            f'there is no instrument type "{name}".{did_you_mean(str(name), kinds)}' if name else "type is missing",
            f"{path}.type",
        )
    return kinds[name]


def _checked(name: str, value: Any, path: str) -> Any:
    """Refuse what NautilusTrader would take wrongly or abort on."""
    if name in NANOSECOND_FIELDS:
        if isinstance(value, str) and value.isdigit():
            return int(value)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise _invalid(f"{name} must be nanoseconds as a string", path)
    if isinstance(value, int) and abs(value) > SAFE:
        raise QuarterdeckError(
            "UNSAFE_INTEGER",
            f"{name} is too large for a JSON number and may already be rounded.",
            "Give it as a string.",
            path=path,
        )
    if isinstance(value, float):
        raise _invalid(f"{name} is a binary number; give decimals as strings", path)
    if isinstance(value, str):
        if name in CURRENCY_FIELDS:
            parse_currency(value, path)
        elif name in MONEY_FIELDS:
            parse_money(value, path)
        elif name in IDENTIFIER_FIELDS:
            check_identifier(value, path, "symbol")
    return value


def _invalid(what: str, path: str) -> QuarterdeckError:
    return QuarterdeckError("INVALID_INSTRUMENT", f"This is no instrument: {what.rstrip('.')}.", NEXT_STEP, path=path)
