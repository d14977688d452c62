"""Loads the sample town through the same services that real data comes in by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from gis_grid.attendance.import_file import load_table
from gis_grid.core import Fixes
from gis_grid.core.rules.work import DutyKind
from gis_grid.grids import service as grids
from gis_grid.incidents import service as incidents
from gis_grid.kit.errors import Conflict
from gis_grid.ledger.service import ImportRun, record_import
from gis_grid.sample.accounts import add_accounts
from gis_grid.sample.agreed import load_agreed
from gis_grid.sample.attendance import make_attendance
from gis_grid.sample.events import make_hazards, make_incidents
from gis_grid.sample.followed import load_followed
from gis_grid.sample.places import make_key_places, make_offices
from gis_grid.sample.shifts import EVENING, LOCAL, SECOND_WEEK
from gis_grid.sample.town import make_town
from gis_grid.sample.visits import make_visits
from gis_grid.sample.walks import make_walks
from gis_grid.sample.workers import FIRST, make_workers
from gis_grid.tracks import service as tracks
from gis_grid.visits import service as visits

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gis_grid.sample.layers import Town
    from gis_grid.sample.visits import SampleVisits
    from gis_grid.sample.workers import SampleWorker

SOURCE = "sample"
PUBLISHED = datetime(2025, 12, 31, 16, tzinfo=UTC)
"""From when the sample's division is in force: midnight of 2026-01-01 in its local time."""

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being loaded, how much of it is done, and of how much."""


def load_sample(conn: Connection, *, now: datetime, seed: int = 1, progress: Progress) -> bool:
    """Load the town, its workers' walks, its events and an account of each role.

    Returns
    -------
    bool
        False when the town is there already; accounts that it lacks are added all the same.

    Raises
    ------
    Conflict
        When the database holds areas that are not made up: a sample must not mix with a real town.
    """
    if grids.holds_real_areas(conn):
        raise Conflict("This database holds a real town", "the sample goes into a database of its own")
    progress("town", 0, 1)
    if grids.worker_ids(conn, [FIRST]):
        add_accounts(conn, now=now)
        return False
    town = make_town(seed)
    workers = make_workers(town, seed)
    load_ground(conn, town)
    progress("town", 1, 1)
    ids = grids.add_workers(conn, [(worker.code, worker.name) for worker in workers])
    grids.assign(conn, [(worker.code, worker.grid_code, PUBLISHED, None) for worker in workers])
    fixes = 0
    for number, worker in enumerate(workers, start=1):
        fixes += _load_walks(conn, town, worker, worker_id=ids[worker.code], now=now)
        progress("walks", number, len(workers))
    for sheet, rows in make_attendance(town, seed).items():
        load_table(conn, sheet, rows, tz=LOCAL)
    made = _load_events(conn, town)
    progress("events", 1, 1)
    add_accounts(conn, now=now)
    load_followed(conn, town, worker_id=ids[FIRST], now=now)
    load_agreed(conn, made, worker_code=FIRST, worker_id=ids[FIRST], now=now)
    what = {"seed": seed, "grids": len(town.grids.code), "fixes": fixes, "synthetic": True}
    run = ImportRun("sample", f"generator, seed {seed}", "", len(town.buildings.code), 0, what)
    record_import(conn, now, "local", run)
    return True


def load_ground(conn: Connection, town: Town) -> None:
    """Load areas, buildings, streets, water, grids, offices and key places."""
    areas, buildings, roads, water, divided = town.areas, town.buildings, town.roads, town.water, town.grids
    grids.load_areas(
        conn,
        grids.AreaRows(
            code=_texts(areas.code),
            name=_texts(areas.name_zh),
            kind=_texts(areas.kind),
            parent_code=_texts(areas.parent_code),
            geometry=areas.geometry,
        ),
        synthetic=True,
    )
    rows = grids.BuildingRows(
        source_ref=_texts(buildings.code),
        kind=_texts(buildings.kind),
        name=_texts(buildings.name),
        floors=buildings.floors.astype(np.float64),
        households=buildings.households,
        people=np.full(len(buildings.code), np.nan),
        estimated=np.zeros(len(buildings.code), dtype=np.bool_),
        geometry=buildings.geometry,
    )
    grids.load_buildings(conn, [rows], source=SOURCE)
    lines = grids.RoadRows(
        source_ref=_texts(roads.code),
        road_class=_texts(roads.road_class),
        name=_texts(tuple(name or None for name in roads.name_zh)),
        geometry=roads.geometry,
    )
    grids.load_roads(conn, [lines], source=SOURCE)
    rivers = grids.WaterRows(_texts(water.code), _texts(water.name_zh), water.geometry)
    grids.load_water(conn, [rivers], source=SOURCE)
    outlines = grids.GridRows(
        code=_texts(divided.code),
        name=_texts(divided.name_zh),
        community_code=_texts(divided.community_code),
        geometry=divided.geometry,
    )
    grids.load_grids(conn, outlines, valid_from=PUBLISHED)
    grids.load_offices(conn, make_offices(town), valid_from=PUBLISHED)
    grids.load_key_places(conn, make_key_places(town), valid_from=PUBLISHED)


def _load_walks(conn: Connection, town: Town, worker: SampleWorker, *, worker_id: int, now: datetime) -> int:
    walks = make_walks(town, worker, town.seed)
    device_id = tracks.ensure_device(conn, worker.device, worker_id)
    sessions = [(_moment(walk.duty_start_ms), _moment(walk.duty_end_ms)) for walk in walks]
    evenings = [span for span in sessions if span[0].astimezone(LOCAL).hour >= EVENING.hour]
    # An evening's patrol is by one's own choice, or because somebody can be met only then.
    for start, end in evenings:
        by_appointment = start.astimezone(LOCAL).date() in SECOND_WEEK
        kind = DutyKind.APPOINTMENT if by_appointment else DutyKind.FLEXIBLE
        tracks.sign_in(conn, worker_id, [(start, end)], kind)
    return tracks.store_walk(
        conn,
        worker_id=worker_id,
        device_id=device_id,
        fixes=Fixes.concat([walk.fixes for walk in walks]),
        received_at=now,
        duties=[span for span in sessions if span not in evenings],
    )


def _load_events(conn: Connection, town: Town) -> SampleVisits:
    incidents.load_incidents(conn, make_incidents(town, town.seed))
    incidents.load_incidents(conn, make_hazards(town, town.seed))
    made = make_visits(town, town.seed)
    visits.load_targets(conn, made.targets)
    visits.load_visits(conn, made.visits)
    visits.load_counters(conn, made.counters)
    return made


def _texts(values: tuple[str | None, ...]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _moment(t_ms: int) -> datetime:
    return datetime.fromtimestamp(t_ms / 1000, tz=UTC)
