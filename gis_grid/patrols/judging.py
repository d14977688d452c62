"""One worker's week: what goes into judging it, and what comes out. Nothing here touches the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gis_grid.core import (
    Boundary,
    Cleaned,
    Fixes,
    Intervals,
    Judgement,
    digest,
    judge,
    local_date,
    signs,
)
from gis_grid.core.geometry.boundary import index_together
from gis_grid.core.rules.calendar import day_span_ms, instant_ms
from gis_grid.patrols.documents import canonical, sha256, work_document
from gis_grid.patrols.rows import Row, day_row, patrol_row, sign_row, week_row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from gis_grid.core.rules.work import Work
    from gis_grid.grids.service import BoundaryInForce
    from gis_grid.patrols.bench import Bench
    from gis_grid.patrols.weeks import Week
    from gis_grid.tracks.sessions import Span


def reach(week: Week, work: Work) -> Span:
    """Return from when until before when fixes decide on a week: a session over its border is kept whole."""
    start, end = instant_ms(week.start), instant_ms(week.end)
    own = work.duties or ()
    return min([start, *(duty.start_ms for duty in own)]), max([end, *(duty.end_ms + 1 for duty in own)])


@dataclass(frozen=True, slots=True)
class Case:
    """One worker's week, the first and last day of it to judge, and what it is judged by.

    Whoever judges reads this and nothing else, wherever it comes from: the database, or a bundle of evidence.
    A bundle has of stand-ins' tracks the digests alone: `stand_ins_sha256`, in the order of the stand-ins.
    """

    worker_id: int
    week: Week
    fixes: Fixes
    work: Work
    boundaries: tuple[Boundary, ...]
    period: tuple[date, date]
    bench: Bench
    stand_ins_sha256: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        worker_id: int,
        week: Week,
        *,
        fixes: Fixes,
        work: Work,
        boundaries: Sequence[Boundary],
        bench: Bench,
    ) -> Case | None:
        """Return the case, or ``None`` when there is no day to judge.

        A day is judged when it has begun and the worker had a grid on it.

        Parameters
        ----------
        fixes
            In order of time, as far as :func:`reach` says.
        work
            Of that week.
        boundaries
            Of the worker; those of other weeks are left out.
        """
        span = reach(week, work)
        in_force = tuple(one for one in boundaries if _is_in_force(one, *span))
        today = local_date(instant_ms(bench.now), bench.tz)
        days = [
            day
            for day in week.days
            if day <= today and any(_is_in_force(one, *day_span_ms(day, bench.tz)) for one in in_force)
        ]
        if not days:
            return None
        return cls(worker_id, week, fixes, work, in_force, (days[0], days[-1]), bench)

    def judged(self) -> Judgement:
        """Ask the core."""
        bench = self.bench
        return judge(
            self.fixes,
            self.boundaries,
            bench.profiles,
            tz=bench.tz,
            work=self.work,
            period=self.period,
            work_days=bench.work_days,
            limits=bench.limits,
            max_gap_s=bench.max_gap_s,
            now_ms=instant_ms(bench.now),
        )

    def input_digest(self) -> str:
        """Return one number for all that went in."""
        settings = self.bench.settings(self.week)
        work = settings["work"] = work_document(self.work)
        for one, sha256_of_fixes in zip(work["stand_ins"] or (), self.stand_ins_sha256, strict=False):
            one[-1] = sha256_of_fixes
        settings["period"] = [day.isoformat() for day in self.period]
        return digest(self.fixes, self.boundaries, settings)


@dataclass(frozen=True, slots=True)
class Finding:
    """One worker's week, judged: rows to store, JSON columns as text."""

    worker_id: int
    judgement: Row
    days: list[Row]
    patrols: list[Row]
    week: Row
    signs: list[Row]

    def say_why(self, came: Mapping[date, int]) -> None:
        """Say how many fixes came in of each day since the revision before was judged."""
        self.judgement["new_fixes"] = canonical({day.isoformat(): count for day, count in came.items()})

    def keep_copies(self, told: Sequence[Row]) -> None:
        """Take over what the revision before has of such signs, until everyone is compared again."""
        self.signs.extend(map(_stored, told))
        self.judgement["result_digest"] = result_digest(self.judgement["body_digest"], told)


