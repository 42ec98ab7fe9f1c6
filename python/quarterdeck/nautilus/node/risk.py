"""What people and agents may ask of a node's limits and its halt switch."""

from pathlib import Path

import msgspec

from quarterdeck.errors import QuarterdeckError
from quarterdeck.nautilus.convert import plain
from quarterdeck.nautilus.node.gate import Gate
from quarterdeck.nautilus.node.keeping import LIMITS, Keeping
from quarterdeck.protocol import (
    HaltTradingParams,
    LimitOrigin,
    LooserParams,
    LooserResult,
    ResumeTradingParams,
    RiskLimits,
    RiskState,
    SetRiskLimitsParams,
    TradingStateName,
)
from quarterdeck.trading.halt import TradingState, write_whole
from quarterdeck.trading.limits import Limits, Origin, bounded, loosened, merged


class Risk:
    """The risk desk of a node: shows and changes what its gate goes by."""

    def __init__(self, keeping: Keeping, gate: Gate, directory: Path) -> None:
        self._keeping = keeping
        self._gate = gate
        self._limits_file = directory / LIMITS
        self.switch = keeping.switch

    def describe(self) -> RiskState:
        """Return the state, the limits and how far they are used."""
        halt, gate, audit = self.switch.current, self._gate, self._keeping.audit
        notional, loss = gate.used()
        return RiskState(
            state=TradingStateName(halt.state.value),
            since=halt.at,
            by=halt.by,
            reason=halt.reason,
            limits=msgspec.convert(msgspec.to_builtins(gate.limits), RiskLimits),
            limits_from={name: LimitOrigin(origin.value) for name, origin in self._keeping.limits_from.items()},
            day_notional=plain(notional),
            day_loss=None if loss is None else plain(loss),
            orders_passed=gate.passed,
            orders_refused=gate.refused,
            orders_unchecked=gate.unchecked,
            audit_entries=audit.seq,
            audit_head=audit.head,
            audit_problem=audit.broken,
        )

    def looser(self, params: LooserParams) -> LooserResult:
        """Say which fields would allow what is refused now."""
        return LooserResult(fields=loosened(self._gate.limits, self._merged(params.limits)))

    def set_limits(self, params: SetRiskLimitsParams) -> RiskState:
        """Go by other limits from the next order on, also after a restart. Whoever must agree has agreed."""
        before, limits = self._gate.limits, self._merged(params.limits)
        self._keeping.audit.append("limits", sync=True, who=params.by, limits=msgspec.to_builtins(limits))
        write_whole(self._limits_file, msgspec.json.encode(limits))
        self._gate.set_limits(limits)
        changed = [name for name in limits.__struct_fields__ if getattr(limits, name) != getattr(before, name)]
        self._keeping.limits_from |= dict.fromkeys(changed, Origin.SET)
        return self.describe()

    def halt(self, params: HaltTradingParams) -> None:
        """Let nothing new leave from now on; safe from any thread, and the first thing a halt does."""
        self.switch.set(TradingState(params.state.value), params.by, params.reason)

    def note_halt(self, params: HaltTradingParams) -> None:
        """Write down that trading was halted."""
        audit = self._keeping.audit
        audit.append("halted", sync=True, who=params.by, state=params.state.value, reason=params.reason)

    def resume(self, params: ResumeTradingParams) -> RiskState:
        """Let orders leave again."""
        self._keeping.audit.append("resumed", sync=True, who=params.by)
        self.switch.set(TradingState.ACTIVE, params.by)
        return self.describe()

    def _merged(self, limits: RiskLimits) -> Limits:
        user = self._keeping.user_limits
        try:
            wanted = merged(self._gate.limits, msgspec.to_builtins(limits))
            over = loosened(bounded(wanted, user), wanted)
        except ValueError as error:
            raise QuarterdeckError(
                "INVALID_CONFIG",
                f"The risk limits cannot be read: {error}.",
                'Give amounts as decimal strings, for example {"max_notional_per_order": "1000"}.',
                path="limits",
            ) from error
        if over:
            raise QuarterdeckError(
                "INVALID_ARGUMENTS",
                f"{over[0]} would be looser than the user's own limit ({user.get(over[0])}).",
                'Stay within it, or change "risk" in config.json of the user data folder and start the node again.',
                path=over[0],
            )
        return wanted
