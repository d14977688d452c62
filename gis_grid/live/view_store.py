"""SQL of what a page shows of now, as finished JSON: within the scope that was entered, set by set.

Each statement is one snapshot. Values are bound when it is planned, so that the index is used where nearly
nothing is newer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from psycopg.rows import dict_row

from gis_grid.kit.database import raw

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection

MOST_CELLS: Final = 50_000
"""How many cells are told at once: those seen last. What is left out is what was seen longest ago."""

MOST_CLEARED: Final = 2_000
"""How many alerts that are over are told with the whole, the newest."""

_AREAS: Final = """
    WITH RECURSIVE below (id) AS (
        SELECT id FROM area WHERE code = ANY (%(codes)s)
        UNION
        SELECT area.id FROM below JOIN area ON area.parent_id = below.id
    )
    SELECT ARRAY(SELECT id FROM below),
        ARRAY(SELECT code FROM unnest(%(codes)s) AS code WHERE code NOT IN (SELECT code FROM area))
"""

# Who is there and where, in two numbers a table: what goes, or moves to another community, changes them.
_ROSTER: Final = """
    SELECT concat_ws(' ', (SELECT started_at FROM live_beat),
        (SELECT count(*) || ' ' || coalesce(bit_xor(hashint8extended(worker_id, area_id)), 0)
         FROM live_worker WHERE {within}),
        (SELECT count(*) || ' ' || coalesce(bit_xor(hashint8extended(grid_id, area_id)), 0)
         FROM live_grid WHERE {within}))
"""
_ALERT: Final = """json_build_object(
            'id', live.id, 'kind', live.kind,
            'worker', CASE WHEN worker.id IS NOT NULL
                THEN json_build_object('code', worker.code, 'name', worker.name) END,
            'incident', CASE WHEN incident.id IS NOT NULL THEN json_build_object(
                'code', incident.code, 'title', incident.title, 'severity', incident.severity) END,
            'grid', grid.code, 'community', area.code,
            'lon', ST_X(incident.geom), 'lat', ST_Y(incident.geom),
            'since', live.since, 'raised_at', live.raised_at, 'cleared_at', live.cleared_at,
            'acknowledged_by', live.acknowledged_by, 'acknowledged_at', live.acknowledged_at,
            'assigned_to', live.assigned_to, 'assigned_by', live.assigned_by,
            'assigned_at', live.assigned_at
        )::text"""
_WITH_NAMES: Final = """
        LEFT JOIN area ON area.id = live.area_id
        LEFT JOIN worker ON worker.id = live.worker_id
        LEFT JOIN incident ON incident.id = live.incident_id
        LEFT JOIN grid ON grid.id = live.grid_id"""

_NEWS: Final = """
    WITH workers AS (
        SELECT live.worker_id, live.version, place.told, json_build_object(
            'code', worker.code, 'name', worker.name, 'grid', grid.code, 'community', area.code,
            'state', live.state, 'state_since', live.state_since, 'expected', live.expected,
            'duty_since', live.duty_since, 'seen_at', live.seen_at, 'heard_at', live.heard_at,
            'lon', CASE WHEN place.told THEN live.lon END, 'lat', CASE WHEN place.told THEN live.lat END,
            'accuracy_m', CASE WHEN place.told THEN live.accuracy_m END,
            'inside_s', live.inside_s, 'owed_day_s', live.owed_day_s, 'owed_week_s', live.owed_week_s
        )::text AS line
        FROM live_worker AS live
        JOIN worker ON worker.id = live.worker_id
        JOIN area ON area.id = live.area_id
        LEFT JOIN grid ON grid.id = live.grid_id
        CROSS JOIN LATERAL (SELECT {in_box} AS told) AS place
        WHERE {wanted}
    ), grids AS (
        SELECT live.version, json_build_object(
            'code', grid.code, 'community', area.code, 'walkable', live.walkable, 'covered', live.covered,
            'expected', live.expected, 'on_duty', live.on_duty, 'seen_at', live.seen_at
        )::text AS line
        FROM live_grid AS live
        JOIN grid ON grid.id = live.grid_id
        JOIN area ON area.id = live.area_id
        WHERE {wanted}
    ), cells AS ({cells}
    ), alerts AS (
        SELECT live.version, {alert} AS line
        FROM {alerts} AS live {with_names}
        WHERE {wanted}
    )
    SELECT gis_grid_live_newest(),
        greatest((SELECT max(version) FROM workers), (SELECT max(version) FROM grids),
                 (SELECT max(version) FROM cells), (SELECT max(version) FROM alerts)),
        (SELECT row_to_json(beat)::text FROM (SELECT at, started_at, behind_ms FROM live_beat) AS beat),
        (SELECT string_agg(line, ',') FROM workers), (SELECT string_agg(line, ',') FROM grids),
        (SELECT string_agg(line, ',') FROM cells), (SELECT string_agg(line, ',') FROM alerts),
        ARRAY(
            SELECT worker_id FROM workers WHERE told
            UNION
            SELECT worker_id FROM assignment
            WHERE valid @> %(now)s AND grid_id IN (SELECT grid_id FROM cells WHERE of_today)
        )
