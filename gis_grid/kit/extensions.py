"""The PostGIS extension of a database against the PostGIS library that the server has loaded."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from gis_grid.kit.cluster_config import EXTENSIONS
from gis_grid.kit.errors import NotReady
from gis_grid.kit.postgres import version_tuple

_VERSIONS = text(
    "SELECT name, installed_version, default_version FROM pg_available_extensions "
    "WHERE name = ANY(:names) AND installed_version IS NOT NULL ORDER BY name"
)


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension of a database: the version of its functions, and the one the machine offers."""

    name: str
    version: str
    available: str

    @property
    def behind(self) -> bool:
        """Whether the machine offers a later version."""
        return version_tuple(self.version) < version_tuple(self.available)


def ensure(url: str) -> None:
    """Create the extensions that a database lacks, and check those it has against the machine's.

    A library that is a little newer than the functions works (an apt upgrade must not stop the program);
    an older one, or one of another major version, does not.

    Raises
    ------
    NotReady
        When the machine's version cannot serve the database's, with what to do.
    """
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as conn:
        for name in EXTENSIONS:
            conn.execute(text(f"CREATE EXTENSION IF NOT EXISTS {name}"))
        for extension in _read(conn):
            _check(extension)


def update(url: str) -> list[Extension]:
    """Bring the extensions that are behind to the machine's version; return them as they were."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as conn:
        behind = [extension for extension in _read(conn) if extension.behind]
        for extension in behind:
            conn.execute(text(f"ALTER EXTENSION {extension.name} UPDATE"))
    return behind


def _read(conn: Connection) -> list[Extension]:
    rows = conn.execute(_VERSIONS, {"names": list(EXTENSIONS)})
    return [Extension(*row) for row in rows]


def _check(extension: Extension) -> None:
    version, available = version_tuple(extension.version), version_tuple(extension.available)
    if available < version:
        advice = f"install {extension.name} {extension.version} or later"
    elif available[0] != version[0]:
        advice = "run `gis-grid db upgrade`"
    else:
        return
    raise NotReady(
        f"The database is of another version of {extension.name}",
        f"it has {extension.version}, this machine offers {extension.available}: {advice}",
    )
