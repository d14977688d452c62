"""Visits that were recorded (JY-3 class 1, FM-3, FM-8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.found import Found
from gis_grid.core.rules.reasons import Noun, Reason, count_en, not_kept_reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis_grid.core.rules.case import Case
    from gis_grid.core.rules.work import Visit

VISITS: Final = Noun("次走访", "visit", "visits")


def visits(case: Case) -> Found:
    """Count the visits of the rule's class and modes; of a class that is only counted, its counter."""
    visit_class = case.rule.visit_class or ""
    if visit_class in case.work.sensitive_counts:
        return _counted(case, case.work.sensitive_counts[visit_class][1])
    if case.work.visits is None or visit_class in case.profile.sensitive:
        return Found.not_kept(case.required, not_kept_reason("走访记录", "records of visits"))
    return _counted(case, len(chosen(case, case.work.visits)))


def chosen(case: Case, visits: Iterable[Visit]) -> set[Visit]:
    """Choose the visits that a rule counts; one that was sent twice is one."""
    rule, spans = case.rule, case.counted()
    return {
        visit
        for visit in visits
        if (rule.visit_class is None or visit.visit_class == rule.visit_class)
        and (not rule.visit_modes or visit.mode in rule.visit_modes)
        and any(start <= visit.t_ms < end for start, end in spans)
    }


def _counted(case: Case, number: int) -> Found:
    asked = f"{case.required:g}"
    said = Reason(
        "visits", f"走访 {number} 次，要求 {asked} 次。", f"{count_en(number, VISITS)}; {asked} required."
    )
    return Found.counted(number, VISITS, said)