"""

_NO_CELLS: Final = """
        SELECT NULL::bigint AS version, NULL::bigint AS grid_id, false AS of_today, NULL::text AS line
        WHERE false"""

# Whole grids: whose outline reaches into the box, all its cells are told.
_CELLS: Final = """
        SELECT live.version, live.grid_id, live.local_date = %(today)s AS of_today, json_build_object(
            'cell', to_hex(live.cell), 'grid', grid.code,
            'seconds', CASE WHEN live.local_date = %(today)s THEN live.seconds ELSE 0 END,
            'seen_at', live.seen_at
        )::text AS line
        FROM {from_cells} JOIN grid ON grid.id = live.grid_id
        WHERE {near}
        ORDER BY live.seen_at DESC LIMIT %(most_cells)s"""

_BOUNDARY_NEAR: Final = """boundary
            WHERE valid @> %(now)s
                AND geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)"""

# From the box to its grids to their cells; or from the few cells that are newer to the grid of each.
_NEAR: Final = f"{{wanted}} AND live.grid_id IN (SELECT grid_id FROM {_BOUNDARY_NEAR})"  # noqa: S608
_NEWER: Final = "(SELECT * FROM live_cell AS live WHERE {wanted} OFFSET 0) AS live"
_EACH_NEAR: Final = f"EXISTS (SELECT FROM {_BOUNDARY_NEAR} AND grid_id = live.grid_id OFFSET 0)"

# Of whom was not heard for a day nobody says where, even if a duty was left open.
_IN_BOX: Final = """live.duty_since IS NOT NULL AND live.seen_at > %(oldest)s
            AND live.lon BETWEEN %(west)s AND %(east)s AND live.lat BETWEEN %(south)s AND %(north)s"""

_WHOLE_ALERTS: Final = """(
            SELECT * FROM live_alert WHERE cleared_at IS NULL
            UNION ALL
            (SELECT * FROM live_alert WHERE cleared_at IS NOT NULL AND raised_at > %(alerts_since)s
             ORDER BY raised_at DESC LIMIT %(most_cleared)s)
        )"""

# A point to write at, and a box to go to. Outlines come as tiles: from near in full, from afar as little of
# them as can be seen.
_PLACES: Final = """
    SELECT concat('{"type":"FeatureCollection","features":[', string_agg(line, ',' ORDER BY code), ']}')
    FROM (
        SELECT grid.code, json_build_object(
            'type', 'Feature',
            'bbox', json_build_array(
                round(ST_XMin(geom)::numeric, 6), round(ST_YMin(geom)::numeric, 6),
                round(ST_XMax(geom)::numeric, 6), round(ST_YMax(geom)::numeric, 6)),
            'geometry', ST_AsGeoJSON(ST_PointOnSurface(geom), 6)::json,
            'properties', json_build_object('code', grid.code, 'name', grid.name)
        )::text AS line
        FROM boundary JOIN grid ON grid.id = boundary.grid_id
        WHERE boundary.valid @> %s
    ) AS place
"""

_OWN_ROW: Final = """
    SELECT grid.code AS grid, grid.name AS grid_name, state, state_since, expected, duty_since, seen_at,
        heard_at, inside_s, owed_day_s, owed_week_s
    FROM live_worker LEFT JOIN grid ON grid.id = grid_id
    WHERE worker_id = %s AND local_date = %s
