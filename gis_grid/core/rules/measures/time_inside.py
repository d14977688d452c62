"""Time inside the worker's own grid (BASE-3, BASE-4, XY-2, XY-4, JY-2, LS-4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.core.rules.clock import hours_text
from gis_grid.core.rules.found import Found
from gis_grid.core.rules.reasons import (
    Reason,
    duration_en,
    duration_zh,
    night_reason,
    no_fixes_reason,
    time_inside_reason,
)
from gis_grid.core.rules.rule import Scope

if TYPE_CHECKING:
    from gis_grid.core.rules.case import Case
    from gis_grid.core.rules.spans import Span


def time_inside(case: Case) -> Found | None:
    """Sum the seconds inside in the hours that the rule counts.

    Where a rule counts duty of some kinds at any hour and no duty is kept, all time outside its windows may
    have been such duty: that is left open. None for a patrol of a kind of duty that is not asked.
    """
    if case.rule.scope is Scope.PATROL and not case.asks_patrol(case.span):
        return None
    evidence, spans = case.trace.evidence, case.counted()
    if case.rule.in_each_window:
        return _in_each_window(case, spans)
    amount = evidence.amount(spans)
    night_s = evidence.night_s(spans)
    notes = [night_reason(night_s)] if night_s >= 1 else []
    if amount.known_s == 0.0:
        notes.append(no_fixes_reason())
    more = amount.unknown_s
    if case.rule.duty_kinds and case.rule.windows and case.work.duties is None:
        whole = evidence.amount((case.span,))
        more = whole.upper_s + whole.unknown_s - amount.upper_s
        notes.append(_kinds_not_kept(more - amount.unknown_s))
    return Found(
        lower=amount.lower_s,
        best=amount.best_s,
        upper=amount.upper_s,
        said=(time_inside_reason(amount.lower_s, amount.best_s, amount.upper_s, case.required),),
        more=more,
        unknown_s=amount.unknown_s,
        notes=tuple(notes),
        intervals=evidence.intervals(spans),
        fixes=evidence.fixes(spans),
    )


def _in_each_window(case: Case, spans: list[Span]) -> Found:
    """Each window has to reach its part by itself: what is over in one does not help another."""
    evidence, rule = case.trace.evidence, case.rule
    part_s = case.required / len(rule.windows)
    amounts = [evidence.amount(case.clock.window(window, case.days)) for window in rule.windows]
    lower, best, upper = (
        sum(min(seconds, part_s) for seconds in sums)
        for sums in zip(*((a.lower_s, a.best_s, a.upper_s) for a in amounts), strict=True)
    )
    reach = sum(min(amount.upper_s + amount.unknown_s, part_s) for amount in amounts)
    notes = [no_fixes_reason()] if not any(amount.known_s for amount in amounts) else []
    return Found(
        lower=lower,
        best=best,
        upper=upper,
        said=(_windows_reason(case, [amount.best_s for amount in amounts], part_s),),
        more=reach - upper,
        unknown_s=sum(amount.unknown_s for amount in amounts),
        notes=tuple(notes),
        intervals=evidence.intervals(spans),
        fixes=evidence.fixes(spans),
    )


def _windows_reason(case: Case, best_s: list[float], part_s: float) -> Reason:
    """Say the time in each window."""
    hours = [hours_text(window) for window in case.rule.windows]
    zh = "，".join(f"{name} {duration_zh(s)}" for name, s in zip(hours, best_s, strict=True))
    en = ", ".join(f"{duration_en(s)} in {name}" for name, s in zip(hours, best_s, strict=True))
    return Reason(
        "time_inside",
        f"网格内：{zh}；每个时段要求 {duration_zh(part_s)}。",
        f"Inside the grid: {en}; {duration_en(part_s)} required in each.",
    )


def _kinds_not_kept(outside_s: float) -> Reason:
    """Say that the kind of duty is not known."""
    return Reason(
        "duty_not_kept",
        f"没有值班类型记录，规定时段以外的 {duration_zh(outside_s)} 是否为预约服务无法确定。",
        f"No kinds of duty are kept: whether {duration_en(outside_s)} at other hours was by appointment"
        " cannot be told.",
    )
