"""Synthetic instruments of a run: prices by a formula of other instruments' prices."""

from collections.abc import Iterable
from typing import Any

from nautilus_trader.model.identifiers import InstrumentId, Symbol
from nautilus_trader.model.instruments import SyntheticInstrument

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.nautilus.identifiers import check_identifier, parse_instrument_id

TEMPLATE = "synthetic"
FIELDS = ("template", "id", "components", "formula", "price_precision")
VENUE = "SYNTH"
FORM = (
    'Write {"template": "synthetic", "id": "NAME.SYNTH", "components": ["A.SIM", "B.SIM"], '
    '"formula": "(A.SIM + B.SIM) / 2", "price_precision": 5}.'
)


def is_synthetic(spec: object) -> bool:
    """Whether a spec is of an instrument that the engine calculates."""
    return isinstance(spec, dict) and spec.get("template") == TEMPLATE


def make_synthetic(spec: dict[str, Any], path: str) -> SyntheticInstrument:
    """Return the instrument of a spec."""
    for key in spec:
        if key not in FIELDS:
            raise _invalid(f"it has no field {key}.{did_you_mean(key, FIELDS)}", f"{path}.{key}")
    instrument_id = parse_instrument_id(str(spec.get("id", "")), f"{path}.id")
    if instrument_id.venue.value != VENUE:
        raise _invalid(f'its id must end in ".{VENUE}"', f"{path}.id")
    named, formula, precision = spec.get("components"), spec.get("formula"), spec.get("price_precision", 8)
    if not isinstance(named, list) or len(named) < 2:
        raise _invalid("components must name two instruments or more", f"{path}.components")
    components = [parse_instrument_id(str(name), f"{path}.components[{index}]") for index, name in enumerate(named)]
    if not isinstance(formula, str):
        raise _invalid("formula is missing", f"{path}.formula")
    check_identifier(formula, f"{path}.formula", "formula")
    if not isinstance(precision, int) or isinstance(precision, bool) or not 0 <= precision <= 9:
        raise _invalid("price_precision must be a whole number from 0 to 9", f"{path}.price_precision")
    try:
        return SyntheticInstrument(
            symbol=Symbol(check_identifier(instrument_id.symbol.value, f"{path}.id", "symbol")),
            price_precision=precision,
            components=components,
            formula=formula,
            ts_event=0,
            ts_init=0,
        )
    except ValueError as error:
        raise _invalid(f"{error}", f"{path}.formula") from error


def check_components(synthetics: Iterable[SyntheticInstrument], known: Iterable[InstrumentId]) -> None:
    """Refuse a synthetic of instruments the run does not have: it would never have a price."""
    names = [str(instrument_id) for instrument_id in known]
    for synthetic in synthetics:
        for component in synthetic.components:
            if str(component) not in names:
                raise QuarterdeckError(
                    "UNKNOWN_INSTRUMENT",
                    f'{synthetic.id} is made of "{component}", which the run does not have.'
                    f"{did_you_mean(str(component), names)}",
                    "Add its data to the run, or name other components.",
                    path="instruments",
                )


def _invalid(what: str, path: str) -> QuarterdeckError:
    return QuarterdeckError(
        "INVALID_INSTRUMENT", f"This gives no synthetic instrument: {what.rstrip('.')}.", FORM, path=path
    )
