"""The workers' walks: a true way by habit, seen through the worker's phone, between sign-in and sign-out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.sample.frame import to_metres
from gis_grid.sample.manners import MANNERS
from gis_grid.sample.noise import STEP_S, record
from gis_grid.sample.route import Route, follow, patrol
from gis_grid.sample.seeds import stream
from gis_grid.sample.shifts import DAYS, SECOND_WEEK, Shift, shifts_of
from gis_grid.sample.territory import Territory, territory_of
from gis_grid.sample.workers import Habit, SampleWorker, make_workers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core import Fixes
    from gis_grid.sample.layers import Town

FROM_THE_OFFICE_SHARE: Final = 0.35
"""Share of the patrols that begin with the way from the community's office, mostly outside the grid."""

SWAY_AT_GATE_M: Final = 1.6


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """One duty session: who, with which phone, signed in and out when (epoch ms), fixes as they arrived."""

    worker_code: str
    device: str
    duty_start_ms: int
    duty_end_ms: int
    fixes: Fixes


@dataclass(frozen=True, slots=True, eq=False)
class Beat:
    """What a worker finds on the ground, in metres."""

    territory: Territory
    office: NDArray[np.float64]
    gate: NDArray[np.float64]
    towers: NDArray[np.float64]


def make_walks(town: Town, worker: SampleWorker, seed: int) -> list[Walk]:
    """Return all walks of a worker in the two weeks from Monday 2026-11-02, in the order of time.

    Examples
    --------
    >>> from gis_grid.sample.town import make_town
    >>> town = make_town(1)
    >>> walks = make_walks(town, make_workers(town, 1)[0], 1)
    >>> walks[0].worker_code, len(walks) >= 16
    ('W001', True)
    """
    return [walk for day in DAYS for walk in walks_of_day(town, worker, day, seed)]


def walks_of_day(town: Town, worker: SampleWorker, day: date, seed: int) -> list[Walk]:
    """Return a worker's walks on one day; a copier has other people's or old ones in the second week."""
    if worker.habit is Habit.COPIED and day in SECOND_WEEK:
        return _copied(town, worker, day, seed)
    shifts = shifts_of(worker, day, seed)
    if not shifts:
        return []
    beat = beat_of(town, worker)
    return [
        _walk(beat, worker, shift, stream(seed, "walk", worker.code, day.isoformat(), shift.name))
        for shift in shifts
    ]


def _copied(town: Town, worker: SampleWorker, day: date, seed: int) -> list[Walk]:
    """Send tracks again under new times: one's own of a week ago, on Friday a colleague's of Thursday."""
    if day.weekday() == 4:
        by_code = {other.code: other for other in make_workers(town, seed)}
        sources = walks_of_day(town, by_code[worker.colleague_code], day - timedelta(days=1), seed)
        days = 1
    else:
        sources = walks_of_day(town, worker, day - timedelta(days=7), seed)
        days = 7
    minutes = int(stream(seed, "copied", worker.code, day.isoformat()).integers(2, 9))
    later_ms = (days * 24 * 60 + minutes) * 60_000
    return [
        Walk(
            worker.code,
            worker.device,
            walk.duty_start_ms + later_ms,
            walk.duty_end_ms + later_ms,
            replace(walk.fixes, t_ms=walk.fixes.t_ms + later_ms),
        )
        for walk in sources
    ]


def beat_of(town: Town, worker: SampleWorker) -> Beat:
    """Gather the ground that a worker walks on: the own grid's, or the neighbour's for one who strays."""
    strays = worker.habit is Habit.NEIGHBOUR
    grid = town.grids.code.index(worker.colleague_grid_code if strays else worker.grid_code)
    territory = territory_of(town, grid)
    kinds = np.array(town.buildings.kind)
    towers = _middles(town.buildings.geometry[kinds == "tower"])
    community = town.areas.code.index(town.grids.community_code[grid])
    office = town.compounds.name_en.index(f"{town.areas.name_en[community]} Centre")
    gates = [
        to_metres(shapely.get_coordinates(gate)) for gate in town.compounds.gates[town.compounds.grid == grid]
    ]
    gate = gates[0][0] if gates else town.network.nodes[territory.nodes[0]]
    return Beat(territory, _middles(town.compounds.geometry[[office]])[0], gate, towers)


def _middles(geometry: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the middles (n, 2) of polygons, in metres."""
    return to_metres(shapely.get_coordinates(shapely.centroid(geometry)))


def _walk(beat: Beat, worker: SampleWorker, shift: Shift, rng: np.random.Generator) -> Walk:
    """Walk one shift and record it."""
    route = set_out(worker, rng)
    walk_on(route, beat, worker, shift.duration_s, rng)
    fixes = record_way(route, beat, worker, shift.start_ms, rng)
    before_s, after_s = rng.integers(60, 240, 2).tolist()
    return Walk(
        worker.code,
        worker.device,
        shift.start_ms - before_s * 1000,
        shift.start_ms + (round(route.seconds) + after_s) * 1000,
        fixes,
    )


def set_out(worker: SampleWorker, rng: np.random.Generator) -> Route:
    """Return a way that has not begun, at the worker's pace of that day."""
    pace = MANNERS[worker.habit].pace
    brisk = float(rng.uniform(0.92, 1.1))
    return Route(replace(pace, speed_mps=pace.speed_mps * brisk))


def walk_on(
    route: Route, beat: Beat, worker: SampleWorker, duration_s: float, rng: np.random.Generator
) -> None:
    """Begin a way as the worker's habit has it, until it has lasted for a duration."""
    if worker.habit is Habit.GATE:
        _stand_at(route, beat, duration_s, rng)
    else:
        _patrol(route, beat, worker, duration_s, rng)


def record_way(
    route: Route, beat: Beat, worker: SampleWorker, start_ms: int, rng: np.random.Generator
) -> Fixes:
    """Return what the worker's phone reports of a way, in the order in which the fixes arrive."""
    truth = route.at(np.arange(0.0, route.seconds, STEP_S))
    phone = MANNERS[worker.habit].phone
    phone = replace(phone, sigma_m=phone.sigma_m * float(rng.uniform(0.85, 1.35)))
    return record(start_ms, truth, beat.towers, phone, rng)


def _patrol(
    route: Route, beat: Beat, worker: SampleWorker, duration_s: float, rng: np.random.Generator
) -> None:
    """Wander through the territory, sometimes coming from the office."""
    manner = MANNERS[worker.habit]
    territory = beat.territory
    network = territory.network
    nodes = territory.nodes
    start = nodes[int(rng.integers(len(nodes)))]
    if rng.random() < FROM_THE_OFFICE_SHARE:
        office = network.nearest_node(beat.office, list(range(len(network.nodes))))
        way = network.shortest(office, start)
        follow(route, office, [network.edges[number] for number in way])
    ends_s = route.seconds + duration_s
    patrol(route, territory, start, ends_s, border=manner.border, own_side=manner.own_side, rng=rng)


def _stand_at(route: Route, beat: Beat, duration_s: float, rng: np.random.Generator) -> None:
    """Stand at the gate, with a step to this side or that every few minutes."""
    while route.seconds < duration_s:
        route.go(beat.gate[None] + SWAY_AT_GATE_M * rng.standard_normal((1, 2)))
        route.stay(float(rng.uniform(40, 260)))
