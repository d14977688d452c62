"""The order of a day: sign in, meet, go into the grid, report, sign out (LS-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from gis_grid.core.presence.passes import passes
from gis_grid.core.rules.at_office import Sureness, signed
from gis_grid.core.rules.found import Found, enough
from gis_grid.core.rules.reasons import Noun, Reason
from gis_grid.core.rules.rule import Step
from gis_grid.core.rules.work import SignKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gis_grid.core.rules.case import Case
    from gis_grid.core.rules.work import Place

STEPS: Final = Noun("个环节", "step", "steps")
_WORDS: Final[Mapping[Step, tuple[str, str]]] = {
    Step.SIGN_IN: ("签到", "sign in"),
    Step.MEETING: ("晨会", "meeting"),
    Step.INSIDE: ("进入网格", "into the grid"),
    Step.REPORT: ("上报", "report"),
    Step.SIGN_OUT: ("签退", "sign out"),
}
_BOUNDS: Final[Mapping[Sureness, int]] = {Sureness.CERTAIN: 0, Sureness.BEST: 1, Sureness.POSSIBLE: 2}
_SIGNS: Final = {
    Step.SIGN_IN: frozenset({SignKind.IN, SignKind.PRESENT}),
    Step.SIGN_OUT: frozenset({SignKind.OUT, SignKind.PRESENT}),
}


class _Chain(NamedTuple):
    """Steps done in their order, and the moment at which the last was."""

    steps: tuple[tuple[Step, int], ...]
    t_ms: int


def day_steps(case: Case) -> Found:
    """Count the steps that were done in their order.

    Of all ways to put the day's records in order the one with the most steps counts, and the earliest of
    those. A step without records that could show it is left open.
    """
    chains = {
        sureness: _longest(case, sureness)
        for sureness in (Sureness.CERTAIN, Sureness.BEST, Sureness.POSSIBLE)
    }
    best = chains[Sureness.BEST]
    done = {step for step, _ in best.steps}
    missing = [step for step in case.rule.steps if step not in done]
    shown = {step for step, _ in chains[Sureness.POSSIBLE].steps}
    unknown_s = case.trace.evidence.amount([case.span]).unknown_s
    more = sum(_is_open(case, step, unknown_s) for step in case.rule.steps if step not in shown)
    lower, upper = len(chains[Sureness.CERTAIN].steps), len(chains[Sureness.POSSIBLE].steps)
    return Found(
        lower=float(lower),
        best=float(len(best.steps)),
        upper=float(upper),
        said=(_said(case, best, missing),),
        more=float(more),
        unknown_s=unknown_s,
        notes=_not_kept(case, missing),
        noun=STEPS,
        fixes=case.trace.evidence.fixes([case.span]),
    )


def _longest(case: Case, sureness: Sureness) -> _Chain:
    """Find the longest chain of steps: for each length the one that ends first."""
    chains = [_Chain((), case.span[0] - 1)]  # each step is after the one before
    for step in case.rule.steps:
        find = _FINDERS[step]
        for length in range(len(chains) - 1, -1, -1):
            before = chains[length]
            t_ms = find(case, step, before.t_ms, sureness)
            if t_ms is None or t_ms >= case.span[1]:
                continue
            longer = _Chain((*before.steps, (step, t_ms)), t_ms)
            if length + 1 == len(chains):
                chains.append(longer)
            elif t_ms < chains[length + 1].t_ms:
                chains[length + 1] = longer
    return chains[-1]


def _sign(case: Case, step: Step, after_ms: int, sureness: Sureness) -> int | None:
    """Find the first signature of the step's kind at the office."""
    times = [
        signature.t_ms
        for signature in case.work.signatures or ()
        if signature.kind in _SIGNS[step]
        and after_ms < signature.t_ms
        and signed(case, signature).sureness >= sureness
    ]
    return min(times, default=None)


