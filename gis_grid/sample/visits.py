"""Visits of the two weeks: to places with a class and an opaque reference, never to a person.

Follow-ups (JY-3 class 3) are sensitive: they are counted per grid and day, and have no place at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from gis_grid.sample.frame import DECIMALS
from gis_grid.sample.seeds import stream
from gis_grid.sample.shifts import DAYS, LOCAL, shifts_of
from gis_grid.sample.workers import SampleWorker, make_workers
from gis_grid.visits.rows import CounterRows, Mode, PlacedClass, TargetRows, VisitRows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.sample.layers import Town

RENTED_SHARE: Final = 0.03
IN_CARE_SHARE: Final = 0.016
QUARTER_SHARE: Final = 0.14
"""Share of all households whose quarterly visit falls into the two weeks."""

KEPT: Final = {
    PlacedClass.PROPERTY: 0.86,
    PlacedClass.RENTED: 0.84,
    PlacedClass.IN_CARE: 0.92,
    PlacedClass.HOUSEHOLD: 0.93,
}
"""How likely a visit that is due is made."""

APPOINTMENT_SHARE: Final = 0.18
PHONE_SHARE: Final = 0.05
FOLLOW_UP: Final = "follow_up"


class SampleVisits(NamedTuple):
    """Targets, the visits to them, and the counters of the sensitive class."""

    targets: TargetRows
    visits: VisitRows
    counters: CounterRows


@dataclass(frozen=True, slots=True)
class _Target:
    """A place to be visited, and the grid that it lies in."""

    reference: str
    visit_class: PlacedClass
    lon: float
    lat: float
    grid: int


def make_visits(town: Town, seed: int) -> SampleVisits:
    """Return what was due and done: property managers daily, tenants and care weekly, homes each quarter."""
    rng = stream(seed, "visits")
    workers = make_workers(town, seed)
    targets = _targets(town, rng)
    made = sorted(
        (at_ms, target.reference, workers[target.grid].code, str(mode))
        for target in targets
        for at_ms, mode in _visits_to(target, workers[target.grid], seed, rng)
    )
    return SampleVisits(
        targets=TargetRows(
            reference=[target.reference for target in targets],
            visit_class=[str(target.visit_class) for target in targets],
            lon=[target.lon for target in targets],
            lat=[target.lat for target in targets],
        ),
        visits=VisitRows(
            reference=[reference for _, reference, _, _ in made],
            worker_code=[worker for _, _, worker, _ in made],
            at=[at_ms for at_ms, _, _, _ in made],
            mode=[mode for _, _, _, mode in made],
        ),
        counters=_counters(town, workers, seed),
    )


def _targets(town: Town, rng: np.random.Generator) -> list[_Target]:
    """Choose gates of compounds where people live, and homes in proportion to the households of a house."""
    houses = np.repeat(np.arange(len(town.buildings.code)), town.buildings.households)
    middles = shapely.get_coordinates(shapely.centroid(town.buildings.geometry)).round(DECIMALS)
    chosen: list[tuple[PlacedClass, NDArray[np.float64], int]] = []
    lived_in = [
        number for number, kind in enumerate(town.compounds.kind) if kind in {"slab", "tower", "walk_up"}
    ]
    for number in lived_in:
        gate = shapely.get_coordinates(town.compounds.gates[number])[0]
        chosen.append((PlacedClass.PROPERTY, gate, int(town.compounds.grid[number])))
    homes = rng.permutation(houses)
    start = 0
    for visit_class, share in (
        (PlacedClass.RENTED, RENTED_SHARE),
        (PlacedClass.IN_CARE, IN_CARE_SHARE),
        (PlacedClass.HOUSEHOLD, QUARTER_SHARE),
    ):
        end = start + round(share * len(homes))
        chosen += [
            (visit_class, middles[house], int(town.buildings.grid[house])) for house in homes[start:end]
        ]
        start = end
    # Opaque: the numbers say nothing of the place, and no two are the same.
    marks = rng.permutation(16**4)[: len(chosen)] + 16**4
    return [
        _Target(f"T-{mark:05X}", visit_class, float(place[0]), float(place[1]), grid)
        for mark, (visit_class, place, grid) in zip(marks.tolist(), chosen, strict=True)
    ]


def _visits_to(
    target: _Target, worker: SampleWorker, seed: int, rng: np.random.Generator
) -> list[tuple[int, Mode]]:
    """Draw the visits to a target: on every working day, once a week, or once."""
    week = [DAYS[:5], DAYS[7:12]]
    if target.visit_class is PlacedClass.PROPERTY:
        days = [day for half in week for day in half]
    elif target.visit_class is PlacedClass.HOUSEHOLD:
        days = [week[int(rng.integers(2))][int(rng.integers(5))]]
    else:
        days = [half[int(rng.integers(5))] for half in week]
    visits = []
    for day in days:
        kept, mode, at = rng.random(3).tolist()
        shifts = shifts_of(worker, day, seed)
        if not shifts or kept > KEPT[target.visit_class]:
            continue
        if mode < APPOINTMENT_SHARE and target.visit_class is not PlacedClass.PROPERTY:
            begin, length_s, how = _local_ms(datetime.combine(day, time(18, 40))), 5400.0, Mode.APPOINTMENT
        else:
            shift = shifts[round(at * 1000) % len(shifts)]
            begin, length_s = shift.start_ms, shift.duration_s
            how = Mode.PHONE if mode > 1 - PHONE_SHARE else Mode.DOOR
        visits.append((begin + round(at * length_s) * 1000, how))
    return visits


def _local_ms(at: datetime) -> int:
    """Return epoch milliseconds of a local time."""
    return round(at.replace(tzinfo=LOCAL).timestamp()) * 1000


def _counters(town: Town, workers: tuple[SampleWorker, ...], seed: int) -> CounterRows:
    """Count follow-ups due and done, per grid and working day."""
    rng = stream(seed, "follow-ups")
    monday = DAYS[0]
    days = [monday + timedelta(days=offset) for offset in (*range(5), *range(7, 12))]
    rows = []
    for worker in workers:
        for day in days:
            due = int(rng.integers(1, 6))
            done = int(rng.binomial(due, 0.93)) if shifts_of(worker, day, seed) else 0
            rows.append((worker.grid_code, day, due, done))
    return CounterRows(
        grid_code=[grid for grid, _, _, _ in rows],
        visit_class=[FOLLOW_UP] * len(rows),
        local_date=[day for _, day, _, _ in rows],
        due=[due for _, _, due, _ in rows],
        done=[done for _, _, _, done in rows],
    )
