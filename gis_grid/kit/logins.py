"""The two database logins of the web service: one reads within a scope, the other opens the door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from sqlalchemy import Connection

SERVICE_ROLE: Final = "gis_grid_service"
"""Answers requests. Owns nothing, and row level security shows it only the scope of the caller."""

DOOR_ROLE: Final = "gis_grid_door"
"""Signs people in and keeps accounts. Sees no data of the town but the tree of areas."""

LOGINS: Final = (SERVICE_ROLE, DOOR_ROLE)

STATEMENTS: Final = (
    *(f"CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS" for name in LOGINS),
    # Row level security would else keep the spatial index from being used: PostGIS does not say of itself
    # that comparing two boxes tells nothing about them.
    "ALTER FUNCTION geometry_overlaps(geometry, geometry) LEAKPROOF",
)
"""What somebody with the rights of a superuser has to run once; `ensure` does in the private cluster."""

_MISSING = text("SELECT name FROM unnest(CAST(:names AS text[])) AS name WHERE to_regrole(name) IS NULL")


def ensure(url: str, owner: str) -> None:
    """Make the logins that a server lacks, and let the spatial index be used behind row level security.

    Parameters
    ----------
    url
        URL of a superuser, in the database with PostGIS.
    owner
        The role that owns the tables; it may act as either login.
    """
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as conn:
        # Two programs that start together must not both make them.
        conn.execute(text("SELECT pg_advisory_xact_lock(hashtext('gis_grid_logins'))"))
        for name in missing(conn):
            conn.execute(text(f"CREATE ROLE {name} LOGIN"))
        for name in LOGINS:
            conn.execute(text(f'GRANT {name} TO "{owner}"'))
        if not index_is_used(conn):
            conn.execute(text(STATEMENTS[-1]))


def missing(conn: Connection) -> list[str]:
    """Return the logins that the server lacks."""
    return list(conn.execute(_MISSING, {"names": list(LOGINS)}).scalars())


def index_is_used(conn: Connection) -> bool:
    """Say whether the planner may use a spatial index behind row level security."""
    query = (
        "SELECT proleakproof FROM pg_proc WHERE oid = 'geometry_overlaps(geometry,geometry)'::regprocedure"
    )
    return bool(conn.execute(text(query)).scalar_one())
