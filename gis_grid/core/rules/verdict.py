"""Verdicts: met, short, or for a person to review; always with reasons."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.reasons import (
    Reason,
    missing_reason,
    night_reason,
    no_fixes_reason,
    partial_week_reason,
    time_inside_reason,
    uncertain_reason,
    unknown_reason,
)

if TYPE_CHECKING:
    from gis_grid.core.rules.evidence import Amount
    from gis_grid.core.rules.rule import Profile, Rule

# Fixes come in whole milliseconds; sums of crossings carry rounding far below half of one.
_TOLERANCE_S: Final = 0.0005


class Outcome(enum.StrEnum):
    """What a rule comes to."""

    MET = "met"
    SHORT = "short"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule's outcome over one day, week or patrol.

    `unknown_s` is the time without a trace in which the worker may have patrolled; a night between two days
    is not in it, but in the sums of the day and the week. `intervals` are the spans inside (best) behind it,
    epoch milliseconds. `partial` marks a week that is not all in the judged period.
    """

    rule: str
    title_zh: str
    title_en: str
    profile: str
    profile_version: str
    outcome: Outcome
    required_s: float
    lower_s: float
    best_s: float
    upper_s: float
    unknown_s: float
    reasons: tuple[Reason, ...]
    intervals: tuple[tuple[int, int], ...]
    partial: bool = False


def decide(amount: Amount, required_s: float) -> Outcome:
    """Met: best >= required. Short: not even upper and unknown time together reach it. Else: review."""
    if amount.best_s >= required_s - _TOLERANCE_S:
        return Outcome.MET
    if amount.upper_s + amount.unknown_s < required_s - _TOLERANCE_S:
        return Outcome.SHORT
    return Outcome.REVIEW


def verdict(
    rule: Rule,
    profile: Profile,
    amount: Amount,
    intervals: tuple[tuple[int, int], ...],
    *,
    night_s: float = 0.0,
    days_in_period: int = 7,
) -> Verdict:
    """Judge one rule on one amount of time.

    Parameters
    ----------
    rule : Rule
    profile : Profile
        The profile the rule stands in; the verdict names it and its version.
    amount : Amount
    intervals : tuple of (start_ms, end_ms)
    night_s : float
        Seconds without a trace that are not held for a patrol: told of, never decisive.
    days_in_period : int
        For a week: below 7 it cannot be found short, only met or for review.
    """
    outcome = decide(amount, rule.required)
    partial = days_in_period < 7
    reasons = _reasons(amount, rule.required, outcome, night_s)
    if partial and outcome is not Outcome.MET:
        outcome = Outcome.REVIEW
        reasons = (*reasons, partial_week_reason(days_in_period))
    return Verdict(
        rule=rule.id,
        title_zh=rule.title_zh,
        title_en=rule.title_en,
        profile=profile.name,
        profile_version=profile.version,
        outcome=outcome,
        required_s=rule.required,
        lower_s=amount.lower_s,
        best_s=amount.best_s,
        upper_s=amount.upper_s,
        unknown_s=amount.unknown_s,
        reasons=reasons,
        intervals=intervals,
        partial=partial,
    )


def _reasons(amount: Amount, required_s: float, outcome: Outcome, night_s: float) -> tuple[Reason, ...]:
    """Give the sentences behind an outcome, most important first."""
    reasons = [time_inside_reason(amount.lower_s, amount.best_s, amount.upper_s, required_s)]
    if outcome is not Outcome.MET:
        reasons.append(missing_reason(required_s - amount.best_s))
    if outcome is Outcome.REVIEW and amount.upper_s - amount.best_s >= 1:
        reasons.append(uncertain_reason(amount.upper_s))
    if amount.unknown_s >= 1:
        reasons.append(unknown_reason(amount.unknown_s, decides=outcome is Outcome.REVIEW))
    if night_s >= 1:
        reasons.append(night_reason(night_s))
    if amount.known_s == 0.0:
        reasons.append(no_fixes_reason())
    return tuple(reasons)
