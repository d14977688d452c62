"""Verdicts: met, short, or for a person to review; always with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis_grid.core.rules.found import Found, Outcome, decide
from gis_grid.core.rules.measures import measure
from gis_grid.core.rules.reasons import Reason, missing_reason, uncertain_reason, unknown_reason
from gis_grid.core.rules.rule import Unit

if TYPE_CHECKING:
    from gis_grid.core.rules.case import Case
    from gis_grid.core.rules.found import Fixes
    from gis_grid.core.rules.rule import Rule
    from gis_grid.core.rules.spans import Span


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule's outcome over a patrol, day, week, month or quarter.

    Attributes
    ----------
    rule, title_zh, title_en, profile, profile_version : str
    outcome : Outcome
    unit : Unit
        What `required`, `lower`, `best` and `upper` are: seconds, a count, or a share from 0 to 1.
    required : float
        What is asked of this worker over this span; 0 asks for nothing: the amount is told.
    lower, best, upper : float
    unknown_s : float
        Time without a trace that counts for the rule; a night between two days is not in it, but in the sums
        of the day and the week.
    reasons : tuple of Reason
        Most important first.
    intervals : tuple of (start_ms, end_ms)
        The spans (best) behind it, epoch milliseconds.
    fixes : (first_ms, last_ms, count), optional
        The accepted fixes behind it; None where there are none.
    partial : bool
        Not all of the span is judged, or it is not over: never short.
    """

    rule: str
    title_zh: str
    title_en: str
    profile: str
    profile_version: str
    outcome: Outcome
    unit: Unit
    required: float
    lower: float
    best: float
    upper: float
    unknown_s: float
    reasons: tuple[Reason, ...]
    intervals: tuple[Span, ...]
    fixes: Fixes | None = None
    partial: bool = False


def verdict(case: Case, terms: tuple[Reason, ...] = (), partial: Reason | None = None) -> Verdict | None:
    """Judge one case.

    Parameters
    ----------
    case : Case
    terms : tuple of Reason
        Why this worker is asked for more or less than the rule says.
    partial : Reason, optional
        Why the span cannot be found short.

    Returns
    -------
    Verdict or None
        None where there is nothing to ask for: no key place in the grid, no check in the span.
    """
    rule, profile = case.rule, case.profile
    found = measure(case)
    if found is None:
        return None
    outcome = decide(found, case.required, rule.unit)
    reasons = (*_reasons(found, case.required, rule, outcome), *terms)
    if partial is not None and outcome is not Outcome.MET:
        outcome = Outcome.REVIEW
        reasons = (*reasons, partial)
    return Verdict(
        rule=rule.id,
        title_zh=rule.title_zh,
        title_en=rule.title_en,
        profile=profile.name,
        profile_version=profile.version,
        outcome=outcome,
        unit=rule.unit,
        required=case.required,
        lower=found.lower,
        best=found.best,
        upper=found.upper,
        unknown_s=found.unknown_s,
        reasons=reasons,
        intervals=found.intervals,
        fixes=found.fixes,
        partial=partial is not None,
    )


def _reasons(found: Found, required: float, rule: Rule, outcome: Outcome) -> list[Reason]:
    """Give the sentences behind an outcome, most important first."""
    reasons = [*found.said]
    if found.is_kept:
        if outcome is not Outcome.MET:
            reasons.append(missing_reason(required - found.best, rule.unit, found.noun))
        if outcome is Outcome.REVIEW and _tells_apart(found.best, found.upper, rule.unit):
            reasons.append(uncertain_reason(found.upper, rule.unit, found.noun))
        if found.unknown_s >= 1:
            decides = outcome is Outcome.REVIEW and found.more > 0
            reasons.append(unknown_reason(found.unknown_s, decides=decides))
    reasons.extend(found.notes)
    return reasons


def _tells_apart(best: float, upper: float, unit: Unit) -> bool:
    """Whether a reader sees two amounts as two."""
    return upper - best >= (1e-6 if unit is not Unit.SECONDS else 1.0)
