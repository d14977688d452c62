"""Time of the stand-ins in an absent worker's grid (JY-8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.core.rules.found import Found
from gis_grid.core.rules.reasons import (
    Reason,
    duration_en,
    duration_zh,
    joined_en,
    joined_zh,
    not_kept_reason,
)
from gis_grid.core.rules.spans import Spans

if TYPE_CHECKING:
    from gis_grid.core.rules.case import Case
    from gis_grid.core.rules.spans import Span
    from gis_grid.core.rules.work import StandIn


def stand_in_time(case: Case) -> Found:
    """Sum the seconds inside the grid while standing in; two at once count once.

    A colleague is known to be inside, or may have been: time of one that is known outweighs a gap of another.
    """
    stand_ins = case.work.stand_ins
    if stand_ins is None:
        return Found.not_kept(case.required, not_kept_reason("替班记录", "records of stand-ins"))
    spans = case.counted()
    traces = [_Trace(case, one, spans) for one in _in_order(stand_ins) if _serves(one, case.span)]
    lower = Spans.union(part for trace in traces for part in trace.certain)
    best = Spans.union(part for trace in traces for part in trace.inside)
    upper = Spans.union(part for trace in traces for part in trace.possible)
    unknown = Spans.union(part for trace in traces for part in trace.unknown).minus(upper)
    lower_s, best_s, upper_s, unknown_s = (
        sum((end - start for start, end in found), 0.0) for found in (lower, best, upper, unknown)
    )
    origin_ms = case.span[0]
    return Found(
        lower=lower_s,
        best=best_s,
        upper=upper_s,
        said=(_said(case, best_s, sorted({trace.worker for trace in traces})),),
        more=unknown_s,
        unknown_s=unknown_s,
        intervals=tuple(
            (origin_ms + round(start * 1000), origin_ms + round(end * 1000))
            for start, end in best
            if round(end * 1000) > round(start * 1000)
        ),
    )


class _Trace:
    """One stand-in's sets of time, in seconds after the start of the case."""

    def __init__(self, case: Case, one: StandIn, counted: list[Span]) -> None:
        self.worker = one.worker
        evidence = case.trace.measure(one.fixes)
        shift_s = (evidence.origin_ms - case.span[0]) / 1000.0
        begin_ms = case.span[0]
        serving = Spans.union(
            ((max(start, one.start_ms) - begin_ms) / 1000.0, (min(end, one.end_ms) - begin_ms) / 1000.0)
            for start, end in counted
        )
        self.certain, self.inside, self.possible, self.unknown = (
            Spans.union((start + shift_s, end + shift_s) for start, end in found).within(serving)
            for found in (evidence.certain, evidence.inside, evidence.possible, evidence.unknown)
        )


def _in_order(stand_ins: tuple[StandIn, ...]) -> list[StandIn]:
    return sorted(stand_ins, key=lambda one: (one.start_ms, one.end_ms, one.worker))


def _serves(one: StandIn, span: Span) -> bool:
    """Whether a colleague stands in at some time of a span."""
    return one.start_ms < span[1] and one.end_ms > span[0]


def _said(case: Case, seconds: float, workers: list[str]) -> Reason:
    if not workers:
        return Reason(
            "no_stand_in",
            f"批准缺勤，没有安排替班，要求替班人员在网格内 {duration_zh(case.required)}。",
            f"Approved absence without a stand-in; {duration_en(case.required)} inside the grid required.",
        )
    asked_zh = duration_zh(case.required)
    return Reason(
        "stand_in_time",
        f"批准缺勤，由 {joined_zh(workers)} 替班，网格内 {duration_zh(seconds)}，要求 {asked_zh}。",
        f"Approved absence; {joined_en(workers)} stood in, {duration_en(seconds)} inside the grid;"
        f" {duration_en(case.required)} required.",
    )
