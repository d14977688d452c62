"""SQL of the ledger: append and read, nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import insert, select, text

from gis_grid.kit.database import raw
from gis_grid.ledger.tables import import_run, ledger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
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


def entries(
    conn: Connection,
    *,
    subject: str | None,
    action: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> Sequence[RowMapping]:
    """Return the newest entries that are asked for, newest first."""
    query = select(ledger).order_by(ledger.c.id.desc()).limit(limit)
    if subject is not None:
        query = query.where(ledger.c.subject == subject)
    if action is not None:
        query = query.where(ledger.c.action == action)
    if since is not None:
        query = query.where(ledger.c.at >= since)
    if until is not None:
        query = query.where(ledger.c.at <= until)
    return conn.execute(query).mappings().all()


def last_detail(conn: Connection, action: str, subject: str) -> dict[str, Any] | None:
    """Return the details of the newest entry of an action on a subject."""
    query = select(ledger.c.detail).where(ledger.c.action == action, ledger.c.subject == subject)
    return conn.execute(query.order_by(ledger.c.id.desc()).limit(1)).scalar_one_or_none()


class Link(NamedTuple):
    """A link of the chain with the text of its entry that was hashed; none where the entry is gone."""

    seq: int
    entry_id: int | None
    hash: bytes
    text: bytes | None


# Written out and not called: a function of the database is the first thing to change for who changes entries.
# The migration 0007 makes the same text.
_LINKS: Final = """
    SELECT link.seq, link.entry_id, link.hash, CASE WHEN entry.id IS NOT NULL THEN
        convert_to(jsonb_build_array(link.seq, entry.id, extract(epoch FROM entry.at),
            entry.actor, entry.action, entry.subject, entry.detail)::text, 'UTF8') END
    FROM ledger_chain AS link LEFT JOIN ledger AS entry ON entry.id = link.entry_id
    ORDER BY link.seq
"""
_AT_ONCE: Final = 5000


def links(conn: Connection) -> Iterator[Link]:
    """Yield the chain in its order, some thousand links in memory at once."""
    with raw(conn).cursor("ledger_links", binary=True) as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(_LINKS)
        for row in cursor:
            yield Link(*row)


def unlinked(conn: Connection) -> tuple[int, int | None]:
    """Return how many entries the chain does not have, and the first of them."""
    query = text(
        "SELECT count(*), min(id) FROM ledger WHERE NOT EXISTS "
        "(SELECT FROM ledger_chain WHERE entry_id = ledger.id)"
    )
    count, first = conn.execute(query).one()
    return count, first


def entry_line(conn: Connection, entry_id: int) -> str | None:
    """Return when, who, what and to what as a line, if there is such an entry."""
    # Written by the database: what was tampered with may be no time that Python knows.
    query = text("SELECT concat_ws(', ', at, actor, action, subject) FROM ledger WHERE id = :id")
    return conn.execute(query, {"id": entry_id}).scalar_one_or_none()


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
