"""Patrols that were made, each long enough (XY-1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.clock import hours_text
from gis_grid.core.rules.found import Found
from gis_grid.core.rules.reasons import Noun, Reason, count_en, duration_en, duration_zh
from gis_grid.core.rules.spans import Spans

if TYPE_CHECKING:
    from gis_grid.core.rules.case import Case
    from gis_grid.core.rules.spans import Span

PATROLS: Final = Noun("次巡查", "patrol", "patrols")
_MOMENT_S: Final = 0.001


@dataclass(slots=True)
class _Count:
    """How many patrols, and how many more time without a trace could hide."""

    lower: int = 0
    best: int = 0
    upper: int = 0
    more: int = 0

    def capped(self, most: float) -> tuple[float, float, float, float]:
        """Count no more than are asked for: one too many in the morning is none in the afternoon."""
        lower, best, upper = (min(float(n), most) for n in (self.lower, self.best, self.upper))
        return lower, best, upper, min(float(self.upper + self.more), most) - upper


def patrols(case: Case) -> Found:
    """Count the patrols that start in a window and are inside for at least so long.

    A patrol that the accuracy or a gap leaves open is counted in `upper` or `more`. Without duty sessions
    a patrol may hide between those that are known: so many more as the time without a trace, with that of
    the patrols that are too short, has room for.
    """
    rule = case.rule
    spans = case.counted()
    starts = [patrol for patrol in case.trace.patrols if _starts_in(patrol, spans)]
    if rule.in_each_window:
        most = case.required / len(rule.windows)
        counts = [_count(case, case.clock.window(window, case.days)) for window in rule.windows]
    else:
        most = float("inf")
        counts = [_count(case, spans)]
    lower, best, upper, more = (sum(n) for n in zip(*(count.capped(most) for count in counts), strict=True))
    evidence = case.trace.evidence
    return Found(
        lower=lower,
        best=best,
        upper=upper,
        said=(_said(case, [count.best for count in counts], most),),
        more=more,
        unknown_s=evidence.amount(spans).unknown_s,
        noun=PATROLS,
        intervals=tuple(starts),
        fixes=evidence.fixes(starts),
    )


def _starts_in(patrol: Span, spans: list[Span]) -> bool:
    return any(start <= patrol[0] < end for start, end in spans)


def _count(case: Case, spans: list[Span]) -> _Count:
    """Count the patrols that start in some hours."""
    evidence, at_least = case.trace.evidence, max(case.rule.at_least_s, _MOMENT_S) - 0.0005
    count, spare_s, own = _Count(), 0.0, []
    for patrol in case.trace.patrols:
        if not _starts_in(patrol, spans):
            continue
        amount = evidence.amount([patrol])
        own.append((float(patrol[0]), float(patrol[1])))
        count.lower += amount.lower_s >= at_least
        count.best += amount.best_s >= at_least
        if amount.upper_s >= at_least:
            count.upper += 1
        elif amount.upper_s + amount.unknown_s >= at_least:
            count.more += 1
        else:
            spare_s += amount.upper_s + amount.unknown_s
    if case.work.duties is None:
        hidden = _hidden(case, spans, own)
        room_s = sum(hidden) + spare_s
        count.more += int(room_s // at_least) if hidden and case.rule.at_least_s else len(hidden)
    return count


def _hidden(case: Case, spans: list[Span], own: list[tuple[float, float]]) -> list[float]:
    """Lengths of the gaps in some hours that lie in no patrol, seconds."""
    evidence = case.trace.evidence
    patrols = Spans.union((evidence.seconds(start), evidence.seconds(end)) for start, end in own)
    hours = Spans.union((evidence.seconds(start), evidence.seconds(end)) for start, end in spans)
    gaps = evidence.unknown.within(hours).minus(patrols)
    return [end - start for start, end in gaps if end - start >= 1.0]


def _said(case: Case, counts: list[int], each: float) -> Reason:
    """Say how many, in each window where each is asked for."""
    rule = case.rule
    long_zh = f"（每次网格内至少 {duration_zh(rule.at_least_s)}）" if rule.at_least_s else ""
    long_en = f" of at least {duration_en(rule.at_least_s)} inside" if rule.at_least_s else ""
    if not rule.in_each_window:
        return Reason(
            "patrols",
            f"巡查 {counts[0]} 次{long_zh}，要求 {case.required:g} 次。",
            f"{count_en(counts[0], PATROLS)}{long_en}; {case.required:g} required.",
        )
    hours = [hours_text(window) for window in rule.windows]
    zh = "，".join(f"{name} 开始 {n} 次" for name, n in zip(hours, counts, strict=True))
    en = ", ".join(f"{n} started in {name}" for name, n in zip(hours, counts, strict=True))
    return Reason(
        "patrols",
        f"巡查{long_zh}：{zh}；每个时段要求 {each:g} 次。",
        f"Patrols{long_en}: {en}; {each:g} required in each.",
    )
