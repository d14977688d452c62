"""Reads all that is held about one worker out of the database, file by file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from gis_grid.kit.database import raw
from gis_grid.patrols import held_track
from gis_grid.patrols.held_files_store import HELD, Held, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from sqlalchemy import Connection

__all__ = ["HELD", "Held", "Kind", "first_and_last_fix", "rows"]

_AT_ONCE: Final = 1000


def first_and_last_fix(conn: Connection, worker_id: int) -> tuple[datetime, datetime] | None:
    """Return the times between which the caller sees fixes of a worker; ``None`` without any."""
    query = text(
        """
        SELECT min(first), max(last) FROM (
            SELECT min(t), max(t) FROM fix WHERE worker_id = :worker
            UNION ALL
            SELECT min(lower(during)), max(upper(during)) - interval '1 microsecond'
            FROM track_day WHERE worker_id = :worker AND NOT superseded
        ) AS held (first, last) HAVING count(first) > 0
        """
    )
    row = conn.execute(query, {"worker": worker_id}).one_or_none()
    return None if row is None else (row[0], row[1])


def rows(conn: Connection, held: Held, worker_id: int, hidden: Collection[str]) -> Iterator[bytes]:
    """Yield a file's bytes as the database sends them; memory does not grow with the rows.

    Visits to targets of `hidden` classes are left out.
    """
    wanted = {"worker": worker_id, "hidden": sorted(hidden)}
    if held.kind is Kind.CSV:
        with (
            raw(conn).cursor() as cursor,
            cursor.copy(f"COPY ({held.query}) TO STDOUT (FORMAT csv, HEADER)", wanted) as copy,
        ):
            yield b"\xef\xbb\xbf"  # office programs read Chinese only after it
            for block in copy:
                yield bytes(block)
        return
    if held.kind is Kind.TRACK:
        yield from held_track.rows(conn, worker_id, dict(raw(conn).execute(held.query).fetchall()))
        return
    opening, closing = held.kind.value
    assert closing is not None
    yield opening.encode()
    with raw(conn).cursor("held") as cursor:
        cursor.itersize = _AT_ONCE
        # Only queries of the table of files.
        cursor.execute(f"SELECT row_to_json(one)::text FROM ({held.query}) AS one", wanted)  # noqa: S608
        for number, (document,) in enumerate(cursor):
            yield (b",\n" if number else b"") + document.encode()
    yield closing.encode()
