"""What a measure finds for one rule over one span, and what that comes to."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.reasons import TOLERANCE_S, nothing_asked_reason
from gis_grid.core.rules.rule import Unit

if TYPE_CHECKING:
    from typing import Self

    from gis_grid.core.rules.reasons import Noun, Reason
    from gis_grid.core.rules.spans import Span

_TOLERANCE: Final = {Unit.SECONDS: TOLERANCE_S, Unit.COUNT: 1e-9, Unit.SHARE: 1e-9}
_MOMENT_S: Final = 0.001

Fixes = tuple[int, int, int]
"""First and last time (epoch milliseconds) and number of the fixes behind a verdict."""


class Outcome(enum.StrEnum):
    """What a rule comes to."""

    MET = "met"
    SHORT = "short"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Found:
    """An amount in the rule's unit, with what it rests on.

    Attributes
    ----------
    lower, best, upper : float
        Whatever the accuracy; by the records as they are; at most.
    said : tuple of Reason
        The amount in words, beside what is asked.
    more : float
        How much more there may have been in time without a trace, or by records that are not kept.
    unknown_s : float
        That time without a trace.
    notes : tuple of Reason
        What else a reader should know; decides nothing.
    noun : Noun, optional
        What is counted.
    intervals : tuple of (start_ms, end_ms)
    fixes : (first_ms, last_ms, count), optional
    is_kept : bool
        False: the records that the rule needs are not kept.
    """

    lower: float
    best: float
    upper: float
    said: tuple[Reason, ...]
    more: float = 0.0
    unknown_s: float = 0.0
    notes: tuple[Reason, ...] = ()
    noun: Noun | None = None
    intervals: tuple[Span, ...] = ()
    fixes: Fixes | None = None
    is_kept: bool = True

    @classmethod
    def counted(cls, number: float, noun: Noun, said: Reason) -> Self:
        """Count records: nothing about their number is uncertain."""
        return cls(float(number), float(number), float(number), (said,), noun=noun)

    @classmethod
    def not_kept(cls, required: float, said: Reason) -> Self:
        """Nothing can be found, because such records are not kept; all that is asked may have been done.

        Where nothing is asked, none are needed.
        """
        if required <= 0:
            return cls(0.0, 0.0, 0.0, (nothing_asked_reason(),))
        return cls(0.0, 0.0, required, (said,), is_kept=False)


def enough(at_least_s: float) -> float:
    """Say from how many seconds on something lasts so long; any moment does where nothing is asked."""
    return max(at_least_s, _MOMENT_S) - TOLERANCE_S


def decide(found: Found, required: float, unit: Unit) -> Outcome:
    """Met: best >= required. Short: not even upper and what may be missing reach it. Else: review."""
    least = required - _TOLERANCE[unit]
    if found.best >= least and found.is_kept:
        return Outcome.MET
    if found.upper + found.more < least:
        return Outcome.SHORT
    return Outcome.REVIEW
