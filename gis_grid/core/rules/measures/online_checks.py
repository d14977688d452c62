"""Checks of whether the worker was on line (FM-6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.found import Found
from gis_grid.core.rules.reasons import Noun, Reason, joined_en, joined_zh, not_kept_reason
from gis_grid.core.rules.rule import Unit

if TYPE_CHECKING:
    from gis_grid.core.rules.case import Case

CHECKS: Final = Noun("次在线", "check on line", "checks on line")


def online_checks(case: Case) -> Found | None:
    """Count the checks, or take the share of those, with an accepted fix no further off than the gap limit.

    Where duty is kept nobody has to be on line off duty: only the checks during it are asked. None where
    nobody checked.
    """
    checks = case.work.checks_ms
    if checks is None:
        return Found.not_kept(case.required, not_kept_reason("在线抽查记录", "records of online checks"))
    served = case.served()
    moments = [t_ms for t_ms in case.moments(checks) if any(start <= t_ms < end for start, end in served)]
    if not moments:
        return None
    missed = [t_ms for t_ms in moments if not _is_on_line(case, t_ms)]
    done = len(moments) - len(missed)
    amount = done / len(moments) if case.rule.unit is Unit.SHARE else float(done)
    noun = None if case.rule.unit is Unit.SHARE else CHECKS
    return Found(amount, amount, amount, (_said(case, len(moments), done, missed),), noun=noun)


def _is_on_line(case: Case, t_ms: int) -> bool:
    """Whether a fix was taken around a moment."""
    gap_ms = int(case.trace.max_gap_s * 1000)
    return case.trace.evidence.fixes([(t_ms - gap_ms, t_ms + gap_ms)]) is not None


def _said(case: Case, checked: int, done: int, missed: list[int]) -> Reason:
    times = [case.clock.day_and_time(t_ms) for t_ms in missed]
    gap = f"{case.trace.max_gap_s / 60:g}"
    zh = f"；不在线：{joined_zh(times)}（前后 {gap} 分钟内没有定位）" if missed else ""
    en = f"; not on line at {joined_en(times)} (no fix within {gap} min)" if missed else ""
    return Reason(
        "online_checks",
        f"抽查 {checked} 次，在线 {done} 次{zh}。",
        f"On line at {done} of {checked} checks{en}.",
    )
