"""SQL of failures to sign in, each counted in one or more buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

_BUCKET = text("SELECT gis_grid_bucket(:whose)")

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(encode(:bucket, 'hex'), 0))")

_TIMES = text("SELECT at FROM sign_in_failure WHERE bucket = :bucket AND at > :since ORDER BY at DESC")

_ADD = text("INSERT INTO sign_in_failure (bucket, at) VALUES (:bucket, :now) RETURNING id")

_TAKE_BACK = text("DELETE FROM sign_in_failure WHERE id = ANY (CAST(:ids AS bigint[]))")

_CLEAR = text("DELETE FROM sign_in_failure WHERE bucket = :bucket")

# Those that another request is removing are left to it.
_FORGET = text("""
    DELETE FROM sign_in_failure WHERE id IN (
        SELECT id FROM sign_in_failure WHERE at < :before LIMIT 1000 FOR UPDATE SKIP LOCKED)
""")


def bucket(conn: Connection, whose: str) -> bytes:
    """Return what is stored in place of a name, a network or a browser: a digest with the database's key."""
    return bytes(conn.execute(_BUCKET, {"whose": whose}).scalar_one())


def lock(conn: Connection, buckets: Sequence[bytes]) -> None:
    """Let one transaction at a time count in buckets; in one order, so that no two wait for each other."""
    for one in sorted(buckets):
        conn.execute(_LOCK, {"bucket": one})


def times(conn: Connection, bucket: bytes, since: datetime) -> Sequence[datetime]:
    """Return when the failures of a bucket were, newest first."""
    return conn.execute(_TIMES, {"bucket": bucket, "since": since}).scalars().all()


def add(conn: Connection, bucket: bytes, now: datetime) -> int:
    """Count a failure and return its id."""
    return int(conn.execute(_ADD, {"bucket": bucket, "now": now}).scalar_one())


def take_back(conn: Connection, ids: Sequence[int]) -> None:
    """Remove failures that were none."""
    conn.execute(_TAKE_BACK, {"ids": list(ids)})


def clear(conn: Connection, bucket: bytes) -> None:
    """Remove all failures of a bucket."""
    conn.execute(_CLEAR, {"bucket": bucket})


def forget(conn: Connection, before: datetime) -> None:
    """Remove what was before a time."""
    conn.execute(_FORGET, {"before": before})
