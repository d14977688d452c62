"""Key places that were inspected: passed within a distance, with a stay (XY-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.core.presence.passes import passes
from gis_grid.core.rules.found import Found, enough
from gis_grid.core.rules.reasons import (
    Noun,
    Reason,
    duration_en,
    duration_zh,
    joined_en,
    joined_zh,
    not_kept_reason,
)
from gis_grid.core.rules.rule import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.core.presence.passes import Passes
    from gis_grid.core.rules.case import Case
    from gis_grid.core.rules.work import Place

PLACES: Final = Noun("处", "key place", "key places")


def key_places(case: Case) -> Found | None:
    """Count the key places with one stay that is long enough, or take their share.

    Time without a trace that is as long as such a stay leaves every missed place open. None where the grid
    has no key place.
    """
    listed = case.work.key_places
    if listed is None:
        return Found.not_kept(case.required, not_kept_reason("重点场所名录", "lists of key places"))
    places = sorted(
        {place for place in listed if _is_asked(case, place)},
        key=lambda place: (place.id, place.name, place.lon, place.lat),
    )
    if not places:
        return None
    stays = _stays(case, places)
    at_least = enough(case.rule.at_least_s)
    lower, best, upper = (
        [stay >= at_least for stay in longest.tolist()]
        for longest in (stays.lower_s, stays.best_s, stays.upper_s)
    )
    unknown_s = case.trace.evidence.amount([case.span]).unknown_s
    more = len(places) - sum(upper) if unknown_s >= at_least else 0
    of = len(places) if case.rule.unit is Unit.SHARE else 1
    missed = [place.name for place, seen in zip(places, best, strict=True) if not seen]
    return Found(
        lower=sum(lower) / of,
        best=sum(best) / of,
        upper=sum(upper) / of,
        said=(_said(case, len(places), missed),),
        more=more / of,
        unknown_s=unknown_s,
        noun=None if case.rule.unit is Unit.SHARE else PLACES,
        intervals=tuple(
            sorted(
                (int(start), int(end))
                for start, end, seen in zip(stays.start_ms, stays.end_ms, best, strict=True)
                if seen
            )
        ),
        fixes=case.trace.evidence.fixes([case.span]),
    )


def _is_asked(case: Case, place: Place) -> bool:
    """Whether a place is the worker's for the whole span: on a day of a change nobody is asked."""
    since, until = place.since_ms, place.until_ms
    return (since is None or since <= case.span[0]) and (until is None or until >= case.span[1])


def _stays(case: Case, places: Sequence[Place]) -> Passes:
    """Longest stay near each place in the span, on duty where that is kept."""
    trace = case.trace
    return passes(
        trace.cleaned,
        [place.lon for place in places],
        [place.lat for place in places],
        case.rule.within_m,
        max_gap_s=trace.max_gap_s,
        accuracy_factor=case.accuracy_factor,
        windows_ms=case.served(),
    )


def _said(case: Case, number: int, missed: list[str]) -> Reason:
    rule = case.rule
    done = number - len(missed)
    zh = f"；未巡到：{joined_zh(missed)}" if missed else ""
    en = f"; missed: {joined_en(missed)}" if missed else ""
    stay = rule.at_least_s
    stay_zh = f"停留至少 {duration_zh(stay)}" if stay else "经过"
    stay_en = f"a stay of {duration_en(stay)}" if stay else "a pass"
    return Reason(
        "key_places",
        f"重点场所 {number} 处，已巡 {done} 处（{rule.within_m:g} 米内{stay_zh}）{zh}。",
        f"{done} of {number} key places inspected ({stay_en} within {rule.within_m:g} m){en}.",
    )
