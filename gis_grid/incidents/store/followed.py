"""SQL of single incidents: added, found, locked, changed, and their moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from gis_grid.incidents.rows import MERGING
from gis_grid.incidents.tables import incident, incident_move

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

COLUMNS: Final = """
    i.id, i.code, i.kind, i.category, i.category_code, i.title, i.description, i.workflow, i.workflow_version,
    i.state, i.state_kind, i.level, i.severity, i.emergency, i.persons, i.reporter_tier, i.reported_at,
    i.reported_by, i.deadline, i.yellow_at, i.red_at, i.escalate_at, i.closed_at, i.duplicate_of, i.revision,
    i.sent_digest, i.area_id, i.place, i.address, i.building_id, ST_X(i.geom) AS lon, ST_Y(i.geom) AS lat
"""

_SHOWN: Final = text(f"""
    SELECT {COLUMNS}, g.code AS grid_code, area.code AS area_code,
        (SELECT whole.code FROM incident whole WHERE whole.id = i.duplicate_of) AS duplicate_of_code,
        ARRAY(SELECT part.code FROM incident part WHERE part.duplicate_of = i.id ORDER BY part.code)
            AS duplicates,
        (SELECT count(*) FROM incident_move m WHERE m.incident_id = i.id) AS moves
    FROM incident i
    LEFT JOIN boundary b ON b.id = i.boundary_id
    LEFT JOIN grid g ON g.id = b.grid_id
    LEFT JOIN area ON area.id = i.area_id
    WHERE i.code = :code
""")  # noqa: S608 - constants

_LOCKED: Final = text(f"""
    SELECT {COLUMNS} FROM incident i WHERE i.code = ANY(CAST(:codes AS text[])) ORDER BY i.id
    FOR NO KEY UPDATE
""")  # noqa: S608 - constants

_HISTORY: Final = text("""
    SELECT m.n, m.move, m.from_state, m.to_state, m.by_account, m.role, m.at, m.why, m.level, m.rating,
        other.code AS other
    FROM incident_move m LEFT JOIN incident other ON other.id = m.other_id
    WHERE m.incident_id = :id ORDER BY m.n
""")


def add(conn: Connection, values: Mapping[str, Any], lon: float | None, lat: float | None) -> int | None:
    """Insert an incident and return its id; ``None`` when its code is taken."""
    point = None if lon is None else func.ST_SetSRID(func.ST_MakePoint(lon, lat), 4326)
    statement = (
        pg_insert(incident)
        .values(**values, geom=point)
        .on_conflict_do_nothing(index_elements=["code"])
        .returning(incident.c.id)
    )
    return conn.execute(statement).scalar_one_or_none()


def find(conn: Connection, code: str) -> Row[Any] | None:
    """Return an incident with its grid and area, or ``None`` when there is none to be seen."""
    return conn.execute(_SHOWN, {"code": code}).one_or_none()


def lock(conn: Connection, codes: Sequence[str]) -> dict[str, Row[Any]]:
    """Keep others from moving incidents until the transaction ends, and return them by code.

    Always in the same order, so that two who merge wait for each other once.
    """
    return {row.code: row for row in conn.execute(_LOCKED, {"codes": list(codes)})}


def change(conn: Connection, incident_id: int, values: Mapping[str, Any]) -> None:
    """Write columns of an incident; its revision is one more."""
    revision = incident.c.revision + 1
    conn.execute(update(incident).where(incident.c.id == incident_id).values(**values, revision=revision))


def add_move(conn: Connection, values: Mapping[str, Any]) -> None:
    """Insert the next move of an incident that is locked, or was made in this transaction."""
    last = text("SELECT coalesce(max(n), 0) FROM incident_move WHERE incident_id = :id")
    n = conn.execute(last, {"id": values["incident_id"]}).scalar_one() + 1
    conn.execute(insert(incident_move).values(**values, n=n))


def history(conn: Connection, incident_id: int) -> Sequence[Row[Any]]:
    """Return the moves of an incident in order."""
    return conn.execute(_HISTORY, {"id": incident_id}).all()


def has_acted(conn: Connection, incident_id: int, account: str, start: str) -> bool:
    """Say whether an account has made a move of an incident since it came into the state `start` last.

    Who gave it back before may look at it again; who submitted it may not. Merging is no step of it.
    """
    query = text("""
        WITH step AS (
            SELECT n, by_account, to_state FROM incident_move
            WHERE incident_id = :id AND move <> ALL(CAST(:merging AS text[])))
        SELECT EXISTS (SELECT FROM step WHERE by_account = :name AND n >= (
            SELECT coalesce(max(n), 1) FROM step WHERE to_state = :start))
    """)
    asked = {"id": incident_id, "name": account, "start": start, "merging": list(MERGING)}
    return bool(conn.execute(query, asked).scalar_one())


def roles_in(conn: Connection, area_id: int | None) -> list[str]:
    """Return the roles that the caller's account has in an area; without an area, those held everywhere."""
    query = text("SELECT gis_grid_roles_in(CAST(:area AS bigint))")
    return list(conn.execute(query, {"area": area_id}).scalar_one())


def codes_above(conn: Connection, area_id: int | None) -> list[str]:
    """Return the codes of an area and of those above it, the nearest first."""
    query = text("SELECT gis_grid_codes_above(CAST(:area AS bigint))")
    return list(conn.execute(query, {"area": area_id}).scalar_one())


def area_of_boundary(conn: Connection, boundary_id: int) -> int:
    """Return the community of a boundary's grid."""
    query = text("SELECT g.area_id FROM boundary b JOIN grid g ON g.id = b.grid_id WHERE b.id = :id")
    return int(conn.execute(query, {"id": boundary_id}).scalar_one())


def community_around(conn: Connection, lon: float, lat: float) -> int | None:
    """Return the community around a point, whoever's it is, for one who reports."""
    query = text("SELECT gis_grid_reports_to(:lon, :lat)")
    return conn.execute(query, {"lon": lon, "lat": lat}).scalar_one_or_none()


def find_community(conn: Connection, code: str) -> int | None:
    """Return a community by its code, or ``None`` when there is none to be seen."""
    query = text("SELECT id FROM area WHERE code = :code AND kind = 'community'")
    return conn.execute(query, {"code": code}).scalar_one_or_none()


def own_community(conn: Connection, worker_id: int, at: datetime) -> int | None:
    """Return the community of the grid that a worker has at a time."""
    query = text("""
        SELECT g.area_id FROM assignment a JOIN grid g ON g.id = a.grid_id
        WHERE a.worker_id = :worker AND a.valid @> CAST(:at AS timestamptz) ORDER BY a.id LIMIT 1
    """)
    return conn.execute(query, {"worker": worker_id, "at": at}).scalar_one_or_none()


def find_building(conn: Connection, building_id: int) -> Row[Any] | None:
    """Return (lon, lat) of a building's point, or ``None`` when there is none to be seen."""
    query = text("SELECT ST_X(point) AS lon, ST_Y(point) AS lat FROM building WHERE id = :id")
    return conn.execute(query, {"id": building_id}).one_or_none()
