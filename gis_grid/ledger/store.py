"""SQL of the ledger: insert and read, nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select, text

from gis_grid.ledger.tables import import_run, ledger

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping


_NOTE: Final = text("SELECT gis_grid_note(:at, :actor, :action, :subject, CAST(:detail AS jsonb))")


def add_entry(
    conn: Connection, at: datetime, *, actor: str, action: str, subject: str, detail: dict[str, Any]
) -> None:
    """Append one entry; on the service's login the database puts the caller's name and its own clock."""
    values = {"at": at, "actor": actor, "action": action, "subject": subject}
    conn.execute(_NOTE, {**values, "detail": json.dumps(detail, ensure_ascii=False, allow_nan=False)})


def entries_about(conn: Connection, subject: str) -> Sequence[RowMapping]:
    """Return the entries about a subject, oldest first."""
    query = select(ledger).where(ledger.c.subject == subject).order_by(ledger.c.at, ledger.c.id)
    return conn.execute(query).mappings().all()


def add_import_run(conn: Connection, values: dict[str, Any]) -> int:
    """Append one import and return its id."""
    return int(conn.execute(insert(import_run).values(values).returning(import_run.c.id)).scalar_one())


def latest_import(conn: Connection) -> RowMapping | None:
    """Return (id, at) of the newest import, or ``None`` before the first."""
    query = select(import_run.c.id, import_run.c.at).order_by(import_run.c.id.desc()).limit(1)
    return conn.execute(query).mappings().one_or_none()


def has_import_run(conn: Connection, layer: str, sha256: str, detail: dict[str, Any]) -> bool:
    """Say whether a file of this digest went into the layer with these details."""
    query = select(import_run.c.id).where(
        import_run.c.layer == layer, import_run.c.sha256 == sha256, import_run.c.detail.contains(detail)
    )
    return conn.execute(query.limit(1)).first() is not None
