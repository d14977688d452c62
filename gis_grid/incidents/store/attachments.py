"""SQL of attachments; their content is no matter of the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as pg_insert

from gis_grid.incidents.tables import attachment

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection, Row

_OF: Final = """
    SELECT a.sha256, a.media_type, a.bytes, a.added_by, a.added_at, a.taken_at, a.lon, a.lat, a.note,
        row_number() OVER (ORDER BY a.id) AS n
    FROM attachment a JOIN incident i ON i.id = a.incident_id WHERE i.code = :code
"""


def incident_id(conn: Connection, code: str) -> int | None:
    """Return an incident's id, or ``None`` when there is none to be seen."""
    return conn.execute(
        text("SELECT id FROM incident WHERE code = :code"), {"code": code}
    ).scalar_one_or_none()


def add(conn: Connection, values: Mapping[str, Any]) -> bool:
    """Insert an attachment; false when the incident has the same file already."""
    statement = pg_insert(attachment).values(**values).on_conflict_do_nothing()
    return conn.execute(statement).rowcount == 1


def of(conn: Connection, code: str) -> Sequence[Row[Any]]:
    """Return the attachments of an incident in the order in which they came."""
    return conn.execute(text(f"{_OF} ORDER BY a.id"), {"code": code}).all()


def find(conn: Connection, code: str, sha256: str) -> Row[Any] | None:
    """Return one attachment, or ``None`` when the incident has none of this hash, or may not be seen."""
    query = text(f"SELECT * FROM ({_OF}) AS every WHERE sha256 = :sha256")  # noqa: S608 - constants
    return conn.execute(query, {"code": code, "sha256": sha256}).one_or_none()


def known(conn: Connection, hashes: Collection[str]) -> set[str]:
    """Return those of some hashes that an attachment names."""
    query = text("SELECT DISTINCT sha256 FROM attachment WHERE sha256 = ANY(CAST(:hashes AS text[]))")
    return set(conn.execute(query, {"hashes": list(hashes)}).scalars())
