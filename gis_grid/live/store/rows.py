"""SQL of the rows that the live engine writes, whole columns at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from gis_grid.core.live.states import State
from gis_grid.kit.database import raw
from gis_grid.tracks import wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    import numpy as np
    from numpy.typing import NDArray
    from sqlalchemy import Connection, Row

LEADER: Final = 4_201_982
"""Of the advisory lock that the engine holds as long as it leads."""

TOPIC: Final = "gis_grid_live"
"""What the newest version is published on."""

STATES: Final = tuple(one.name.lower() for one in State)
"""The words of the states in the database, by number."""

_KIND: Final = f"(ARRAY[{', '.join(repr(one) for one in STATES)}])"

# What is not known comes as a value of its own, since arrays of numpy hold no null.
_WORKERS: Final = f"""
    INSERT INTO live_worker (
        worker_id, area_id, grid_id, local_date, state, state_since, expected, duty_since, seen_at, heard_at,
        lon, lat, accuracy_m, turning, inside_s, owed_day_s, owed_week_s, version)
    SELECT worker, area, nullif(grid, 0), %(day)s, {_KIND}[state + 1], since, expected,
        nullif(duty, 'epoch'), nullif(seen, 'epoch'), nullif(heard, 'epoch'), nullif(lon, 'NaN'),
        nullif(lat, 'NaN'), nullif(accuracy, 'NaN'), turning, inside, owed_day, owed_week, %(version)s
    FROM unnest(%(worker)s, %(area)s, %(grid)s, %(state)s, %(since)s, %(expected)s, %(duty)s, %(seen)s,
        %(heard)s, %(lon)s, %(lat)s, %(accuracy)s, %(turning)s, %(inside)s, %(owed_day)s, %(owed_week)s)
        AS given (worker, area, grid, state, since, expected, duty, seen, heard, lon, lat, accuracy, turning,
            inside, owed_day, owed_week)
    ON CONFLICT (worker_id) DO UPDATE SET
        area_id = excluded.area_id, grid_id = excluded.grid_id, local_date = excluded.local_date,
        state = excluded.state, state_since = excluded.state_since, expected = excluded.expected,
        duty_since = excluded.duty_since, seen_at = excluded.seen_at, heard_at = excluded.heard_at,
        lon = excluded.lon, lat = excluded.lat, accuracy_m = excluded.accuracy_m, turning = excluded.turning,
        inside_s = excluded.inside_s, owed_day_s = excluded.owed_day_s, owed_week_s = excluded.owed_week_s,
        version = excluded.version
"""  # noqa: S608 - the constant above

_CELLS: Final = """
    INSERT INTO live_cell (grid_id, cell, area_id, local_date, seconds, seen_at, version)
    SELECT given.grid_id, cell, grid.area_id, %(day)s, seconds, seen, %(version)s
    FROM unnest(%(grid)s, %(cell)s, %(seconds)s, %(seen)s) AS given (grid_id, cell, seconds, seen)
    JOIN grid ON grid.id = given.grid_id
    ON CONFLICT (grid_id, cell) DO UPDATE SET area_id = excluded.area_id, local_date = excluded.local_date,
        seconds = excluded.seconds, seen_at = excluded.seen_at, version = excluded.version
"""

_GRIDS: Final = """
    INSERT INTO live_grid (
        grid_id, area_id, local_date, walkable, covered, expected, on_duty, seen_at, version)
    SELECT grid, area, %(day)s, walkable, covered, expected, on_duty, nullif(seen, 'epoch'), %(version)s
    FROM unnest(%(grid)s, %(area)s, %(walkable)s, %(covered)s, %(expected)s, %(on_duty)s, %(seen)s)
        AS given (grid, area, walkable, covered, expected, on_duty, seen)
    ON CONFLICT (grid_id) DO UPDATE SET area_id = excluded.area_id, local_date = excluded.local_date,
        walkable = excluded.walkable, covered = excluded.covered, expected = excluded.expected,
        on_duty = excluded.on_duty, seen_at = excluded.seen_at, version = excluded.version
