"""A run of judging: week by week, everything of all workers in a few queries, new revisions out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.grids import service as grids
from gis_grid.patrols import store
from gis_grid.patrols.copies import LOOK_BACK, copy_signs
from gis_grid.patrols.judging import Bench, Case, Finding, Inputs, by_local_day, cut, find
from gis_grid.tracks import service as tracks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection

    from gis_grid.core import Fixes
    from gis_grid.grids.service import Worker
    from gis_grid.patrols.rows import Row
    from gis_grid.patrols.weeks import Week
    from gis_grid.tracks.sessions import Span

_LONGEST_SESSION: Final = timedelta(days=1)


@dataclass(slots=True)
class JudgeSummary:
    """What a run of judging did.

    Attributes
    ----------
    weeks
        Names of the weeks that were judged.
    written, unchanged
        Workers' weeks with a new revision, and those whose stored verdicts stand as they are.
    fixes
        Fixes that verdicts were reached on.
    without_grid
        (worker, week) that could not be judged: the worker had no grid on any day of it.
    """

    weeks: list[str] = field(default_factory=list)
    written: int = 0
    unchanged: int = 0
    fixes: int = 0
    without_grid: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Loaded:
    """All that one week of some workers is judged on, by worker id."""

    fixes: dict[int, Fixes]
    duties: dict[int, list[Span]]
    in_force: dict[int, list[grids.BoundaryInForce]]

    def inputs(self, worker_id: int, week: Week) -> Inputs:
        """Return one worker's part of it."""
        return cut(week, self.fixes.get(worker_id), self.duties[worker_id], self.in_force[worker_id])


def load(conn: Connection, workers: Sequence[int], week: Week, now: datetime, look_back: timedelta) -> Loaded:
    """Read a week, sessions over its borders, and what goes before it, in three queries for all workers."""
    start, end = week.start - _LONGEST_SESSION, week.end + _LONGEST_SESSION
    return Loaded(
        fixes=tracks.fixes_of(conn, workers, min(start, week.start - look_back), end),
        duties=tracks.duties_of(conn, workers, week.start, week.end, now=now),
        in_force=grids.boundaries_of(conn, workers, start, end),
    )


@dataclass(slots=True)
class Run:
    """Judges the weeks of `chosen` workers; `everyone` is compared with them for copies."""

    conn: Connection
    bench: Bench
    everyone: Sequence[Worker]
    chosen: Sequence[Worker]
    progress: Callable[[int], None]
    summary: JudgeSummary = field(default_factory=JudgeSummary)

    def judge(self, week: Week) -> None:
        """Judge one week and write what is new."""
        loaded = load(self.conn, [one.id for one in self.everyone], week, self.bench.now, LOOK_BACK)
        copies = self._copies(week, loaded.fixes)
        rows = store.latest(self.conn, [one.id for one in self.chosen], week.name, week.name)
        latest = {row["worker_id"]: row for row in rows}
        news: list[Finding] = []
        for worker in self.chosen:
            case = Case.of(worker.id, week, loaded.inputs(worker.id, week), self.bench)
            if case is None:
                self.summary.without_grid.append((worker.code, week.name))
            else:
                self.summary.fixes += len(case.fixes)
                finding = find(case, copies[worker.code], self.bench)
                before = latest.get(worker.id)
                finding.judgement["revision"] = before["revision"] + 1 if before else 1
                if before is None or before["result_digest"] != finding.judgement["result_digest"]:
                    news.append(finding)
                else:
                    self.summary.unchanged += 1
            self.progress(1)
        self._write(news)
        self.summary.weeks.append(week.name)

    def _copies(self, week: Week, fixes: dict[int, Fixes]) -> dict[str, dict[date, Row]]:
        """Return signs of copying by worker and day of the week, from comparing everyone's days."""
        days = [week.first + timedelta(days=n) for n in range(-LOOK_BACK.days, 7)]
        tracks_by_day = {
            (worker.code, day): part
            for worker in self.everyone
            if worker.id in fixes
            for day, part in by_local_day(fixes[worker.id], days, self.bench.tz).items()
        }
        found: dict[str, dict[date, Row]] = defaultdict(dict)
        for (code, day), sign in copy_signs(tracks_by_day).items():
            if day >= week.first:
                found[code][day] = sign
        return found

    def _write(self, news: Sequence[Finding]) -> None:
        """Store new revisions, all workers of the week at once."""
        if not news:
            return
        ids = store.add_judgements(self.conn, [finding.judgement for finding in news])
        owned = list(zip(ids, news, strict=True))
        store.add_findings(
            self.conn,
            days=[{"judgement_id": own, **row} for own, finding in owned for row in finding.days],
            patrols=[{"judgement_id": own, **row} for own, finding in owned for row in finding.patrols],
            weeks=[{"judgement_id": own, **finding.week} for own, finding in owned],
            signs=[{"judgement_id": own, **row} for own, finding in owned for row in finding.signs],
        )
        self.summary.written += len(news)
