"""SQL of what phones send: whose token it is, on duty when, what is kept aside, when a phone was heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gis_grid.kit.database import raw
from gis_grid.tracks.intake.group import Device, Holder
from gis_grid.tracks.store.fixes import arrays_cursor

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.tracks.phones.message import Message

_DEVICE = """
    SELECT device.id, datum, issued_at, holder.*, heard_at, battery_share, charging
    FROM device
    LEFT JOIN device_state ON device_state.device_id = device.id
    CROSS JOIN LATERAL (
        SELECT array_agg(worker_id),
               array_agg(coalesce(extract(epoch FROM lower(valid)) * 1000, '-Infinity')::float8),
               array_agg(coalesce(extract(epoch FROM upper(valid)) * 1000, 'Infinity')::float8)
        FROM device_holder WHERE device_holder.device_id = device.id
    ) AS holder
"""
_BY_TOKEN = f"""
    SELECT token.secret_digest, found.*
    FROM device_token AS token JOIN ({_DEVICE}) AS found ON found.id = token.device_id
    WHERE token.secret_digest = ANY(%s) AND token.revoked_at IS NULL
"""  # noqa: S608 - put together from constants
_BY_ID = f"{_DEVICE} WHERE device.id = %s"


def devices_of(conn: Connection, digests: Sequence[bytes]) -> dict[bytes, Device]:
    """Return the devices whose tokens these are, by the token's digest; a revoked one is unknown."""
    with raw(conn).cursor(binary=True) as cursor:
        cursor.execute(_BY_TOKEN, (list(digests),))
        return {row[0]: _device(*row[1:]) for row in cursor}


def device(conn: Connection, device_id: int) -> Device:
    """Return a device that is known."""
    with raw(conn).cursor(binary=True) as cursor:
        row = cursor.execute(_BY_ID, (device_id,)).fetchone()
        assert row is not None
        return _device(*row)


def lock_device(conn: Connection, device_id: int) -> str:
    """Return a device's code; until the transaction ends, no other file of it is taken in."""
    query = """
        SELECT code, pg_advisory_xact_lock(hashtextextended('gis_grid_file', id)) FROM device WHERE id = %s
    """
    row = raw(conn).execute(query, (device_id,)).fetchone()
    assert row is not None
    return str(row[0])


def _device(*columns: Any) -> Device:
    device_id, datum, issued_at, workers, starts, ends, *state = columns
    holders = list(map(Holder, workers or (), starts or (), ends or ()))
    return Device(device_id, datum, issued_at, holders, *state)


class Spans(NamedTuple):
    """Sign-in sessions: whose, from when until before when, epoch milliseconds."""

    worker_id: list[int]
    start_ms: list[float]
    end_ms: list[float]


_SIGNED = """
    SELECT duty.worker_id, (extract(epoch FROM lower(during)) * 1000)::float8,
           (extract(epoch FROM coalesce(upper(during), lower(during) + %(longest)s)) * 1000)::float8
    FROM unnest(%(workers)s, %(firsts)s, %(lasts)s) AS asked (worker_id, first, last)
    JOIN duty ON duty.worker_id = asked.worker_id AND during && tstzrange(first, last, '[]')
    WHERE declared_by = 'sign_in'
"""


def signed_in(
    conn: Connection,
    workers: NDArray[np.int64],
    firsts: NDArray[np.datetime64],
    lasts: NDArray[np.datetime64],
    longest: object,
) -> Spans:
    """Return the sign-in sessions of workers, each within or across a time of its own."""
    with arrays_cursor(conn) as cursor:
        asked = {"workers": workers, "firsts": firsts, "lasts": lasts, "longest": longest}
        rows = cursor.execute(_SIGNED, asked).fetchall()
    return Spans(*map(list, zip(*rows, strict=True))) if rows else Spans([], [], [])


class Kept(NamedTuple):
    """A message that is kept aside, and why."""

    device_id: int
    received_at: datetime
    client: str
    message: Message
    error: str

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        message = self.message
        texts = (message.query, message.content_type, message.user_agent, self.error)
        return len(message.body) + sum(map(len, texts))


