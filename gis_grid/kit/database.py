"""The way to PostGIS: an engine made at start-up, the shared metadata, binary COPY."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import psycopg
from sqlalchemy import URL, Connection, Engine, MetaData, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from gis_grid.kit.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gis_grid.kit.direct import Direct

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "ix": "%(table_name)s_%(column_0_name)s_idx",
    }
)
"""All tables of all capabilities; the migrations make them, `tests/test_migrations.py` compares."""


MOST_CONNECTIONS: Final = 15
"""How many connections one program holds at most to answer requests."""

MOST_DOOR_CONNECTIONS: Final = 5
"""And how many to sign people in: each checks a password, which takes a processor for a while."""

MOST_SIGNING_CONNECTIONS: Final = 2
"""And how many to sign in and out of duty; what phones send comes beside them."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The ways in which the web service reaches its database.

    Attributes
    ----------
    service : Engine
        Answers requests, within the scope of each caller.
    door : Engine
        Signs people in and keeps accounts.
    intake : Engine
        Takes in what phones send.
    direct : Direct or None
        Answers what is asked most, as the service; without, the service answers that too.
    """

    service: Engine
    door: Engine
    intake: Engine
    direct: Direct | None = None

    def dispose(self) -> None:
        """Close all connections."""
        self.service.dispose()
        self.door.dispose()
        self.intake.dispose()


def make_engine(url: str, *, role: str | None = None, most: int = MOST_CONNECTIONS) -> Engine:
    """Return an engine for a PostgreSQL URL, whatever driver the URL names; times come back in UTC.

    Parameters
    ----------
    role
        What each connection becomes (SET ROLE) when the URL has no login of its own for it.
    most
        How many connections it holds at most.

    Raises
    ------
    BadInput
        When it is no URL of a PostgreSQL database.
    """
    return create_engine(
        _postgresql(url),
        pool_pre_ping=True,
        pool_size=most,
        max_overflow=0,
        hide_parameters=True,
        connect_args=_options(role),
    )


def login_of(url: str, *, role: str | None = None) -> dict[str, Any]:
    """Return what libpq connects by, as `make_engine` does.

    Raises
    ------
    BadInput
        When it is no URL of a PostgreSQL database.
    """
    conninfo = _postgresql(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return {"conninfo": conninfo, **_options(role)}


def _options(role: str | None) -> dict[str, Any]:
    options = "-c timezone=UTC -c application_name=gis-grid"
    if role is not None:
        options += f" -c role={role}"
    return {"options": options, "connect_timeout": 10}


def _postgresql(url: str) -> URL:
    wanted = "GIS_GRID_DATABASE_URL: expected postgresql://user@host/name"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # the text may hold a password: it is not repeated
        raise BadInput("The database URL cannot be read", wanted) from None
    if parsed.get_backend_name() not in {"postgresql", "postgres"}:
        raise BadInput("The database is no PostgreSQL", f"{wanted}, not {parsed.get_backend_name()}://")
    return parsed.set(drivername="postgresql+psycopg")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction: committed at the end, rolled back on any error.

    Raises
    ------
    Unavailable
        When the database does not answer, or goes away before the end.
    """
    with _connected(engine) as conn, conn.begin():
        yield conn


@contextmanager
def session(engine: Engine) -> Iterator[Connection]:
    """Connect without transactions, for a lock that is held across several of them.

    Raises
    ------
    Unavailable
        When the database does not answer, or goes away before the end.
    """
    with _connected(engine) as conn:
        yield conn.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        conn = engine.connect()
    except OperationalError as error:
        raise Unavailable("The database does not answer", str(error.orig).strip()) from error
    driver = raw(conn)
    try:
        with conn:
            yield conn
    except (OperationalError, psycopg.OperationalError) as error:
        if not driver.closed:
            raise
        raise Unavailable("The database went away", "what was not finished is not stored") from error


def raw(conn: Connection) -> psycopg.Connection[Any]:
    """Return psycopg's own connection under a SQLAlchemy one, inside the same transaction."""
    return cast("psycopg.Connection[Any]", conn.connection.driver_connection)


def copy_rows(
    conn: Connection,
    table: str,
    columns: Sequence[str],
    types: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> int:
    """Write rows by binary COPY and return how many; a table name and columns from code, never from input.

    Parameters
    ----------
    types
        PostgreSQL type names, one a column: a binary COPY carries no text to guess them from.
    """
    statement = psycopg.sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        psycopg.sql.Identifier(table), psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, columns))
    )
    count = 0
    with raw(conn).cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
            count += 1
    return count
