"""SQL of what a bundle is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Connection

    from gis_grid.patrols.rows import Row


class Judged(NamedTuple):
    """The newest judgement of a week, with all that it found; signs name nobody out of the caller's sight."""

    head: Row
    days: list[Row]
    patrols: list[Row]
    week: Row
    signs: list[Row]


def newest(conn: Connection, worker_id: int, week: str) -> Judged | None:
    """Return the newest judgement of a worker's week, if it was judged."""
    head = (
        conn.execute(
            text(
                "SELECT * FROM judgement WHERE worker_id = :worker AND iso_week = :week"
                " ORDER BY revision DESC LIMIT 1"
            ),
            {"worker": worker_id, "week": week},
        )
        .mappings()
        .one_or_none()
    )
    if head is None:
        return None
    (of_week,) = _found(conn, "week_verdict", head["id"])
    return Judged(
        dict(head),
        _found(conn, "day_verdict", head["id"]),
        _found(conn, "patrol", head["id"]),
        of_week,
        _found(conn, _TOLD, head["id"]),
    )


_TOLD = "(SELECT told.* FROM integrity_sign AS sign CROSS JOIN LATERAL gis_grid_told(sign) AS told)"


def _found(conn: Connection, table: str, judgement_id: int) -> list[Row]:
    query = f"SELECT * FROM {table} AS found WHERE judgement_id = :id"  # noqa: S608 - made of constants
    return [dict(row) for row in conn.execute(text(query), {"id": judgement_id}).mappings()]


def outlines(conn: Connection, boundary_ids: Sequence[int]) -> dict[int, bytes]:
    """Return outlines of boundaries as well-known binary; one that may not be seen is left out."""
    query = text("SELECT id, ST_AsBinary(geom) AS wkb FROM boundary WHERE id = ANY(CAST(:ids AS bigint[]))")
    return {row.id: row.wkb for row in conn.execute(query, {"ids": list(boundary_ids)})}


def links(conn: Connection, judgement_id: int, first: date, last: date) -> list[Row]:
    """Return the ledger's links that sealed a day."""
    rows = conn.execute(
        text("SELECT * FROM gis_grid_day_links(:id, :first, :last)"),
        {"id": judgement_id, "first": first, "last": last},
    )
    return [
        {"seq": row.seq, "entry": row.entry, "before": row.before.hex(), "hash": row.hash.hex()}
        for row in rows
    ]


def sealed_days(conn: Connection, worker_id: int, first: date, last: date) -> list[Row]:
    """Return the digests of a worker's sealed days, each chained with the worker's row before."""
    rows = conn.execute(
        text(
            "SELECT local_date, revision, sealed_at, fixes, encode(digest, 'hex') AS digest,"
            " encode(previous, 'hex') AS previous, stale FROM track_day"
            " WHERE worker_id = :worker AND local_date BETWEEN :first AND :last AND NOT superseded"
            " ORDER BY local_date"
        ),
        {"worker": worker_id, "first": first, "last": last},
    )
    return [dict(row) for row in rows.mappings()]
