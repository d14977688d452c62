"""The judgement as JSON. The keys are a stable interface: they may be added to, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gis_grid.core.rules.calendar import local_moment
from gis_grid.core.rules.rule import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from gis_grid.core.rules.judgement import DayJudgement, Judgement, PatrolJudgement, WeekJudgement
    from gis_grid.core.rules.rule import Profile
    from gis_grid.core.rules.verdict import Verdict
    from gis_grid.core.track.signs import Sign


@dataclass(frozen=True, slots=True)
class Checked:
    """All that one check found."""

    judgement: Judgement
    signs: tuple[Sign, ...]
    profiles: tuple[Profile, ...]
    tz: ZoneInfo
    max_gap_s: float


def document(checked: Checked) -> dict[str, Any]:
    """Write a check as JSON values.

    Seconds are rounded to a microsecond; moments are ISO 8601 in the zone of the check.

    Returns
    -------
    dict
        ``lower_s best_s upper_s unknown_s known_s intervals days weeks patrols flags fixes signs profiles
        timezone max_gap_s``.
    """
    judgement, tz = checked.judgement, checked.tz
    presence = judgement.presence
    return {
        "lower_s": _s(presence.lower_s),
        "best_s": _s(presence.best_s),
        "upper_s": _s(presence.upper_s),
        "unknown_s": _s(presence.unknown_s),
        "known_s": _s(presence.known_s),
        "intervals": _intervals(presence.intervals.tolist(), tz),
        "days": [_day(day, tz) for day in judgement.days],
        "weeks": [_week(week, tz) for week in judgement.weeks],
        "patrols": [_patrol(patrol, tz) for patrol in judgement.patrols],
        "flags": judgement.flags,
        "fixes": len(judgement.cleaned.fixes),
        "signs": [
            {"kind": s.kind, "numbers": dict(s.numbers), "zh": s.zh, "en": s.en} for s in checked.signs
        ],
        "profiles": [{"name": p.name, "version": p.version} for p in checked.profiles],
        "timezone": tz.key,
        "max_gap_s": checked.max_gap_s,
    }


def moment(t_ms: float, tz: ZoneInfo) -> str:
    """Write a moment as local ISO 8601 with milliseconds."""
    return local_moment(t_ms, tz).isoformat(timespec="milliseconds")


def _s(seconds: float) -> float:
    return round(seconds, 6)


def _intervals(spans: Iterable[Sequence[int]], tz: ZoneInfo) -> list[list[str]]:
    return [[moment(start, tz), moment(end, tz)] for start, end in spans]


def _amounts(judged: DayJudgement | WeekJudgement | PatrolJudgement, tz: ZoneInfo) -> dict[str, Any]:
    """Give the keys that days, weeks and patrols share."""
    return {
        "lower_s": _s(judged.lower_s),
        "best_s": _s(judged.best_s),
        "upper_s": _s(judged.upper_s),
        "unknown_s": _s(judged.unknown_s),
        "known_s": _s(judged.known_s),
        "verdicts": [_verdict(verdict, tz) for verdict in judged.verdicts],
    }


def _day(day: DayJudgement, tz: ZoneInfo) -> dict[str, Any]:
    keys = {"date": day.date.isoformat(), "working_day": day.working_day, "patrols": list(day.patrols)}
    return keys | _amounts(day, tz)


def _week(week: WeekJudgement, tz: ZoneInfo) -> dict[str, Any]:
    return {"week": week.week} | _amounts(week, tz)


def _patrol(patrol: PatrolJudgement, tz: ZoneInfo) -> dict[str, Any]:
    start, end = moment(patrol.start_ms, tz), moment(patrol.end_ms, tz)
    return {"start": start, "end": end, "date": patrol.date.isoformat()} | _amounts(patrol, tz)


def _verdict(verdict: Verdict, tz: ZoneInfo) -> dict[str, Any]:
    return {
        "rule": verdict.rule,
        "title_zh": verdict.title_zh,
        "title_en": verdict.title_en,
        "profile": verdict.profile,
        "profile_version": verdict.profile_version,
        "outcome": verdict.outcome.value,
        **_numbers(verdict),
        "reasons": [{"code": reason.code, "zh": reason.zh, "en": reason.en} for reason in verdict.reasons],
        "intervals": _intervals(verdict.intervals, tz),
        "fixes": _fixes(verdict.fixes, tz),
        "partial": verdict.partial,
    }


def _numbers(verdict: Verdict) -> dict[str, Any]:
    """Give what is asked and found in the verdict's unit, and once more under the names of time."""
    numbers = {name: _s(getattr(verdict, name)) for name in ("required", "lower", "best", "upper")}
    is_time = verdict.unit is Unit.SECONDS
    times = {f"{name}_s": value if is_time else None for name, value in numbers.items()}
    return {"unit": verdict.unit.value, **numbers, **times, "unknown_s": _s(verdict.unknown_s)}


def _fixes(fixes: tuple[int, int, int] | None, tz: ZoneInfo) -> dict[str, Any] | None:
    """Give the fixes behind a verdict: the first, the last, and how many."""
    if fixes is None:
        return None
    first, last, count = fixes
    return {"first": moment(first, tz), "last": moment(last, tz), "count": count}
