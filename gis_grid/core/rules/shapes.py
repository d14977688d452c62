"""What a rule of each measure may say: over which spans, in which units, with which options.

An option that a measure does not use is refused: it would look as if it did something.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.rule import Measure, Scope
from gis_grid.core.rules.units import SHARES, TIMES

if TYPE_CHECKING:
    from collections.abc import Mapping

_BY_TRACK: Final = (Scope.DAY, Scope.WEEK)
_BY_RECORDS: Final = (Scope.DAY, Scope.WEEK, Scope.MONTH, Scope.QUARTER)
_TERMS: Final = frozenset({"reduced_by", "part_time_at_least"})
_WINDOWS: Final = frozenset({"windows", "at_least_in_each_window"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What rules of one measure may say, beside what all do; `needs` are the options that must be there."""

    scopes: tuple[Scope, ...]
    units: tuple[str, ...]
    options: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


SHAPES: Final[Mapping[Measure, Shape]] = {
    Measure.TIME_INSIDE: Shape(
        (Scope.PATROL, *_BY_TRACK),
        TIMES,
        options=_TERMS | _WINDOWS | frozenset({"duty_kinds", "only_duty_kinds"}),
    ),
    Measure.PATROLS: Shape(
        _BY_TRACK,
        ("patrols",),
        options=_TERMS | _WINDOWS | frozenset({"each_at_least", "goes_on_at_least", "only_duty_kinds"}),
    ),
    Measure.DUTY_TIME: Shape(_BY_RECORDS, TIMES, options=_TERMS | frozenset({"windows"})),
    Measure.SIGN_INS: Shape((Scope.DAY,), ("sign-ins",), options=_WINDOWS | frozenset({"within"})),
    Measure.DAY_STEPS: Shape(
        (Scope.DAY,), ("steps",), options=frozenset({"within", "each_at_least"}), needs=frozenset({"steps"})
    ),
    Measure.ONLINE_CHECKS: Shape(_BY_TRACK, SHARES, options=frozenset({"windows"})),
    Measure.KEY_PLACES: Shape(_BY_TRACK, (*SHARES, "places"), needs=frozenset({"within", "each_at_least"})),
    Measure.VISITS: Shape(
        _BY_RECORDS, ("visits",), options=_TERMS | frozenset({"windows", "visit_class", "visit_modes"})
    ),
    Measure.VISIT_COVERAGE: Shape(
        _BY_RECORDS, SHARES, options=_TERMS | frozenset({"visit_modes"}), needs=frozenset({"visit_class"})
    ),
    Measure.INCIDENTS_MOVED: Shape(_BY_RECORDS, ("incidents",), options=_TERMS | frozenset({"windows"})),
    Measure.FORMS: Shape(_BY_RECORDS, ("forms",), needs=frozenset({"form"})),
    Measure.ACTIVE_DAYS: Shape((Scope.WEEK, Scope.MONTH, Scope.QUARTER), ("days",), options=_TERMS),
    Measure.STAND_IN_TIME: Shape((Scope.DAY,), TIMES, options=frozenset({"windows"})),
}
