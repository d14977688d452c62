"""One part of a run, from fixes to rows: the work of one process at a time, in one transaction."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

from gis_grid.patrols import prints, revision_store, run_store
from gis_grid.patrols.copies import copies_told
from gis_grid.patrols.desk import Desk
from gis_grid.patrols.judging import Case, find, reach
from gis_grid.patrols.kept_inputs import Keeping
from gis_grid.tracks import changes
from gis_grid.tracks.reading import each_workers_fixes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.patrols.ask import Part
    from gis_grid.patrols.bench import Benches
    from gis_grid.patrols.judging import Finding
    from gis_grid.patrols.prints import Print
    from gis_grid.patrols.weeks import Week


@dataclass(slots=True)
class PartDone:
    """What became of a part; `without_grid` are (worker id, week) that could not be judged.

    `reading_s` is the time spent waiting for what is stored, `judging_s` on deciding, `writing_s` on storing.
    """

    number: int
    weeks: int
    fixes: int = 0
    written: int = 0
    unchanged: int = 0
    without_grid: list[tuple[int, str]] = field(default_factory=list)
    reading_s: float = 0.0
    judging_s: float = 0.0
    writing_s: float = 0.0


def judge_part(conn: Connection, benches: Benches, part: Part, run_id: int) -> PartDone:
    """Judge a part and store what is new, what is kept of its tracks, and that it is done."""
    done = PartDone(part.number, part.size)
    started = perf_counter()
    weeks = part.weeks(benches.ask.tz)
    desk = Desk.read(conn, benches, part.workers, weeks)
    done.reading_s += perf_counter() - started
    for week in weeks:
        _judge_week(conn, desk, week, run_id, done)
    run_store.add_part(conn, {"run_id": run_id, **asdict(done)})
    return done


def keep_prints(conn: Connection, workers: Sequence[int], week: Week, now: datetime) -> None:
    """Read a week of workers that are not judged now, only to keep what copies are found by."""
    span = (week.midnights_ms[0], week.midnights_ms[-1])
    kept = {
        worker: prints.print_of(fixes, week)
        for worker, fixes in each_workers_fixes(conn, dict.fromkeys(workers, span))
    }
    prints.keep(conn, week, kept, now)


def _judge_week(conn: Connection, desk: Desk, week: Week, run_id: int, done: PartDone) -> None:
    """Judge one week of all workers of a part; `done` is added to."""
    clock = _Stopwatch(done)
    judged_by = {worker: (bench, work) for worker, bench, work in desk.week(conn, week)}
    spans = {worker: reach(week, work) for worker, (_, work) in judged_by.items()}
    heads = revision_store.heads(conn, list(spans), week.name)
    copies = copies_told(conn, week, list(heads))
    news: list[Finding] = []
    kept: dict[int, Print] = {}
    inputs = Keeping()
    without_inputs: dict[int, int] = {}
    for worker, fixes in each_workers_fixes(conn, spans):
        clock.read()
        kept[worker] = prints.print_of(fixes, week)
        bench, work = judged_by[worker]
        boundaries = desk.boundaries[worker]
        case = Case.of(worker, week, fixes=fixes, work=work, boundaries=boundaries, bench=bench)
        if case is None:
            done.without_grid.append((worker, week.name))
        else:
            done.fixes += len(fixes)
            finding = find(case)
            head = heads.get(worker)
            finding.judgement["revision"] = head.revision + 1 if head else 1
            if head is None or head.body_digest != finding.judgement["body_digest"]:
                finding.keep_copies(copies.get(worker, []))
                news.append(finding)
                inputs.take(case)
            else:
                done.unchanged += 1
                if not head.has_inputs:  # judged before inputs were kept
                    without_inputs[worker] = head.id
                    inputs.take(case)
        clock.judged()
    known = {one.worker_id: heads[one.worker_id].judged_at for one in news if one.worker_id in heads}
    came = changes.came_since(conn, known, week.days, week.midnights_ms)
    for finding in news:
        finding.say_why(came.get(finding.worker_id, {}))
    inputs.store(conn, {**without_inputs, **revision_store.add(conn, news, run_id)})
    prints.keep(conn, week, kept, desk.benches.now)
    done.written += len(news)
    clock.wrote()


class _Stopwatch:
    """Says what the time since it was last asked was spent on."""

    def __init__(self, done: PartDone) -> None:
        self._done = done
        self._since = perf_counter()

    def read(self) -> None:
        self._done.reading_s += self._lap()

    def judged(self) -> None:
        self._done.judging_s += self._lap()

    def wrote(self) -> None:
        self._done.writing_s += self._lap()

    def _lap(self) -> float:
        now = perf_counter()
        lap, self._since = now - self._since, now
        return lap
