"""Incidents and hazards of the two weeks: more of them at a few hot spots, most of them closed in the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.incidents.rows import IncidentRows, Kind, State
from gis_grid.sample.categories import HAZARDS, INCIDENTS, Category
from gis_grid.sample.frame import to_degrees, to_metres
from gis_grid.sample.seeds import stream
from gis_grid.sample.shifts import DAYS, LOCAL, shifts_of
from gis_grid.sample.workers import SampleWorker, make_workers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.sample.layers import Town

INCIDENT_COUNT: Final = 260
HAZARD_COUNT: Final = 340

HOT_SPOTS: Final = 6
HOT_SHARE: Final = 0.5
HOT_RADIUS_M: Final = 70.0

SEVERITY_SHARES: Final = (0.6, 0.3, 0.1)
HOURS_TO_CLOSE: Final = {1: 72, 2: 24, 3: 4}
BY_WORKER_SHARE: Final = 0.7
"""Share that the grid's worker reports; residents and the hotline report the others."""

END_MS: Final = round(datetime.combine(DAYS[-1] + timedelta(days=1), time(), LOCAL).timestamp()) * 1000
HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """Where something was found: metres, the grid's number, a title's beginning, floors of the house."""

    xy: NDArray[np.float64]
    grid: int
    name: str
    floors: int


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How bad it was, by when it had to be closed, and how far it came until the end of the two weeks."""

    severity: int
    deadline_ms: int
    state: State
    closed_ms: int | None


@dataclass(frozen=True, slots=True, eq=False)
class _Report:
    """One report: epoch milliseconds, the worker if it was one, what, at which place, where in metres."""

    at_ms: int
    worker: str | None
    category: Category
    place: str
    xy: NDArray[np.float64]
    outcome: _Outcome


def make_incidents(town: Town, seed: int) -> IncidentRows:
    """Return the incidents of the two weeks, in the order in which they were reported."""
    return _make(town, seed, Kind.INCIDENT, INCIDENTS, INCIDENT_COUNT)


def make_hazards(town: Town, seed: int) -> IncidentRows:
    """Return the hazards of the two weeks, in the order in which they were reported."""
    return _make(town, seed, Kind.HAZARD, HAZARDS, HAZARD_COUNT)


def _make(town: Town, seed: int, kind: Kind, categories: tuple[Category, ...], count: int) -> IncidentRows:
    """Draw place, category, reporter, time and outcome of each, and lay them out as columns."""
    rng = stream(seed, "events", str(kind))
    workers = make_workers(town, seed)
    shares = np.array([category.share for category in categories])
    picks = rng.choice(len(categories), count, p=shares / shares.sum())
    reports = []
    for pick, place in zip(picks, _places(town, count, rng), strict=True):
        category = _fitting(categories, int(pick), place)
        reported_ms, worker = _reported(workers[place.grid], seed, rng)
        spot = _spot(place, category, town, rng)
        reports.append(_Report(reported_ms, worker, category, place.name, spot, _outcome(reported_ms, rng)))
    reports.sort(key=lambda report: report.at_ms)
    lonlat = to_degrees(np.array([report.xy for report in reports]))
    prefix = "HAZ" if kind is Kind.HAZARD else "INC"
    return IncidentRows(
        code=[f"{prefix}-{number:04d}" for number in range(1, count + 1)],
        kind=[str(kind)] * count,
        category=[report.category.zh for report in reports],
        title=[report.place + report.category.zh for report in reports],
        state=[str(report.outcome.state) for report in reports],
        severity=[report.outcome.severity for report in reports],
        reported_at=[report.at_ms for report in reports],
        worker_code=[report.worker for report in reports],
        deadline=[report.outcome.deadline_ms for report in reports],
        closed_at=[report.outcome.closed_ms for report in reports],
        lon=lonlat[:, 0].tolist(),
        lat=lonlat[:, 1].tolist(),
    )


def _places(town: Town, count: int, rng: np.random.Generator) -> list[_Place]:
    """Pick houses: half of them around a few hot spots, the others anywhere."""
    middles = to_metres(shapely.get_coordinates(shapely.centroid(town.buildings.geometry)))
    centres = middles[rng.integers(len(middles), size=HOT_SPOTS)]
    places = []
    for _ in range(count):
        house = int(rng.integers(len(middles)))
        spot = int(rng.integers(HOT_SPOTS))
        off = HOT_RADIUS_M * rng.standard_normal(2)
        if rng.random() < HOT_SHARE:
            away = middles - centres[spot] - off
            house = int(np.argmin(away[:, 0] ** 2 + away[:, 1] ** 2))
        grid, floors = int(town.buildings.grid[house]), int(town.buildings.floors[house])
        places.append(_Place(middles[house], grid, town.buildings.name[house], floors))
    return places


def _fitting(categories: tuple[Category, ...], pick: int, place: _Place) -> Category:
    """Return the picked category, or the next one that can happen at a house of so few floors."""
    while categories[pick].least_floors > place.floors:
        pick = (pick + 1) % len(categories)
    return categories[pick]


def _spot(place: _Place, category: Category, town: Town, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the very spot: beside the house, or on the nearest way."""
    spot: NDArray[np.float64] = place.xy + rng.uniform(-2.0, 2.0, 2)
    if category.on_the_street:
        off = town.network.nodes - place.xy
        nearest = int(np.argmin(off[:, 0] ** 2 + off[:, 1] ** 2))
        # Two thirds of the way, so that the spot stays in the house's own grid.
        spot += off[nearest] * 0.67
    return spot


def _reported(worker: SampleWorker, seed: int, rng: np.random.Generator) -> tuple[int, str | None]:
    """Draw when and by whom: the grid's worker during a patrol, or somebody else in the daytime."""
    day = DAYS[int(rng.integers(len(DAYS)))]
    by_worker, at = rng.random(2).tolist()
    shifts = shifts_of(worker, day, seed)
    if shifts and by_worker < BY_WORKER_SHARE:
        shift = shifts[int(rng.integers(len(shifts)))]
        return shift.start_ms + round(at * shift.duration_s) * 1000, worker.code
    return _local_ms(day, time(7)) + round(at * 14 * 3600) * 1000, None


def _local_ms(day: date, at: time) -> int:
    """Return epoch milliseconds of a local time."""
    return round(datetime.combine(day, at, LOCAL).timestamp()) * 1000


def _outcome(reported_ms: int, rng: np.random.Generator) -> _Outcome:
    """Draw severity and outcome: most are closed in time, some late, some not at all."""
    severity = int(rng.choice((1, 2, 3), p=SEVERITY_SHARES))
    hours = HOURS_TO_CLOSE[severity]
    deadline_ms = reported_ms + hours * HOUR_MS
    took, left, stage = rng.random(3).tolist()
    closed_ms = reported_ms + round((0.05 + 1.25 * took**1.5) * hours * 3600) * 1000
    if left > 0.1 and closed_ms < END_MS:
        return _Outcome(severity, deadline_ms, State.CLOSED, closed_ms)
    state = (State.REPORTED, State.SENT_UP, State.HANDLING)[int(stage * 3)]
    return _Outcome(severity, deadline_ms, state, None)
