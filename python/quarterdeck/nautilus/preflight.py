"""What would go wrong in a run without a word, told before it: from its data, venues and components."""

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import TimeInForce
from nautilus_trader.model.identifiers import InstrumentId

from quarterdeck.errors import QuarterdeckError, did_you_mean
from quarterdeck.mistakes import order_mistakes
from quarterdeck.nautilus.expressions import Reader, UnknownError
from quarterdeck.nautilus.markets import Market, market_findings
from quarterdeck.nautilus.offers import NEEDS, Offers
from quarterdeck.protocol import Warning
from quarterdeck.sourcetree import classes_of
from quarterdeck.subscriptions import Asked, Behaviour, read_behaviour
from quarterdeck.usercode import UserCode

CORE = ("nautilus_trader.common", "nautilus_trader.core", "nautilus_trader.execution", "nautilus_trader.trading")
UNSUPPORTED_TIMES = (TimeInForce.AT_THE_OPEN, TimeInForce.AT_THE_CLOSE)
SYNTHETIC = "SYNTH"
MEANT = "Did you mean"
MOST_ALIKE = 5


class Finding(NamedTuple):
    """One thing that is wrong. Fatal: the run could not work, or would end in the middle."""

    code: str
    message: str
    next_step: str
    path: str
    fatal: bool = False

    def error(self) -> QuarterdeckError:
        """Return it as the reason not to run."""
        return QuarterdeckError(self.code, self.message, self.next_step, path=self.path)

    def warning(self) -> Warning:
        """Return it as something to know beside a result."""
        return Warning(code=self.code, message=f"{self.path}: {self.message}", next_step=self.next_step)


class Part(NamedTuple):
    """One component of a run and its place in the request."""

    kind: str
    component: Any
    path: str


class Plan(NamedTuple):
    """What a run will be made of. Without offers it is not known what data there will be."""

    parts: list[Part]
    instrument_ids: list[str]
    markets: list[Market]
    offers: Offers | None
    user_code: UserCode


def preflight(plan: Plan) -> list[Finding]:
    """Return what is wrong with a plan: the fatal first, of those the ones of which it is known what was meant."""
    behaviours = {id(part.component): _behaviour(part.component) for part in plan.parts}
    found = [*_clashes(plan.parts), *_instruments(plan, behaviours), *_times(plan.parts)]
    if plan.offers is not None:
        trades = any(behaviours[id(part.component)].trades for part in plan.parts)
        found += [Finding(*finding) for finding in market_findings(plan.markets, plan.offers, trades=trades)]
        found += _unserved(plan, plan.offers, behaviours)
    return sorted(found, key=lambda finding: (not finding.fatal, not _tells_what_was_meant(finding)))


def order_findings(parts: Iterable[Part], user_code: UserCode) -> Iterator[Finding]:
    """Give the orders in the source of the components that will raise or be rejected; check_strategy tells them too."""
    told: set[str] = set()
    for _, component, _ in parts:
        for file, owner in _classes(component):
            for mistake in order_mistakes(owner) if owner is not None else ():
                place = f"{user_code.shown(file)}:{mistake.line}"
                if place not in told:
                    told.add(place)
                    yield Finding(mistake.code, mistake.message, mistake.next_step, place)


def _tells_what_was_meant(finding: Finding) -> bool:
    """Say whether it names what is there; of another venue's instrument it always does."""
    return MEANT in finding.message or finding.code == "VENUE_MISMATCH"


def as_warnings(findings: Iterable[Finding]) -> list[Warning]:
    """Return findings as warnings; of many alike the first few, and how many there are."""
    shown: dict[str, list[Finding]] = {}
    for finding in findings:
        shown.setdefault(finding.code, []).append(finding)
    warnings: list[Warning] = []
    for alike in shown.values():
        warnings.extend(finding.warning() for finding in alike[:MOST_ALIKE])
        if (more := len(alike) - MOST_ALIKE) > 0:
            last = warnings.pop()
            warnings.append(Warning(code=last.code, message=f"{last.message} ({more} more)", next_step=last.next_step))
    return warnings