def find(case: Case) -> Finding:
    """Judge a week, with the signs that its own fixes show."""
    bench = case.bench
    judgement = case.judged()
    inside = _inside_on_duty(case, judgement)
    days = [_stored(day_row(day, _on_day(inside, judgement, day.date, bench.tz))) for day in judgement.days]
    patrols = [_stored(patrol_row(patrol)) for patrol in judgement.patrols]
    week = _stored(week_row(judgement.weeks[0]))
    signs_found = [_stored(sign) for sign in _signs(case, judgement.cleaned)]
    head = {
        "profiles": canonical([{"name": one.name, "version": one.version} for one in bench.profiles]),
        "boundary_ids": sorted(int(one.id) for one in case.boundaries if one.id is not None),
        "provisional": case.week.is_provisional(bench.now),
        "flags": canonical(judgement.flags),
    }
    body = sha256([head, days, patrols, week, signs_found])
    head |= {
        "worker_id": case.worker_id,
        "iso_week": case.week.name,
        "judged_at": bench.now,
        "core_version": bench.core_version,
        "input_digest": case.input_digest(),
        "body_digest": body,
        "result_digest": result_digest(body, []),
        "new_fixes": canonical({}),
    }
    return Finding(case.worker_id, head, days, patrols, week, signs_found)


def result_digest(body_digest: str, copies: Sequence[Row]) -> str:
    """Return one number for all that a judging found: its body, and signs of copied tracks by day."""
    return sha256([body_digest, copies]) if copies else body_digest


def boundaries_of(stored: Sequence[BoundaryInForce]) -> list[Boundary]:
    """Return stored boundaries as the core knows them, indexed; the database holds no invalid outline."""
    areas = shapely.from_wkb([one.wkb for one in stored])
    found = [
        Boundary(area, _ms(one.valid_from), _ms(one.valid_to), one.boundary_id)
        for area, one in zip(areas, stored, strict=True)
    ]
    index_together(found)
    return found


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else instant_ms(moment)


def _is_in_force(boundary: Boundary, start_ms: int, end_ms: int) -> bool:
    since, until = boundary.valid_from_ms, boundary.valid_to_ms
    return (since is None or since < end_ms) and (until is None or until > start_ms)


def _inside_on_duty(case: Case, judgement: Judgement) -> Intervals:
    presence, duties = judgement.presence, case.work.duties
    if duties is None:
        return presence.inside
    starts = [presence.seconds(duty.start_ms) for duty in duties]
    ends = [presence.seconds(duty.end_ms) for duty in duties]
    return presence.inside.intersection(Intervals.of(starts, ends))


def _on_day(inside: Intervals, judgement: Judgement, day: date, tz: ZoneInfo) -> list[Span]:
    presence = judgement.presence
    start, end = (presence.seconds(at) for at in day_span_ms(day, tz))
    return [(int(a), int(b)) for a, b in presence.to_ms(inside.clip(start, end))]


def _signs(case: Case, cleaned: Cleaned) -> list[Row]:
    found = []
    cuts = np.searchsorted(cleaned.fixes.t_ms, case.week.midnights_ms).tolist()
    for day, first, last in zip(case.week.days, cuts, cuts[1:], strict=False):
        if first == last:
            continue
        index = slice(first, last)
        part = Cleaned(
            cleaned.fixes.take(index),
            cleaned.flags[index],
            cleaned.measure[index],
            cleaned.accepted[index],
            cleaned.starts_anew[index],
        )
        found += [sign_row(day, sign) for sign in signs(part, max_gap_s=case.bench.max_gap_s)]
    return found


def _stored(row: Row) -> Row:
    """Turn what a JSON column takes into its text."""
    return {
        name: canonical(value) if isinstance(value, (list, dict)) else value for name, value in row.items()
    }
