"""One worker's week: what goes into judging it, and what comes out. Nothing here touches the database."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from gis_grid.core import (
    Boundary,
    Cleaned,
    Fixes,
    Intervals,
    Judgement,
    Profile,
    WorkDays,
    count_flags,
    digest,
    judge,
    local_date,
    signs,
)
from gis_grid.core.rules.calendar import day_span_ms, instant_ms
from gis_grid.core.rules.work import Duty, Work
from gis_grid.patrols.rows import Row, day_row, patrol_row, sign_row, week_row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from gis_grid.grids.service import BoundaryInForce
    from gis_grid.patrols.weeks import Week
    from gis_grid.tracks.sessions import Span


@dataclass(frozen=True, slots=True)
class Bench:
    """What every worker of a run is judged by."""

    profiles: tuple[Profile, ...]
    work_days: WorkDays
    tz: ZoneInfo
    now: datetime
    core_version: str

    def settings(self, week: Week) -> dict[str, Any]:
        """Return everything but fixes, duty and boundaries that decides a verdict, as JSON values."""
        return {
            "profiles": [[profile.name, profile.version] for profile in self.profiles],
            "tz": self.tz.key,
            "week": week.name,
            "working_days": [day.isoformat() for day in week.days if self.work_days.is_working(day)],
            "core": self.core_version,
        }


class Inputs(NamedTuple):
    """One worker's week: fixes in order of time, duty, and boundaries in force."""

    fixes: Fixes
    duties: tuple[Span, ...]
    boundaries: tuple[Boundary, ...]


def cut(
    week: Week, fixes: Fixes | None, duties: Sequence[Span], in_force: Sequence[BoundaryInForce]
) -> Inputs:
    """Cut what was read to a week; a session over its border is kept whole, with all that it needs."""
    start, end = instant_ms(week.start), instant_ms(week.end)
    own = tuple(span for span in duties if span[0] < end and span[1] > start)
    first = min([start, *(span[0] for span in own)])
    last = max([end, *(span[1] + 1 for span in own)])
    boundaries = (boundary_of(one) for one in in_force)
    fixes = Fixes.of([], [], []) if fixes is None else fixes
    return Inputs(
        fixes.take(slice(*np.searchsorted(fixes.t_ms, [first, last]))),
        own,
        tuple(one for one in boundaries if _is_in_force(one, first, last)),
    )


@dataclass(frozen=True, slots=True)
class Case:
    """One worker's week, and the first and last day of it to judge."""

    worker_id: int
    week: Week
    fixes: Fixes
    duties: tuple[Span, ...]
    boundaries: tuple[Boundary, ...]
    period: tuple[date, date]

    @classmethod
    def of(cls, worker_id: int, week: Week, inputs: Inputs, bench: Bench) -> Case | None:
        """Return the case, or ``None`` when there is no day to judge.

        A day is judged when it has begun and the worker had a grid on it.
        """
        today = local_date(instant_ms(bench.now), bench.tz)
        days = [
            day
            for day in week.days
            if day <= today
            and any(_is_in_force(one, *day_span_ms(day, bench.tz)) for one in inputs.boundaries)
        ]
        return cls(worker_id, week, *inputs, period=(days[0], days[-1])) if days else None

    def judged(self, bench: Bench) -> Judgement:
        """Ask the core."""
        return judge(
            self.fixes,
            self.boundaries,
            bench.profiles,
            tz=bench.tz,
            work=Work(duties=tuple(Duty(*span) for span in self.duties)),
            period=self.period,
            work_days=bench.work_days,
        )

    def input_digest(self, bench: Bench) -> str:
        """Return one number for all that went in."""
        settings = bench.settings(self.week)
        settings["duties"] = [list(span) for span in self.duties]
        settings["period"] = [day.isoformat() for day in self.period]
        return digest(self.fixes, self.boundaries, settings)


@dataclass(frozen=True, slots=True)
class Finding:
    """One worker's week, judged: rows to store."""

    worker_id: int
    judgement: Row
    days: list[Row]
    patrols: list[Row]
    week: Row
    signs: list[Row]


def find(case: Case, copies: Mapping[date, Row], bench: Bench) -> Finding:
    """Judge a week, with the signs of its days; `copies` are the signs that only a comparison shows."""
    judgement = case.judged(bench)
    inside = _inside_on_duty(case, judgement)
    days = [day_row(day, _on_day(inside, judgement, day.date, bench.tz)) for day in judgement.days]
    patrols = [patrol_row(patrol) for patrol in judgement.patrols]
    week = week_row(judgement.weeks[0])
    found = _signs(case, judgement.cleaned, copies, bench.tz)
    head = {
        "profiles": [{"name": one.name, "version": one.version} for one in bench.profiles],
        "boundary_ids": sorted(int(one.id) for one in case.boundaries if one.id is not None),
        "provisional": case.week.is_provisional(bench.now),
        "flags": count_flags(judgement.cleaned.flags),
    }
    result = _digest([head, days, patrols, week, found])
    head |= {
        "worker_id": case.worker_id,
        "iso_week": case.week.name,
        "judged_at": bench.now,
        "core_version": bench.core_version,
        "input_digest": case.input_digest(bench),
        "result_digest": result,
    }
    return Finding(case.worker_id, head, days, patrols, week, found)


def boundary_of(one: BoundaryInForce) -> Boundary:
    """Return a stored boundary as the core knows it."""
    since, until = (None if at is None else instant_ms(at) for at in (one.valid_from, one.valid_to))
    return Boundary.of(shapely.from_wkb(one.wkb), since, until, one.boundary_id)


def by_local_day(fixes: Fixes, days: Sequence[date], tz: ZoneInfo) -> dict[date, Fixes]:
    """Cut fixes, in order of time, into local days; days without a fix are left out."""
    parts = {}
    for day in days:
        part = fixes.take(slice(*np.searchsorted(fixes.t_ms, day_span_ms(day, tz))))
        if len(part):
            parts[day] = part
    return parts


def _is_in_force(boundary: Boundary, start_ms: int, end_ms: int) -> bool:
    since, until = boundary.valid_from_ms, boundary.valid_to_ms
    return (since is None or since < end_ms) and (until is None or until > start_ms)


def _inside_on_duty(case: Case, judgement: Judgement) -> Intervals:
    presence = judgement.presence
    starts, ends = ([presence.seconds(span[side]) for span in case.duties] for side in (0, 1))
    return presence.inside.intersection(Intervals.of(starts, ends))


def _on_day(inside: Intervals, judgement: Judgement, day: date, tz: ZoneInfo) -> list[Span]:
    presence = judgement.presence
    start, end = (presence.seconds(at) for at in day_span_ms(day, tz))
    return [(int(a), int(b)) for a, b in presence.to_ms(inside.clip(start, end))]


def _signs(case: Case, cleaned: Cleaned, copies: Mapping[date, Row], tz: ZoneInfo) -> list[Row]:
    found = []
    for day in case.week.days:
        index = slice(*np.searchsorted(cleaned.fixes.t_ms, day_span_ms(day, tz)))
        part = Cleaned(
            cleaned.fixes.take(index),
            cleaned.flags[index],
            cleaned.measure[index],
            cleaned.accepted[index],
            cleaned.starts_anew[index],
        )
        found += [sign_row(day, sign) for sign in signs(part)]
        if day in copies:
            found.append(copies[day])
    return found


def _digest(result: object) -> str:
    """Return SHA-256 over canonical JSON."""
    canonical = json.dumps(result, default=str, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