"""


class Box(NamedTuple):
    """A box in degrees, WGS84."""

    west: float
    south: float
    east: float
    north: float


class Rows(NamedTuple):
    """What is told, as JSON without its brackets.

    Attributes
    ----------
    newest : int
        The version up to which all is known now, whoever may see it.
    version : int or None
        The newest one among the rows; ``None`` without any.
    seen : list of int
        Ids of the workers of whom is told where they are, or were today.
    """

    newest: int
    version: int | None
    beat: str | None
    workers: str | None
    grids: str | None
    cells: str | None
    alerts: str | None
    seen: list[int]


def areas_of(conn: Connection, codes: Sequence[str]) -> tuple[list[int], list[str]]:
    """Return the areas of some codes with all below them, and the codes that are not in sight."""
    row = raw(conn).execute(_AREAS, {"codes": list(codes)}, prepare=False).fetchone()
    assert row is not None
    return row[0], row[1]


def roster(conn: Connection, areas: Sequence[int] | None) -> str:
    """Return what changes when a worker or a grid comes, goes or moves, or another engine begins."""
    statement = _ROSTER.format(within=_within(areas, ""))
    row = raw(conn).execute(statement, {"areas": areas}, prepare=False).fetchone()
    assert row is not None
    return str(row[0])


def places(conn: Connection, now: datetime) -> str:
    """Return a point within each grid of now, with the box of its outline, as GeoJSON."""
    row = raw(conn).execute(_PLACES, (now,), prepare=False).fetchone()
    assert row is not None
    return str(row[0])


def rows(
    conn: Connection,
    areas: Sequence[int] | None,
    box: Box | None,
    *,
    after: int | None,
    now: datetime,
    today: date,
    oldest: datetime,
    alerts_since: datetime,
) -> Rows:
    """Return what is newer than a version, or the whole: of the areas, or all that is in sight.

    Parameters
    ----------
    oldest
        From when on a position is told.
    alerts_since
        From when on alerts that are over belong to the whole.
    """
    within = _within(areas, "live.")
    wanted = within if after is None else f"{within} AND live.version > %(after)s::bigint"
    statement = _NEWS.format(
        in_box="false" if box is None else _IN_BOX,
        wanted=wanted,
        cells=_NO_CELLS if box is None else _cells(wanted, whole=after is None),
        alert=_ALERT,
        with_names=_WITH_NAMES,
        alerts=_WHOLE_ALERTS if after is None else "live_alert",
    )
    values: dict[str, Any] = {
        "areas": areas,
        "after": after,
        "now": now,
        "today": today,
        "oldest": oldest,
        "alerts_since": alerts_since,
        "most_cells": MOST_CELLS,
        "most_cleared": MOST_CLEARED,
        **({} if box is None else box._asdict()),
    }
    found = raw(conn).execute(statement, values, prepare=False).fetchone()
    assert found is not None
    return Rows(*found)


def note_looks(conn: Connection, workers: Sequence[int], today: date) -> None:
    """Write into the ledger that the caller sees where workers are, unless that was within the last hour."""
    raw(conn).execute("SELECT gis_grid_note_live_looks(%s, %s)", (list(workers), today), prepare=False)


def acknowledge(conn: Connection, alert: int, at: datetime) -> bool:
    """Say that the caller has seen an alert; false where there is none in sight."""
    row = raw(conn).execute("SELECT gis_grid_acknowledge_alert(%s, %s)", (alert, at)).fetchone()
    assert row is not None
    return bool(row[0])


def assign(conn: Connection, alert: int, taker: str, at: datetime) -> bool | None:
    """Hand an alert to somebody; ``None`` where none is in sight, false where that one cannot take it."""
    row = raw(conn).execute("SELECT gis_grid_assign_alert(%s, %s, %s)", (alert, taker, at)).fetchone()
    assert row is not None
    found: bool | None = row[0]
    return found


def takers(conn: Connection, alert: int) -> list[tuple[str, str]] | None:
    """Return who can take an alert, by name; ``None`` where there is none in sight."""
    found = raw(conn).execute(
        "SELECT who.name, who.display_name FROM live_alert AS one"
        " LEFT JOIN LATERAL gis_grid_alert_takers(one.area_id) AS who ON true WHERE one.id = %s",
        (alert,),
    )
    listed = found.fetchall()
    return [one for one in listed if one[0] is not None] if listed else None


def alert(conn: Connection, alert_id: int) -> str | None:
    """Return an alert as JSON; ``None`` where there is none in sight."""
    statement = f"SELECT {_ALERT} FROM live_alert AS live {_WITH_NAMES} WHERE live.id = %s"  # noqa: S608
    row = raw(conn).execute(statement, (alert_id,)).fetchone()
    return None if row is None else str(row[0])


def beat(conn: Connection) -> dict[str, Any] | None:
    """Return the engine's last sign of life; ``None`` where none has ever run."""
    with raw(conn).cursor(row_factory=dict_row) as cursor:
        return cursor.execute("SELECT at, started_at, behind_ms FROM live_beat").fetchone()


def own_row(conn: Connection, worker_id: int, today: date) -> dict[str, Any] | None:
    """Return what the engine has of a worker, without the position; ``None`` where it is not of the day."""
    with raw(conn).cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_OWN_ROW, (worker_id, today)).fetchone()


def _cells(wanted: str, *, whole: bool) -> str:
    if whole:
        return _CELLS.format(from_cells="live_cell AS live", near=_NEAR.format(wanted=wanted))
    return _CELLS.format(from_cells=_NEWER.format(wanted=wanted), near=_EACH_NEAR)


def _within(areas: Sequence[int] | None, of: str) -> str:
    return "true" if areas is None else f"{of}area_id = ANY (%(areas)s::bigint[])"
