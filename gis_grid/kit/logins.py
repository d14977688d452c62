"""The logins of the web service: one reads within a scope, one opens the door, one takes fixes in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from gis_grid.kit.errors import NotReady

if TYPE_CHECKING:
    from sqlalchemy import Connection

SERVICE_ROLE: Final = "gis_grid_service"
"""Answers requests. Owns nothing, and row level security shows it only the scope of the caller."""

DOOR_ROLE: Final = "gis_grid_door"
"""Signs people in and keeps accounts. Sees no data of the town but the tree of areas."""

INTAKE_ROLE: Final = "gis_grid_intake"
"""Takes in what phones send. It writes fixes and can read none."""

LOGINS: Final = (SERVICE_ROLE, DOOR_ROLE, INTAKE_ROLE)

_LEAKPROOF: Final = "ALTER FUNCTION geometry_overlaps(geometry, geometry) LEAKPROOF"
"""Row level security would else keep the spatial index from being used.

PostGIS does not say of itself that comparing two boxes tells nothing about them.
"""

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
        for statement in statements(conn, owner):
            conn.execute(text(statement))


def statements(conn: Connection, owner: str) -> list[str]:
    """Return what somebody with the rights of a superuser has still to run, once, in this database."""
    quoted = conn.dialect.identifier_preparer.quote_identifier(owner)
    return [
        *(
            f"CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
            for name in missing(conn)
        ),
        f"GRANT {', '.join(LOGINS)} TO {quoted}",
        *([] if index_is_used(conn) else [_LEAKPROOF]),
        *([_no_temporary(conn)] if temporary_is_open(conn) else []),
    ]


def require(conn: Connection) -> None:
    """Refuse a database whose server lacks a login.

    Raises
    ------
    NotReady
        With the statements that somebody has to run.
    """
    lacking = missing(conn)
    if lacking:
        owner = conn.execute(text("SELECT current_user")).scalar_one()
        wanted = "; ".join(statements(conn, owner))
        raise NotReady(
            f"The server lacks the logins {', '.join(lacking)}",
            f"somebody with the rights of a superuser has to run once, in this database: {wanted};",
        )


def missing(conn: Connection) -> list[str]:
    """Return the logins that the server lacks."""
    return list(conn.execute(_MISSING, {"names": list(LOGINS)}).scalars())


def temporary_is_open(conn: Connection) -> bool:
    """Say whether anybody who connects may make temporary tables and functions.

    They come before tables of the same name for all whose requests use the connection afterwards: a view of
    a stranger there would see what each of them may see.
    """
    query = text("SELECT has_database_privilege('public', current_database(), 'TEMPORARY')")
    return bool(conn.execute(query).scalar())


def _no_temporary(conn: Connection) -> str:
    name = conn.execute(text("SELECT current_database()")).scalar_one()
    return (
        f"REVOKE TEMPORARY ON DATABASE {conn.dialect.identifier_preparer.quote_identifier(name)} FROM PUBLIC"
    )


def index_is_used(conn: Connection) -> bool:
    """Say whether the planner may use a spatial index behind row level security."""
    query = text(
        "SELECT proleakproof FROM pg_proc WHERE oid = to_regprocedure('geometry_overlaps(geometry,geometry)')"
    )
    return bool(conn.execute(query).scalar())