def _behaviour(component: Any) -> Behaviour:
    """Read the source of a component's class; what cannot be read may do anything."""
    nodes = [node for _, node in _classes(component)]
    behaviour = read_behaviour(node for node in nodes if node is not None)
    return behaviour._replace(otherwise=True) if None in nodes else behaviour


def _classes(component: Any) -> Iterator[tuple[str, ast.ClassDef | None]]:
    """Give the source of a component's class and its bases but the engine's own; None where there is none."""
    for owner in type(component).__mro__:
        if owner is object or owner.__module__.startswith(CORE):
            continue
        file = getattr(sys.modules.get(owner.__module__), "__file__", None)
        yield (file, classes_of(Path(file)).get(owner.__name__)) if isinstance(file, str) else ("", None)


def _clashes(parts: Iterable[Part]) -> Iterator[Finding]:
    """Find components the engine would refuse because another has their id, as its Trader gives them."""
    tags: dict[str, str] = {}
    ids: dict[tuple[str, str], str] = {}
    for kind, component, path in parts:
        name = str(component.id)
        if kind == "Strategy":
            tag = component.order_id_tag
            given = tag not in (None, "None")
            if not given:
                tag = f"{len(tags):03d}"
                name = f"{name.partition('-')[0]}-{tag}"
            if tag in tags:
                yield Finding(
                    "DUPLICATE_ID",
                    f'The order id tag "{tag}" is that of {tags[tag]} too: the orders of both would have the same ids.',
                    f'Give each strategy an order_id_tag of its own, for example "{_free(tags)}".',
                    f"{path}.config.order_id_tag",
                    fatal=True,
                )
                continue
            tags[tag] = path
        if (kind, name) in ids:
            field = {"Strategy": "order_id_tag", "Actor": "component_id"}.get(kind, "exec_algorithm_id")
            yield Finding(
                "DUPLICATE_ID",
                f'{ids[(kind, name)]} has the id "{name}" too.',
                f"Give each a {field} of its own in its config.",
                f"{path}.config.{field}",
                fatal=True,
            )
        ids.setdefault((kind, name), path)


def _free(tags: Iterable[str]) -> str:
    taken = set(tags)
    return next(tag for number in range(len(taken) + 2) if (tag := f"{number:03d}") not in taken)


def _instruments(plan: Plan, behaviours: dict[int, Behaviour]) -> Iterator[Finding]:
    """Find configs that name instruments the run does not have."""
    for kind, component, path in plan.parts:
        named = list(_named(component, path))
        missing = [(where, name) for where, name in named if name not in plan.instrument_ids]
        makes_own = behaviours[id(component)].otherwise
        fatal = kind == "Strategy" and len(missing) == len(named) and not makes_own and len(plan.parts) == 1
        for where, name in missing:
            venue = name.rpartition(".")[2]
            if venue == SYNTHETIC:
                continue
            venues = {known.rpartition(".")[2] for known in plan.instrument_ids}
            symbol = name.rpartition(".")[0]
            same = next((known for known in plan.instrument_ids if known.rpartition(".")[0] == symbol), None)
            if venue not in venues and same is not None:
                yield Finding(
                    "VENUE_MISMATCH",
                    f'{name} names the venue "{venue}", and the run has {symbol} on another: "{same}".',
                    f'Write "{same}", or give data and a venue for {name}.',
                    where,
                    fatal,
                )
                continue
            yield Finding(
                "UNKNOWN_INSTRUMENT",
                f'The run has no instrument "{name}"; it has {", ".join(plan.instrument_ids[:6])}.'
                f"{did_you_mean(name, plan.instrument_ids)}",
                "Name an instrument of the run's data, or add it to instruments.",
                where,
                fatal,
            )