"""

_GRIDS_AWAY: Final = "DELETE FROM live_grid WHERE NOT grid_id = ANY(%(grid)s)"

_RELEASE: Final = """
    UPDATE live_worker SET grid_id = NULL, local_date = %(day)s, state = 'off_duty', state_since = %(at)s,
        expected = false, duty_since = NULL, lon = NULL, lat = NULL, accuracy_m = NULL, turning = 0,
        inside_s = 0, owed_day_s = 0, owed_week_s = 0, version = %(version)s
    WHERE NOT worker_id = ANY(%(workers)s) AND (grid_id IS NOT NULL OR expected OR state <> 'off_duty')
"""

_NO_ALERT: Final = """
    UPDATE live_alert SET cleared_at = %(at)s, version = %(version)s
    WHERE cleared_at IS NULL AND worker_id IS NOT NULL AND NOT worker_id = ANY(%(workers)s)
"""

_RAISE: Final = f"""
    INSERT INTO live_alert (kind, worker_id, grid_id, area_id, raised_at, since, version)
    SELECT {_KIND}[kind + 1], given.worker, standing.grid_id, standing.area_id, %(at)s, given.since,
        %(version)s
    FROM unnest(%(worker)s, %(kind)s, %(since)s) AS given (worker, kind, since)
    JOIN live_worker AS standing ON standing.worker_id = given.worker
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - the constant above

_CLEAR: Final = f"""
    UPDATE live_alert SET cleared_at = %(at)s, version = %(version)s
    FROM unnest(%(worker)s, %(kind)s) AS given (worker, kind)
    WHERE worker_id = given.worker AND live_alert.kind = {_KIND}[given.kind + 1] AND cleared_at IS NULL
"""  # noqa: S608 - the constant above

_SEEN: Final = """EXISTS (
    SELECT FROM incident_alert AS seen
    WHERE seen.incident_id = incident.id AND seen.kind = 'emergency' AND seen.acknowledged_at IS NOT NULL)"""

_EMERGENCIES: Final = text(f"""
    SELECT incident.id, incident.area_id, boundary.grid_id, incident.reported_at
    FROM incident LEFT JOIN boundary ON boundary.id = incident.boundary_id
    WHERE incident.urgent
        AND NOT EXISTS (SELECT FROM live_alert WHERE incident_id = incident.id)
        AND NOT {_SEEN}
    ORDER BY incident.id
    LIMIT 1000
""")  # noqa: S608 - the constant above

_OVER: Final = text(f"""
    SELECT alert.incident_id
    FROM live_alert AS alert JOIN incident ON incident.id = alert.incident_id
    WHERE alert.kind = 'emergency' AND alert.cleared_at IS NULL
        AND (NOT incident.urgent OR {_SEEN})
""")  # noqa: S608 - the constant above

_EMERGE: Final = text("""
    INSERT INTO live_alert (kind, incident_id, grid_id, area_id, raised_at, since, version)
    SELECT 'emergency', incident, grid, area, :at, since, :version
    FROM unnest(CAST(:incidents AS bigint[]), CAST(:grids AS bigint[]), CAST(:areas AS bigint[]),
        CAST(:since AS timestamptz[])) AS given (incident, grid, area, since)
    ON CONFLICT DO NOTHING
""")

_END: Final = text("""
    UPDATE live_alert SET cleared_at = :at, version = :version
    WHERE incident_id = ANY(CAST(:incidents AS bigint[])) AND cleared_at IS NULL
""")

_KNOWN: Final = text("""
    SELECT worker_id, area_id, grid_id, local_date, state, state_since, expected, duty_since, seen_at,
           heard_at, lon, lat, accuracy_m, turning, inside_s, owed_day_s, owed_week_s
    FROM live_worker
""")

_OPEN: Final = text(
    "SELECT worker_id, kind FROM live_alert WHERE cleared_at IS NULL AND worker_id IS NOT NULL"
)

_BEAT: Final = text("""
    INSERT INTO live_beat (at, started_at, behind_ms) VALUES (:at, :started_at, :behind_ms)
    ON CONFLICT (one) DO UPDATE SET at = excluded.at, started_at = excluded.started_at,
        behind_ms = excluded.behind_ms
""")


def next_version(conn: Connection) -> int:
    """Return a number above all that were seen; nobody else gets one until this transaction ends."""
    return int(conn.execute(text("SELECT gis_grid_live_version()")).scalar_one())


