"""SQL of devices: who holds them, when they were last heard of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row, RowMapping

_ADD = text("""
    WITH made AS (
        INSERT INTO device (code, datum, issued_at) VALUES (:code, :datum, CAST(:issued_at AS timestamptz))
        ON CONFLICT DO NOTHING RETURNING id
    )
    INSERT INTO device_holder (device_id, worker_id, valid)
    SELECT id, :worker, tstzrange(CAST(:issued_at AS timestamptz), NULL) FROM made RETURNING device_id
""")

_FOUND = text("""
    SELECT device.id, holder.worker_id
    FROM device LEFT JOIN device_holder AS holder ON holder.device_id = device.id
    WHERE code = :code ORDER BY holder.valid DESC LIMIT 1
""")

_HOLDERS = text("""
    SELECT worker.code AS worker, lower(valid) AS since, upper(valid) AS until
    FROM device_holder JOIN worker ON worker.id = worker_id
    WHERE device_id = :device ORDER BY valid
""")

_CLOSE = text("""
    UPDATE device_holder SET valid = tstzrange(lower(valid), :at)
    WHERE device_id = :device AND valid @> CAST(:at AS timestamptz)
""")

_HOLD = text("""
    INSERT INTO device_holder (device_id, worker_id, valid) VALUES (:device, :worker, tstzrange(:at, NULL))
""")

_LISTED = text("""
    SELECT device.code, datum, issued_at, worker.code AS worker, lower(holder.valid) AS since,
           heard_at, client, battery_share, charging, coalesce(good, 0) AS good_tokens
    FROM device
    LEFT JOIN device_holder AS holder ON holder.device_id = device.id AND holder.valid @> :now
    LEFT JOIN worker ON worker.id = holder.worker_id
    LEFT JOIN device_state ON device_state.device_id = device.id
    LEFT JOIN (
        SELECT device_id, count(*) AS good FROM device_token WHERE revoked_at IS NULL GROUP BY device_id
    ) AS token ON token.device_id = device.id
    ORDER BY device.code
""")


def find(conn: Connection, code: str) -> Row[Any] | None:
    """Return (id, worker_id) of a device; the worker is the one who holds it, or last held it."""
    return conn.execute(_FOUND, {"code": code}).one_or_none()


def add(conn: Connection, code: str, datum: str, issued_at: datetime | None, worker_id: int) -> int | None:
    """Add a device that a worker holds from when it is issued, else always; ``None``: the code is taken."""
    values = {"code": code, "datum": datum, "issued_at": issued_at, "worker": worker_id}
    made: int | None = conn.execute(_ADD, values).scalar_one_or_none()
    return made


def lock(conn: Connection, code: str) -> Row[Any] | None:
    """Return (id, issued_at) of a device and keep others from handing it over until the transaction ends."""
    query = text("SELECT id, issued_at FROM device WHERE code = :code FOR UPDATE")
    return conn.execute(query, {"code": code}).one_or_none()


def holders(conn: Connection, device_id: int) -> Sequence[Row[Any]]:
    """Return (worker, since, until) of all who hold or held a device, oldest first."""
    return conn.execute(_HOLDERS, {"device": device_id}).all()


def last_fix(conn: Connection, device_id: int, since: datetime) -> datetime | None:
    """Return the time of the last fix of a device from a time on."""
    query = text("SELECT max(t) FROM fix WHERE device_id = :device AND t >= :since")
    found: datetime | None = conn.execute(query, {"device": device_id, "since": since}).scalar_one()
    return found


def hand_over(conn: Connection, device_id: int, worker_id: int, at: datetime) -> None:
    """End the time of whoever holds a device then, and begin that of another."""
    values = {"device": device_id, "worker": worker_id, "at": at}
    conn.execute(_CLOSE, values)
    conn.execute(_HOLD, values)


def listed(conn: Connection, now: datetime) -> Sequence[RowMapping]:
    """Return every device with its holder, its state and how many of its tokens are good."""
    return conn.execute(_LISTED, {"now": now}).mappings().all()
