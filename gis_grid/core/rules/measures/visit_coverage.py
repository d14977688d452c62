"""Share of the visit targets that were visited (XY-5, JY-3 classes 2 to 5, FM-8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.core.rules.found import Found
from gis_grid.core.rules.measures.visits import chosen
from gis_grid.core.rules.reasons import SCOPES_ZH, Reason, not_kept_reason, percent

if TYPE_CHECKING:
    from gis_grid.core.rules.case import Case


def visit_coverage(case: Case) -> Found | None:
    """Take the share of the targets of a class with a visit; sensitive classes by their counters only.

    None where the grid has no target of the class.
    """
    work, visit_class = case.work, case.rule.visit_class or ""
    if visit_class in work.sensitive_counts:
        due, done = work.sensitive_counts[visit_class]
        return _share(case, min(done, due), due)
    if work.visits is None or work.targets is None or visit_class in case.profile.sensitive:
        kept = not_kept_reason("走访对象或走访记录", "records of visit targets and visits")
        return Found.not_kept(case.required, kept)
    due_ids = frozenset[int]().union(
        *(ids for name, ids in work.targets.items() if visit_class in {"", name})
    )
    made = chosen(case, (*work.visits, *work.stand_in_visits))
    visited = {visit.target for visit in made} & due_ids
    return _share(case, len(visited), len(due_ids))


def _share(case: Case, done: int, due: int) -> Found | None:
    """Tell how many of how many."""
    if not due:
        return None
    share = done / due
    asked = percent(case.required)
    said = Reason(
        "visit_coverage",
        f"{SCOPES_ZH[case.rule.scope]}应走访 {due} 户（处），已走访 {done}（{percent(share)}），"
        f"要求 {asked}。",
        f"{done} of {due} visited this {case.rule.scope}, {percent(share)}; {asked} required.",
    )
    return Found(share, share, share, (said,))