def last_version(conn: Connection) -> int:
    """Return the number that was given out last; 0 before the first."""
    query = text("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM live_version")
    return int(conn.execute(query).scalar_one())


def write_workers(conn: Connection, version: int, day: date, columns: Mapping[str, NDArray[Any]]) -> None:
    """Write workers' rows."""
    _execute(conn, _WORKERS, {**columns, "version": version, "day": day})


def write_cells(conn: Connection, version: int, day: date, columns: Mapping[str, NDArray[Any]]) -> None:
    """Write cells' rows."""
    _execute(conn, _CELLS, {**columns, "version": version, "day": day})


def write_grids(conn: Connection, version: int, day: date, columns: Mapping[str, NDArray[Any]]) -> None:
    """Write grids' rows."""
    _execute(conn, _GRIDS, {**columns, "version": version, "day": day})


def drop_other_grids(conn: Connection, grids: NDArray[np.int64]) -> None:
    """Delete the rows of grids that are in force no more."""
    _execute(conn, _GRIDS_AWAY, {"grid": grids})


def release_others(
    conn: Connection, version: int, at: datetime, day: date, workers: NDArray[np.int64]
) -> int:
    """Let go of workers who have no grid any more: nobody waits for them, and no alert is about them."""
    asked = {"workers": workers, "version": version, "at": at, "day": day}
    _execute(conn, _NO_ALERT, asked)
    with wire.rows_cursor(raw(conn)) as cursor:
        return cursor.execute(_RELEASE, asked).rowcount


def raise_alerts(conn: Connection, version: int, at: datetime, columns: Mapping[str, NDArray[Any]]) -> None:
    """Write alerts of (worker, kind, since); an open one of that kind stays as it is."""
    _execute(conn, _RAISE, {**columns, "version": version, "at": at})


def clear_alerts(conn: Connection, version: int, at: datetime, columns: Mapping[str, NDArray[Any]]) -> None:
    """End the open alerts of (worker, kind)."""
    _execute(conn, _CLEAR, {**columns, "version": version, "at": at})


def new_emergencies(conn: Connection) -> Sequence[Row[Any]]:
    """Return (id, area_id, grid_id, reported_at) of emergencies that nobody has been called for."""
    return conn.execute(_EMERGENCIES).all()


def over_emergencies(conn: Connection) -> Sequence[int]:
    """Return the incidents with an open alert that are closed, or that somebody has seen."""
    return conn.execute(_OVER).scalars().all()


def raise_emergencies(conn: Connection, version: int, at: datetime, rows: Sequence[Row[Any]]) -> None:
    """Write alerts of emergencies as `new_emergencies` returned them."""
    ids, areas, grids, since = (list(column) for column in zip(*rows, strict=True))
    values = {"incidents": ids, "areas": areas, "grids": grids, "since": since}
    conn.execute(_EMERGE, {**values, "version": version, "at": at})


def end_emergencies(conn: Connection, version: int, at: datetime, incidents: Sequence[int]) -> None:
    """End the alerts of some incidents."""
    conn.execute(_END, {"incidents": list(incidents), "version": version, "at": at})


def known_workers(conn: Connection) -> Sequence[Row[Any]]:
    """Return all workers' rows as they were left."""
    return conn.execute(_KNOWN).all()


def open_alerts(conn: Connection) -> Sequence[Row[Any]]:
    """Return (worker_id, kind) of the open alerts about workers."""
    return conn.execute(_OPEN).all()


def beat(conn: Connection, at: datetime, started_at: datetime, behind_ms: int) -> None:
    """Write when the engine last looked."""
    conn.execute(_BEAT, {"at": at, "started_at": started_at, "behind_ms": behind_ms})


def notify(conn: Connection, payload: str) -> None:
    """Tell whoever listens, when this transaction commits."""
    conn.execute(text("SELECT pg_notify(:topic, :payload)"), {"topic": TOPIC, "payload": payload})


def _execute(conn: Connection, statement: str, values: Mapping[str, Any]) -> None:
    with wire.rows_cursor(raw(conn)) as cursor:
        cursor.execute(statement, values)