def _named(component: Any, path: str) -> Iterator[tuple[str, str]]:
    """Give the instruments a config names, each with its place."""
    config = getattr(component, "config", None)
    for field in getattr(config, "__struct_fields__", ()):
        value = getattr(config, field)
        for one in value if isinstance(value, list | tuple | set | frozenset) else (value,):
            if isinstance(one, BarType):
                yield f"{path}.config.{field}", str(one.instrument_id)
            elif isinstance(one, InstrumentId):
                yield f"{path}.config.{field}", str(one)


def _times(parts: Iterable[Part]) -> Iterator[Finding]:
    """Find configs that ask for a time in force which simulated venues reject."""
    for _, component, path in parts:
        config = getattr(component, "config", None)
        for field in getattr(config, "__struct_fields__", ()):
            value = getattr(config, field)
            if isinstance(value, TimeInForce) and value in UNSUPPORTED_TIMES:
                yield Finding(
                    "TIME_IN_FORCE_UNSUPPORTED",
                    f"A simulated venue rejects every order with {value.name}.",
                    "Submit a DAY order from a time alert at the open or the close.",
                    f"{path}.config.{field}",
                )


def _unserved(plan: Plan, offers: Offers, behaviours: dict[int, Behaviour]) -> list[Finding]:
    """Find subscriptions that nothing can serve; fatal when no strategy has any other."""
    found: list[Finding] = []
    strategies = [part for part in plan.parts if part.kind == "Strategy"]
    deaf = 0
    for part in plan.parts:
        behaviour = behaviours[id(part.component)]
        missing, all_known, asked = [], True, 0
        for one in behaviour.asked:
            target = _target(one, part.component, behaviour)
            if target is None:
                continue
            asked += 1
            if isinstance(target, Unknown):
                all_known = False
            elif not offers.serve(one.method, target):
                missing.append(_unserved_finding(one, target, part, plan, offers))
        found += missing
        deaf += bool(missing) and all_known and len(missing) == asked and not behaviour.otherwise
    alone = len(strategies) == len(plan.parts)
    fatal = alone and deaf == len(strategies) > 0
    return [finding._replace(fatal=fatal) for finding in found]


class Unknown:
    """What cannot be told before the run."""


def _target(one: Asked, component: Any, behaviour: Behaviour) -> BarType | InstrumentId | Unknown | None:
    """Return what a subscription asks for; None when it will not be made."""
    reader = Reader(component, behaviour.assigned)
    if one.conditions is None or one.target is None:
        return Unknown()
    try:
        if any(bool(reader.value(condition.test)) != condition.outcome for condition in one.conditions):
            return None
        value = reader.value(one.target)
    except UnknownError:
        return Unknown()
    wanted = BarType if one.method == "subscribe_bars" else InstrumentId
    if not isinstance(value, wanted) or (wanted is InstrumentId and one.method not in NEEDS):
        return Unknown()
    owner = value.instrument_id if isinstance(value, BarType) else value
    return Unknown() if owner.venue.value == SYNTHETIC else value


def _unserved_finding(one: Asked, target: BarType | InstrumentId, part: Part, plan: Plan, offers: Offers) -> Finding:
    missing, there = offers.describe(one.method, target)
    what = f"{one.method.removeprefix('subscribe_').replace('_', ' ')} of {target}"
    config = getattr(part.component, "config", None)
    fields = [
        name
        for name in getattr(config, "__struct_fields__", ())
        # Of two types NautilusTrader would rather raise than compare.
        if type(value := getattr(config, name)) is type(target) and value == target
    ]
    file = getattr(sys.modules.get(type(part.component).__module__), "__file__", "")
    line = f"{plan.user_code.shown(file)}:{one.line}" if file else type(part.component).__name__
    return Finding(
        "SUBSCRIPTION_UNSERVED",
        f"{line} subscribes to {what}{'' if what == missing else f', which needs {missing}'}. {there}",
        "Add such data to the run, or subscribe to what it has.",
        f"{part.path}.config.{fields[0]}" if fields else f"{part.path}.source",
    )
