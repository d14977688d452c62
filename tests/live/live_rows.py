"""Rows as the live engine writes them, by hand, on the two grids of tests/two_grids.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import two_grids
from sqlalchemy import text

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

WEST, EAST = (118.782, 32.052), (118.788, 32.052)
"""In G1, in G2."""
PLACES = {"G1": WEST, "G2": EAST}

BOX = "118.7805,32.0505,118.784,32.054"
"""Within G1."""

CELL = 0x8B309E0C36A1FFF
TODAY = "CAST(CAST(:now AS timestamptz) AT TIME ZONE 'Asia/Shanghai' AS date)"


def build(conn: Connection, now: datetime) -> None:
    """Make two grids of a community, a worker on duty in each, covered cells, and an alert."""
    two_grids.build(conn)
    conn.execute(
        text(
            "INSERT INTO assignment (worker_id, grid_id, valid) "
            "SELECT w.id, g.id, tstzrange(:since, NULL) FROM worker w JOIN grid g "
            "ON right(g.code, 1) = right(w.code, 1)"
        ),
        {"since": two_grids.FOUNDED},
    )
    beat(conn, now)
    for worker, grid, place in (("W1", "G1", WEST), ("W2", "G2", EAST)):
        see(conn, worker, grid, place, now)
        cover(conn, grid, now)
    raise_alert(conn, "W2", "G2", now)


def version(conn: Connection) -> int:
    """Take the next version, as the engine does."""
    return int(conn.execute(text("SELECT gis_grid_live_version()")).scalar_one())


def beat(conn: Connection, now: datetime, started_at: datetime | None = None) -> None:
    """Let the engine have looked."""
    conn.execute(
        text(
            "INSERT INTO live_beat (at, started_at, behind_ms) VALUES (:now, :started, 40) "
            "ON CONFLICT (one) DO UPDATE SET at = excluded.at, started_at = excluded.started_at"
        ),
        {"now": now, "started": started_at or now},
    )


def see(
    conn: Connection,
    worker: str,
    grid: str,
    place: tuple[float, float] | None,
    now: datetime,
    *,
    on_duty: bool = True,
) -> int:
    """Let a worker be somewhere, on duty or not; return the version."""
    number = version(conn)
    conn.execute(
        text(
            "INSERT INTO live_worker (worker_id, area_id, grid_id, local_date, state, state_since, expected, "
            "duty_since, seen_at, heard_at, lon, lat, accuracy_m, inside_s, owed_day_s, version) "
            f"SELECT w.id, g.area_id, g.id, {TODAY}, "
            ":state, :now, true, :duty, :now, :now, :lon, :lat, 5, 60, 20, :version "
            "FROM worker w, grid g WHERE w.code = :worker AND g.code = :grid "
            "ON CONFLICT (worker_id) DO UPDATE SET grid_id = excluded.grid_id, area_id = excluded.area_id, "
            "state = excluded.state, duty_since = excluded.duty_since, seen_at = excluded.seen_at, "
            "lon = excluded.lon, lat = excluded.lat, version = excluded.version"
        ),
        {
            "worker": worker,
            "grid": grid,
            "now": now,
            "duty": now if on_duty else None,
            "state": "in_grid" if on_duty else "off_duty",
            "lon": None if place is None else place[0],
            "lat": None if place is None else place[1],
            "version": number,
        },
    )
    return number


def cover(conn: Connection, grid: str, now: datetime, cell: int = CELL) -> int:
    """Let a cell of a grid be covered; return the version."""
    number = version(conn)
    values = {"grid": grid, "now": now, "cell": cell, "version": number}
    conn.execute(
        text(
            "INSERT INTO live_cell (grid_id, cell, area_id, local_date, seconds, seen_at, version) "
            f"SELECT id, :cell, area_id, {TODAY}, 30, :now, :version FROM grid WHERE code = :grid "
            "ON CONFLICT (grid_id, cell) DO UPDATE SET seen_at = excluded.seen_at, version = excluded.version"
        ),
        values,
    )
    conn.execute(
        text(
            "INSERT INTO live_grid (grid_id, area_id, local_date, walkable, covered, expected, on_duty, "
            f"seen_at, version) SELECT id, area_id, {TODAY}, 20, 1, 1, 1, :now, :version "
            "FROM grid WHERE code = :grid "
            "ON CONFLICT (grid_id) DO UPDATE SET seen_at = excluded.seen_at, version = excluded.version"
        ),
        values,
    )
    return number


def raise_alert(conn: Connection, worker: str, grid: str, now: datetime, **more: Any) -> int:
    """Raise an alert about a worker, cleared at once if `cleared_at` says so; return its id."""
    values = {"worker": worker, "grid": grid, "now": now, "cleared_at": None, "kind": "silent", **more}
    return int(
        conn.execute(
            text(
                "INSERT INTO live_alert (kind, worker_id, grid_id, area_id, raised_at, since, cleared_at, "
                "version) SELECT :kind, w.id, g.id, g.area_id, :now, :now, :cleared_at, "
                "gis_grid_live_version() FROM worker w, grid g WHERE w.code = :worker AND g.code = :grid "
                "RETURNING id"
            ),
            values,
        ).scalar_one()
    )