MOST_A_DAY, MOST_BYTES_A_DAY = 200, 4 << 20
"""What is kept of one device in 24 hours: enough to see what is wrong with it."""

_TALLIES = """
    INSERT INTO quarantine_tally AS tally (device_id, since)
    SELECT device_id, min(at) FROM unnest(%s::bigint[], %s::timestamptz[]) AS came (device_id, at)
    GROUP BY device_id ORDER BY device_id
    ON CONFLICT (device_id) DO UPDATE SET
        since = CASE WHEN excluded.since < tally.since + '24 hours' THEN tally.since ELSE excluded.since END,
        kept = CASE WHEN excluded.since < tally.since + '24 hours' THEN tally.kept ELSE 0 END,
        kept_bytes = CASE WHEN excluded.since < tally.since + '24 hours' THEN tally.kept_bytes ELSE 0 END
    RETURNING device_id, kept, kept_bytes
"""
_COUNT = """
    UPDATE quarantine_tally AS tally SET
        kept = come.kept, kept_bytes = come.kept_bytes, not_kept = tally.not_kept + come.not_kept,
        not_kept_at = CASE WHEN come.not_kept > 0 THEN %s ELSE not_kept_at END
    FROM unnest(%s::bigint[], %s::integer[], %s::bigint[], %s::integer[])
        AS come (device_id, kept, kept_bytes, not_kept)
    WHERE tally.device_id = come.device_id
"""


def add_to_quarantine(conn: Connection, messages: Sequence[Kept]) -> int:
    """Keep messages that cannot be used, or not all of them, and return how many: others are counted."""
    came = [one.device_id for one in messages], [one.received_at for one in messages]
    tallies = {device: [kept, size, 0] for device, kept, size in raw(conn).execute(_TALLIES, came).fetchall()}
    kept: list[Kept] = []
    for one in messages:
        tally = tallies[one.device_id]
        if tally[0] < MOST_A_DAY and tally[1] + one.size <= MOST_BYTES_A_DAY:
            tally[0], tally[1] = tally[0] + 1, tally[1] + one.size
            kept.append(one)
        else:
            tally[2] += 1
    counts = zip(*((device, *tally) for device, tally in tallies.items()), strict=True)
    raw(conn).execute(_COUNT, [max(came[1]), *map(list, counts)])
    if kept:
        _insert(conn, kept)
    return len(kept)


def _insert(conn: Connection, kept: Sequence[Kept]) -> None:
    columns = [
        [one.device_id for one in kept],
        [one.received_at for one in kept],
        [one.client for one in kept],
        [one.message.method for one in kept],
        [one.message.query for one in kept],
        [one.message.content_type for one in kept],
        [one.message.user_agent for one in kept],
        [one.message.body for one in kept],
        [one.error for one in kept],
    ]
    raw(conn).execute(
        """
        INSERT INTO quarantine (device_id, received_at, client, method, query, content_type, user_agent, body,
                                error)
        SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[],
                             %s::text[], %s::bytea[], %s::text[])
        """,
        columns,
    )


class Heard(NamedTuple):
    """A phone that was heard of."""

    device_id: int
    heard_at: datetime
    client: str
    battery_share: float | None
    charging: bool | None


def set_states(conn: Connection, heard: Sequence[Heard]) -> None:
    """Note when devices were heard of; each once, and sorted, so that two that note wait in one order."""
    raw(conn).execute(
        """
        INSERT INTO device_state AS state (device_id, heard_at, client, battery_share, charging)
        SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::real[], %s::boolean[])
        ON CONFLICT (device_id) DO UPDATE SET
            heard_at = excluded.heard_at,
            client = excluded.client,
            battery_share = coalesce(excluded.battery_share, state.battery_share),
            charging = coalesce(excluded.charging, state.charging)
        WHERE state.heard_at < excluded.heard_at
        """,
        [list(column) for column in zip(*heard, strict=True)],
    )
