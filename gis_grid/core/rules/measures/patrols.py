"""Patrols that were made, each long enough (XY-1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.clock import hours_text
from gis_grid.core.rules.found import Found, enough
from gis_grid.core.rules.reasons import Noun, Reason, count_en, duration_en, duration_zh
from gis_grid.core.rules.spans import Spans

if TYPE_CHECKING:
    from gis_grid.core.rules.case import Case
    from gis_grid.core.rules.evidence import Amount
    from gis_grid.core.rules.spans import Span

PATROLS: Final = Noun("次巡查", "patrol", "patrols")


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

    One that goes on counts in the later windows too in which it is inside for as long as the rule says:
    nobody has to sign out and in again at noon. A patrol that the accuracy or a gap leaves open is counted
    in `upper` or `more`. Without duty sessions a patrol may hide between those that are known: so many more
    as the time without a trace, with that of the patrols that are too short, has room for.
    """
    rule = case.rule
    spans = case.counted()
    made = [patrol for patrol in case.trace.patrols if _part(case, patrol, spans)]
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
        intervals=tuple(made),
        fixes=evidence.fixes(made),
    )


def _part(case: Case, patrol: Span, spans: list[Span]) -> tuple[Amount, float] | None:
    """Give what of a patrol counts for some hours, and how long it has to be inside; None: it is not theirs.

    All of a patrol that starts in them; of one that started before, what goes on in them.
    """
    if not case.asks_patrol(patrol):
        return None
    rule, evidence = case.rule, case.trace.evidence
    if any(start <= patrol[0] < end for start, end in spans):
        return evidence.amount([patrol]), enough(rule.at_least_s)
    goes_on = [(start, min(end, patrol[1])) for start, end in spans if patrol[0] < start < patrol[1]]
    if not goes_on or not rule.goes_on_at_least_s:
        return None
    amount, at_least = evidence.amount(goes_on), enough(max(rule.goes_on_at_least_s, rule.at_least_s))
    return (amount, at_least) if amount.upper_s + amount.unknown_s >= at_least else None


def _count(case: Case, spans: list[Span]) -> _Count:
    """Count the patrols that start in some hours."""
    count, spare_s = _Count(), 0.0
    for patrol in case.trace.patrols:
        part = _part(case, patrol, spans)
        if part is None:
            continue
        amount, at_least = part
        count.lower += amount.lower_s >= at_least
        count.best += amount.best_s >= at_least
        if amount.upper_s >= at_least:
            count.upper += 1
        elif amount.upper_s + amount.unknown_s >= at_least:
            count.more += 1
        else:
            spare_s += amount.upper_s + amount.unknown_s
    if case.work.duties is None:
        hidden = _hidden(case, spans)
        room_s = sum(hidden) + spare_s
        at_least_s = case.rule.at_least_s
        count.more += int(room_s // enough(at_least_s)) if hidden and at_least_s else len(hidden)
    return count


def _hidden(case: Case, spans: list[Span]) -> list[float]:
    """Lengths of the gaps in some hours that lie in no patrol, seconds."""
    evidence = case.trace.evidence
    patrols = Spans.union(
        (evidence.seconds(start), evidence.seconds(end)) for start, end in case.trace.patrols
    )
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
    goes_on_s, hours = rule.goes_on_at_least_s, [hours_text(window) for window in rule.windows]
    on_zh = f"（按开始时间；延续到后一时段至少 {duration_zh(goes_on_s)} 的也算）" if goes_on_s else ""
    on_en = f" (one counts where it starts or goes on for {duration_en(goes_on_s)})" if goes_on_s else ""
    verb_zh, verb_en = ("", "") if goes_on_s else ("开始 ", "started ")
    zh = "，".join(f"{name} {verb_zh}{n} 次" for name, n in zip(hours, counts, strict=True))
    en = ", ".join(f"{n} {verb_en}in {name}" for name, n in zip(hours, counts, strict=True))
    return Reason(
        "patrols",
        f"巡查{long_zh}：{zh}{on_zh}；每个时段要求 {each:g} 次。",
        f"Patrols{long_en}: {en}{on_en}; {each:g} required in each.",
    )
