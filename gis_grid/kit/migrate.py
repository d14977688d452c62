"""Brings a database to the program's own version of the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import errors
from sqlalchemy import text
from sqlalchemy.exc import NotSupportedError, ProgrammingError

from gis_grid.kit import logins
from gis_grid.kit.assets import folder
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import NotReady

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_MIGRATION_LOCK = 4_201_977


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")))
    return config


def upgrade(engine: Engine) -> None:
    """Run every migration that is missing, in one transaction; two starters wait for each other.

    Raises
    ------
    NotReady
        When the database has no PostGIS and its role may not add it, or the server lacks a login.
    Unavailable
        When the database does not answer.
    """
    config = _config()
    with transaction(engine) as conn:
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        config.attributes["connection"] = conn
        logins.require(conn)
        try:
            command.upgrade(config, "head")
        except (ProgrammingError, NotSupportedError) as error:
            if isinstance(error.orig, (errors.InsufficientPrivilege, errors.FeatureNotSupported)):
                raise NotReady("The database cannot take the tables", _first_line(error.orig)) from error
            raise
        _install_tile_functions(conn)


def _first_line(error: BaseException) -> str:
    return f"{str(error).splitlines()[0]}; PostGIS and btree_gist have to be there, or the role may add them"


def _install_tile_functions(conn: Connection) -> None:
    for file in sorted((folder("tiles") / "functions").glob("*.sql")):
        conn.exec_driver_sql(file.read_text("utf-8"))


def require_current(conn: Connection) -> None:
    """Refuse to work on tables of another version.

    Raises
    ------
    NotReady
        With both versions and the command that helps.
    """
    wanted = ScriptDirectory.from_config(_config()).get_current_head()
    found = MigrationContext.configure(conn).get_current_revision()
    if found != wanted:
        raise NotReady(
            "The database is of another version",
            f"tables are at {found or 'nothing'}, this program needs {wanted}; run `gis-grid db upgrade`",
        )