def _meeting(case: Case, _: Step, after_ms: int, sureness: Sureness) -> int | None:
    """Find the first stay at the office that is long enough: the moment at which it is."""
    offices = _offices(case)
    if not offices:
        return None
    stays = passes(
        case.trace.cleaned,
        [office.lon for office in offices],
        [office.lat for office in offices],
        case.rule.within_m,
        max_gap_s=case.trace.max_gap_s,
        accuracy_factor=case.accuracy_factor,
        windows_ms=[(max(start, after_ms), end) for start, end in case.served() if end > after_ms],
        reach_s=enough(case.rule.at_least_s),
    )
    reached = stays.reached_ms[_BOUNDS[sureness]]
    return int(reached[reached >= 0].min()) if (reached >= 0).any() else None


def _offices(case: Case) -> list[Place]:
    """List the offices that are in use at some time of the span."""
    return [
        office
        for office in case.work.offices or ()
        if (office.since_ms is None or office.since_ms < case.span[1])
        and (office.until_ms is None or office.until_ms > case.span[0])
    ]


def _inside(case: Case, _: Step, after_ms: int, sureness: Sureness) -> int | None:
    """Find the first moment inside the grid."""
    evidence = case.trace.evidence
    spans = {
        Sureness.CERTAIN: evidence.certain,
        Sureness.BEST: evidence.inside,
        Sureness.POSSIBLE: evidence.possible,
    }[sureness]
    first = spans.first_after(evidence.seconds(after_ms))
    return None if first is None else max(evidence.origin_ms + round(first * 1000), case.span[0])


def _report(case: Case, _: Step, after_ms: int, __: Sureness) -> int | None:
    """Find the first report from the handheld."""
    return min((t_ms for t_ms in case.work.reports_ms or () if t_ms > after_ms), default=None)


_FINDERS: Final[Mapping[Step, Callable[[Case, Step, int, Sureness], int | None]]] = {
    Step.SIGN_IN: _sign,
    Step.MEETING: _meeting,
    Step.INSIDE: _inside,
    Step.REPORT: _report,
    Step.SIGN_OUT: _sign,
}


def _is_open(case: Case, step: Step, unknown_s: float) -> bool:
    """Whether a step that no record shows may have been done all the same."""
    if not _is_kept(case, step):
        return True
    if step is Step.MEETING:
        return unknown_s >= enough(case.rule.at_least_s)
    return step is Step.INSIDE and unknown_s > 0


def _is_kept(case: Case, step: Step) -> bool:
    """Whether records that could show a step are kept."""
    work = case.work
    if step in _SIGNS:
        return work.signatures is not None
    if step is Step.MEETING:
        return bool(_offices(case))
    return step is not Step.REPORT or work.reports_ms is not None


def _said(case: Case, chain: _Chain, missing: list[Step]) -> Reason:
    """Say when each step was done, and which are missing."""
    done = [(step, case.clock.time(t_ms)) for step, t_ms in chain.steps]
    zh = "、".join(f"{_WORDS[step][0]} {time}" for step, time in done) or "无"
    en = ", ".join(f"{_WORDS[step][1]} {time}" for step, time in done) or "nothing"
    missing_zh = f"；缺少：{'、'.join(_WORDS[step][0] for step in missing)}" if missing else ""
    missing_en = f"; missing: {', '.join(_WORDS[step][1] for step in missing)}" if missing else ""
    number = len(case.rule.steps)
    return Reason(
        "day_steps",
        f"按顺序完成 {len(done)}/{number} 个环节：{zh}{missing_zh}。",
        f"{len(done)} of {number} steps done in order: {en}{missing_en}.",
    )


def _not_kept(case: Case, missing: list[Step]) -> tuple[Reason, ...]:
    """Name the missing steps that no record could show."""
    steps = [step for step in missing if not _is_kept(case, step)]
    if not steps:
        return ()
    return (
        Reason(
            "steps_not_kept",
            f"{'、'.join(_WORDS[step][0] for step in steps)}没有记录可查，需人工复核。",
            f"No records are kept for: {', '.join(_WORDS[step][1] for step in steps)}; a person decides.",
        ),
    )
