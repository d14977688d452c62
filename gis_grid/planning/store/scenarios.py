"""SQL of drafts: the state each began with, and where each stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg.errors import LockNotAvailable
from sqlalchemy import insert, text, update
from sqlalchemy.exc import OperationalError

from gis_grid.kit.errors import Unavailable
from gis_grid.planning.tables import scenario, scenario_grid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.planning.paging import Page

LOCK_WAIT_MS: Final = 10_000
"""How long an edit waits for another of the same community."""


def lock(conn: Connection, area_id: int, *, publishing: bool = False) -> None:
    """Be the only one who writes drafts of a community or publishes them, until the transaction ends.

    Raises
    ------
    Unavailable
        When another transaction keeps it: whoever waits holds a connection, of which there are few.
    """
    conn.execute(text("SELECT set_config('lock_timeout', :wait, true)"), {"wait": f"{LOCK_WAIT_MS}ms"})
    query = text("SELECT gis_grid_plan_lock(:area, :publishing)")
    try:
        conn.execute(query, {"area": area_id, "publishing": publishing})
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise Unavailable("The community is being divided or published", "try again in a while") from None
        raise
    conn.execute(text("SELECT set_config('lock_timeout', '0', true)"))


def add(conn: Connection, values: Mapping[str, Any]) -> int:
    """Insert a draft and return its id."""
    return int(conn.execute(insert(scenario).values(**values).returning(scenario.c.id)).scalar_one())


def add_atoms(conn: Connection, scenario_id: int, columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert the atoms that a draft begins with: key, label, households, people, buildings, atom_id, wkb."""
    # No COPY: the server refuses it where row level security is in force.
    statement = text(
        """
        INSERT INTO scenario_atom (scenario_id, key, label, households, people, buildings, atom_id, geom)
        SELECT :scenario, key, label, households, people, buildings, atom_id, ST_GeomFromWKB(wkb, 4326)
        FROM unnest(CAST(:key AS bigint[]), CAST(:label AS bigint[]), CAST(:households AS int[]),
                    CAST(:people AS int[]), CAST(:buildings AS int[]), CAST(:atom_id AS bigint[]),
                    CAST(:wkb AS bytea[])) AS given (key, label, households, people, buildings, atom_id, wkb)
        """
    )
    conn.execute(statement, {"scenario": scenario_id, **columns})


def add_grids(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert which grids a draft follows: scenario_id, boundary_id, grid_id, label."""
    if rows:
        conn.execute(insert(scenario_grid), list(rows))


_SHOWN = """
    SELECT scenario.id, scenario.area_id, area.code AS community_code, area.name AS community_name,
           scenario.name, scenario.state, scenario.limits, scenario.seed, scenario.meridian,
           scenario.digest, scenario.revision, scenario.position, scenario.created_by, scenario.created_at,
           scenario.changed_at, scenario.writer, scenario.writer_until, scenario.valid_from,
           scenario.reviewed_by, scenario.note, scenario.told, scenario.exceptions, scenario.based_on,
           scenario.restores, scenario.changed_by, scenario.forgotten_at,
           (SELECT coalesce(max(n), 0) FROM scenario_edit WHERE scenario_id = scenario.id) AS edits
    FROM scenario JOIN area ON area.id = scenario.area_id
"""


def find(conn: Connection, scenario_id: int) -> Row[Any] | None:
    """Return a draft and its community, all but the ground that it lies on."""
    return conn.execute(text(f"{_SHOWN} WHERE scenario.id = :id"), {"id": scenario_id}).one_or_none()


def area_of(conn: Connection, scenario_id: int) -> int | None:
    """Return the community of a draft, or ``None`` when there is no such draft."""
    query = text("SELECT area_id FROM scenario WHERE id = :id")
    return conn.execute(query, {"id": scenario_id}).scalar_one_or_none()


def every(conn: Connection, community: str | None, *, dropped: bool, page: Page) -> Sequence[Row[Any]]:
    """Return drafts, of a community where it is given, what changed last first; not those forgotten."""
    query = text(
        f"{_SHOWN} WHERE (CAST(:community AS text) IS NULL OR area.code = :community)"
        " AND (:dropped OR scenario.state <> 'dropped') AND scenario.forgotten_at IS NULL"
        " AND (CAST(:after_at AS timestamptz) IS NULL"
        " OR (scenario.changed_at, scenario.id) < (:after_at, CAST(:after_id AS bigint)))"
        " ORDER BY scenario.changed_at DESC, scenario.id DESC LIMIT :limit"
    )
    return conn.execute(query, {"community": community, "dropped": dropped, **page.values()}).all()


def ground(conn: Connection, scenario_id: int) -> bytes:
    """Return the ground as it was when the draft was opened."""
    query = text("SELECT ground FROM scenario WHERE id = :id")
    return bytes(conn.execute(query, {"id": scenario_id}).scalar_one())


def atoms(conn: Connection, scenario_id: int) -> Sequence[Row[Any]]:
    """Return (key, label, households, people, buildings, atom_id, wkb) that a draft began with, by key."""
    query = text(
        "SELECT key, label, households, people, buildings, atom_id, ST_AsBinary(geom) AS wkb "
        "FROM scenario_atom WHERE scenario_id = :id ORDER BY key"
    )
    return conn.execute(query, {"id": scenario_id}).all()


def grids(conn: Connection, scenario_id: int) -> Sequence[Row[Any]]:
    """Return (boundary_id, grid_id, label, code, name) of the grids that a draft follows, by code."""
    query = text(
        "SELECT boundary_id, grid_id, label, grid.code, grid.name "
        "FROM scenario_grid JOIN grid ON grid.id = grid_id WHERE scenario_id = :id ORDER BY grid.code"
    )
    return conn.execute(query, {"id": scenario_id}).all()


def change(conn: Connection, scenario_id: int, values: Mapping[str, Any]) -> None:
    """Write columns of a draft."""
    conn.execute(update(scenario).where(scenario.c.id == scenario_id).values(**values))


def other_writer(conn: Connection, area_id: int, who: str, now: datetime) -> Row[Any] | None:
    """Return (writer, writer_until) of another account that works on the community now."""
    query = text(
        "SELECT writer, writer_until FROM scenario WHERE area_id = :area AND writer <> :who "
        "AND writer_until > :now AND state IN ('draft', 'review') ORDER BY writer_until DESC LIMIT 1"
    )
    return conn.execute(query, {"area": area_id, "who": who, "now": now}).one_or_none()
