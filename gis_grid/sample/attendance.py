"""What the sample's workers sign, file and are excused from in the two weeks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

import shapely

from gis_grid.attendance.sheets import Sheet
from gis_grid.sample.frame import to_degrees, to_metres
from gis_grid.sample.places import make_offices
from gis_grid.sample.seeds import stream
from gis_grid.sample.shifts import DAYS, LOCAL, shifts_of
from gis_grid.sample.workers import Habit, SampleWorker, make_workers

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from gis_grid.sample.layers import Town

    Row = tuple[object, ...]

WORKING_DAYS: Final = (*DAYS[:5], *DAYS[7:12])
ABSENT_DAY: Final = DAYS[7]
"""The one day on which the worker who stays away has leave; a colleague has the grid."""

WRONG_PLACE: Final = (Habit.MOCK, DAYS[2])
"""Who signs at noon of which day from the grid instead of the office."""

LATE_SHARE: Final = 0.05
MISSED_SHARE: Final = 0.02
WITHOUT_PLACE_SHARE: Final = 0.03
EARLY_HOME_SHARE: Final = 0.4
"""How often somebody who goes home early does not sign out."""

FILED_SHARE: Final = 0.94
CHECKS_A_WEEK: Final = 2
PART_TIMERS: Final = 2
FORM: Final = "daily_task_list"
CLERK: Final = "SAMPLE-CLERK"


def make_attendance(town: Town, seed: int) -> dict[Sheet, list[Row]]:
    """Return the rows of each table, in the order of its fields (`gis_grid.attendance.sheets`)."""
    workers = make_workers(town, seed)
    offices = _offices(town)
    absent = next(worker for worker in workers if worker.habit is Habit.ABSENT)
    diligent = [worker for worker in workers if worker.habit is Habit.DILIGENT]
    return {
        Sheet.GROUPS: [(code, "SAMPLE-GROUP-1") for code in (absent.code, absent.colleague_code)],
        Sheet.ABSENCES: [
            (absent.code, ABSENT_DAY, ABSENT_DAY, CLERK, absent.colleague_code, None, None),
        ],
        Sheet.PART_TIME: [(worker.code, date(2026, 1, 1), None) for worker in diligent[-PART_TIMERS:]],
        Sheet.SIGNATURES: [row for worker in workers for row in _signed(town, worker, offices, seed)],
        Sheet.FORMS: [row for worker in workers for row in _filed(worker, seed)],
        Sheet.CHECKS: [row for worker in workers for row in _checked(worker, seed)],
    }


def _offices(town: Town) -> dict[str, NDArray[np.float64]]:
    """Return the office of each grid, in metres."""
    rows = make_offices(town)
    where = to_metres(shapely.get_coordinates(rows.geometry))
    of_community = dict(zip(rows.community_code.tolist(), where, strict=True))
    return {
        grid: of_community[community]
        for grid, community in zip(town.grids.code, town.grids.community_code, strict=True)
    }


def _signed(
    town: Town, worker: SampleWorker, offices: dict[str, NDArray[np.float64]], seed: int
) -> Iterator[Row]:
    """Sign three times a working day: before each patrol and at the end; now and then late, or not at all."""
    for day in WORKING_DAYS:
        shifts = shifts_of(worker, day, seed)
        if not shifts:
            continue
        rng = stream(seed, "signatures", worker.code, day.isoformat())
        spans = (
            ("in", _at(day, time(8, 30)), _moment(shifts[0].start_ms)),
            ("present", _at(day, time(14, 30)), _moment(shifts[1].start_ms)),
            ("out", _at(day, time(16, 50)), _at(day, time(17))),
        )
        for kind, start, end in spans:
            early, late, missed, placed = rng.random(4).tolist()
            at = start + early * (min(end, start + timedelta(minutes=29)) - start)
            if late < LATE_SHARE:
                at = start + timedelta(minutes=31 + 40 * early)
            off_m, accuracy_m = rng.normal(0.0, 8.0, 2), float(rng.uniform(6, 18))
            if missed < (EARLY_HOME_SHARE if _goes_early(worker, kind) else MISSED_SHARE):
                continue
            if (worker.habit, day, kind) == (*WRONG_PLACE, "present"):
                grid = town.grids.geometry[town.grids.code.index(worker.grid_code)]
                place = to_metres(shapely.get_coordinates(shapely.point_on_surface(grid)))[0]
            else:
                place = offices[worker.grid_code]
            lon, lat = to_degrees((place + off_m)[None])[0].tolist()
            where = (None, None, None) if placed < WITHOUT_PLACE_SHARE else (lon, lat, round(accuracy_m, 1))
            yield (worker.code, at.replace(microsecond=0), kind, *where)


def _goes_early(worker: SampleWorker, kind: str) -> bool:
    return worker.habit is Habit.BRIEF and kind == "out"


def _filed(worker: SampleWorker, seed: int) -> Iterator[Row]:
    """File the list of the day's tasks in the evening, nearly always."""
    for day in WORKING_DAYS:
        filed, later = stream(seed, "forms", worker.code, day.isoformat()).random(2).tolist()
        if shifts_of(worker, day, seed) and filed < FILED_SHARE:
            yield worker.code, day, FORM, _at(day, time(17)) + timedelta(seconds=round(later * 5400))


def _checked(worker: SampleWorker, seed: int) -> Iterator[Row]:
    """Look twice a week whether the worker is on line, at hours at which a patrol is on; never on leave."""
    rng = stream(seed, "checks", worker.code)
    for week in (WORKING_DAYS[:5], WORKING_DAYS[5:]):
        for number in sorted(rng.permutation(5)[:CHECKS_A_WEEK].tolist()):
            day, afternoon, later = week[number], rng.random() < 0.5, float(rng.random())
            if not (worker.habit is Habit.ABSENT and day == ABSENT_DAY):
                start = _at(day, time(15) if afternoon else time(9))
                yield worker.code, start + timedelta(seconds=round(later * 4200)), CLERK


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LOCAL)


def _moment(t_ms: int) -> datetime:
    return datetime.fromtimestamp(t_ms / 1000, tz=LOCAL)
