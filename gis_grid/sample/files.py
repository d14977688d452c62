"""The sample's files as bytes by name: layers, workers, reports, visits, and one week of three workers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.sample.categories import ENGLISH
from gis_grid.sample.events import make_hazards, make_incidents
from gis_grid.sample.geojson import collection, rows
from gis_grid.sample.shifts import DAYS, LOCAL
from gis_grid.sample.visits import make_visits
from gis_grid.sample.walks import Walk, walks_of_day
from gis_grid.sample.workers import Habit, SampleWorker, make_workers

if TYPE_CHECKING:
    from gis_grid.incidents.rows import IncidentRows
    from gis_grid.sample.layers import Compounds, Greens, Town, Water

TRACKED_HABITS: Final = (Habit.DILIGENT, Habit.BORDER, Habit.SCOOTER)
WEEK: Final = DAYS[:7]
WEEK_NAME: Final = "2026-W45"


def make_files(town: Town) -> dict[str, bytes]:
    """Return every data file of the sample, by its path in the folder.

    Parameters
    ----------
    town : Town
        The town; its seed decides the workers, reports and walks, too.
    """
    workers = make_workers(town, town.seed)
    return {
        **_ground(town),
        **_things(town),
        "workers.json": _workers(workers),
        "incidents.geojson": _reports(make_incidents(town, town.seed)),
        "hazards.geojson": _reports(make_hazards(town, town.seed)),
        **_visits(town),
        **_tracks(town, workers),
    }


def _ground(town: Town) -> dict[str, bytes]:
    """Write areas, grids and buildings."""
    areas, grids, buildings = town.areas, town.grids, town.buildings
    return {
        "areas.geojson": collection(
            areas.geometry,
            {
                "code": areas.code,
                "name": areas.name_zh,
                "name_en": areas.name_en,
                "kind": areas.kind,
                "parent_code": areas.parent_code,
                "synthetic": [True] * len(areas.code),
            },
        ),
        "grids.geojson": collection(
            grids.geometry,
            {
                "code": grids.code,
                "name": grids.name_zh,
                "name_en": grids.name_en,
                "community_code": grids.community_code,
                "households": grids.households,
                "buildings": grids.buildings,
                "synthetic": [True] * len(grids.code),
            },
        ),
        "buildings.geojson": collection(
            buildings.geometry,
            {
                "id": buildings.code,
                "kind": buildings.kind,
                "name": buildings.name,
                "floors": buildings.floors,
                "households": buildings.households,
            },
        ),
    }


def _things(town: Town) -> dict[str, bytes]:
    """Write roads, water, compounds with their gates, and greens."""
    roads, compounds = town.roads, town.compounds
    gates, owner = shapely.get_parts(compounds.gates, return_index=True)
    named: dict[str, Water | Greens | Compounds] = {
        "water": town.water,
        "greens": town.greens,
        "compounds": compounds,
    }
    return {
        "roads.geojson": collection(
            roads.geometry,
            {
                "id": roads.code,
                "class": roads.road_class,
                "name": [name or None for name in roads.name_zh],
                "name_en": [name or None for name in roads.name_en],
            },
        ),
        **{
            f"{file}.geojson": collection(
                layer.geometry,
                {
                    "id": layer.code,
                    "kind": layer.kind,
                    "name": layer.name_zh,
                    "name_en": layer.name_en,
                },
            )
            for file, layer in named.items()
        },
        "gates.geojson": collection(gates, {"compound_id": [compounds.code[i] for i in owner]}),
    }


def _workers(workers: tuple[SampleWorker, ...]) -> bytes:
    """Write the workers with their grids and habits."""
    return rows(
        "workers",
        {
            "code": [worker.code for worker in workers],
            "name": [worker.name for worker in workers],
            "name_en": [worker.name_en for worker in workers],
            "device": [worker.device for worker in workers],
            "grid_code": [worker.grid_code for worker in workers],
            "habit": [str(worker.habit) for worker in workers],
        },
    )


def _reports(reports: IncidentRows) -> bytes:
    """Write incidents or hazards as points."""
    return collection(
        np.array(shapely.points(np.array(reports.lon, dtype=float), np.array(reports.lat, dtype=float))),
        {
            "code": reports.code,
            "kind": reports.kind,
            "category": reports.category,
            "category_en": [ENGLISH[category] for category in reports.category],
            "title": reports.title,
            "state": reports.state,
            "severity": reports.severity,
            "reported_at": [_iso(at_ms) for at_ms in reports.reported_at],
            "reported_by": reports.worker_code,
            "deadline": [_iso(at_ms) for at_ms in reports.deadline],
            "closed_at": [_iso(at_ms) for at_ms in reports.closed_at],
        },
    )


def _visits(town: Town) -> dict[str, bytes]:
    """Write targets, the visits to them, and the counters of the sensitive class."""
    sample = make_visits(town, town.seed)
    targets, visits, counters = sample.targets, sample.visits, sample.counters
    places = np.array(shapely.points(targets.lon, targets.lat))
    number = {reference: index for index, reference in enumerate(targets.reference)}
    visited = [number[reference] for reference in visits.reference]
    return {
        "visit_targets.geojson": collection(
            places, {"reference": targets.reference, "class": targets.visit_class}
        ),
        "visits.geojson": collection(
            places[visited],
            {
                "reference": visits.reference,
                "class": [targets.visit_class[index] for index in visited],
                "worker_code": visits.worker_code,
                "at": [_iso(at_ms) for at_ms in visits.at],
                "mode": visits.mode,
            },
        ),
        "visit_counters.json": rows(
            "visit_counters",
            {
                "grid_code": counters.grid_code,
                "class": counters.visit_class,
                "date": [day.isoformat() for day in counters.local_date],
                "due": counters.due,
                "done": counters.done,
            },
        ),
    }


def tracked_workers(workers: tuple[SampleWorker, ...]) -> list[SampleWorker]:
    """Return the three workers whose week is among the files: the first with each of three habits."""
    return [next(worker for worker in workers if worker.habit is habit) for habit in TRACKED_HABITS]


def _tracks(town: Town, workers: tuple[SampleWorker, ...]) -> dict[str, bytes]:
    """Write a week of three workers: a line for each duty session."""
    files = {}
    for worker in tracked_workers(workers):
        walks = [walk for day in WEEK for walk in walks_of_day(town, worker, day, town.seed)]
        files[f"tracks/{worker.code}_{WEEK_NAME}.geojson"] = _track(walks)
    return files


def _track(walks: list[Walk]) -> bytes:
    """Write walks as lines with parallel times and accuracies, in order of time, each fix once."""
    lines, times, accuracies = [], [], []
    for walk in walks:
        t_ms, first = np.unique(walk.fixes.t_ms, return_index=True)
        fixes = walk.fixes.take(first)
        lines.append(shapely.LineString(np.column_stack([fixes.lon, fixes.lat])))
        times.append(t_ms.tolist())
        accuracies.append(fixes.accuracy_m.astype(np.float64).round(1).tolist())
    return collection(
        np.array(lines, dtype=object),
        {
            "worker": [walk.worker_code for walk in walks],
            "device": [walk.device for walk in walks],
            "duty_start": [_iso(walk.duty_start_ms) for walk in walks],
            "duty_end": [_iso(walk.duty_end_ms) for walk in walks],
            "coordinateProperties": [
                {"times": time, "accuracy_m": accuracy}
                for time, accuracy in zip(times, accuracies, strict=True)
            ],
        },
    )


def _iso(at_ms: int | None) -> str | None:
    """Return a time as local ISO 8601 with its offset, to the second."""
    if at_ms is None:
        return None
    return datetime.fromtimestamp(at_ms // 1000, LOCAL).isoformat()
