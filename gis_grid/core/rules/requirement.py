"""How much a rule asks of this worker: part-time, and less in a week with holidays or approved absence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from gis_grid.core.rules.reasons import SCOPES_ZH, Reason, amount_en, amount_zh
from gis_grid.core.rules.rule import Relief, Rule, Unit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from gis_grid.core.rules.clock import Clock
    from gis_grid.core.rules.work import Work


class Requirement(NamedTuple):
    """What is asked, in the rule's unit, and why it is not what the rule says at first."""

    amount: float
    terms: tuple[Reason, ...] = ()


def requirement(rule: Rule, work: Work, clock: Clock, days: Sequence[dt.date]) -> Requirement:
    """Say how much a rule asks over these local days.

    Holidays and approved absence take their share of the Mondays to Fridays away, as far as no make-up day
    gives it back. Counts are rounded down, in the worker's favour.
    """
    amount = rule.required
    terms: tuple[Reason, ...] = ()
    if work.part_time and rule.part_time_required is not None:
        amount = rule.part_time_required
        terms = (_part_time(amount, rule.unit),)
    if not rule.reduced_by:
        return Requirement(amount, terms)
    plain, working = sum(day.weekday() < 5 for day in days), clock.working(days)
    absent = 0
    if Relief.ABSENCE in rule.reduced_by:
        absent = clock.working(day for day in days if day in work.absences)
    left = (working if Relief.HOLIDAYS in rule.reduced_by else plain) - absent
    if left >= plain:
        return Requirement(amount, terms)
    less = amount * max(left, 0) / plain
    if rule.unit is Unit.COUNT:
        less = float(math.floor(less + 1e-9))
    return Requirement(less, (*terms, _reduced(rule, amount, less, plain - left - absent, absent)))


def _part_time(amount: float, unit: Unit) -> Reason:
    return Reason(
        "part_time",
        f"兼职网格员，要求为 {amount_zh(amount, unit)}。",
        f"A part-time worker: {amount_en(amount, unit)} required.",
    )


def _reduced(rule: Rule, amount: float, less: float, holidays: int, absent: int) -> Reason:
    """Say what was taken away."""
    causes_zh = [f"放假 {holidays} 天"] * (holidays > 0) + [f"批准缺勤 {absent} 天"] * bool(absent)
    causes_en = [_days(holidays, "holiday")] * (holidays > 0) + [_days(absent, "day")] * bool(absent)
    said_en = " and ".join(causes_en) + (" of approved absence" if absent else "")
    head_zh = f"{SCOPES_ZH[rule.scope]}{'、'.join(causes_zh)}（均为工作日）"
    head_en = f"{said_en} this {rule.scope}"
    if less <= 0:
        return Reason("relief", f"{head_zh}，不作要求。", f"{head_en}: nothing is asked.")
    return Reason(
        "relief",
        f"{head_zh}，要求由 {amount_zh(amount, rule.unit)}减为 {amount_zh(less, rule.unit)}。",
        f"{head_en}: {amount_en(less, rule.unit)} required instead of {amount_en(amount, rule.unit)}.",
    )


def _days(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
