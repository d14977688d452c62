"""Empties tables between tests that share a database, those too of which nobody may take anything away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

GUARDED = text("""
    SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
    WHERE NOT tgisinternal AND (tgtype & 34) = 34  -- before TRUNCATE
""")


def empty(conn: Connection, *tables: str) -> None:
    """Empty tables and all that names their rows; what keeps rows from being taken away rests meanwhile."""
    guarded = conn.execute(GUARDED).scalars().all()
    _guard(conn, guarded, "DISABLE")
    conn.execute(text(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE"))
    _guard(conn, guarded, "ENABLE")


def _guard(conn: Connection, tables: Sequence[str], whether: str) -> None:
    for table in tables:
        conn.execute(text(f"ALTER TABLE {table} {whether} TRIGGER USER"))
