"""A town of phones: each with a token, a holder and an open duty session, made by a few statements."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

MONDAY: Final = datetime(2026, 11, 9, tzinfo=UTC)
"""Week of all fixes: past, so that a run around midnight is no other run."""

SIGN_IN: Final = MONDAY + timedelta(days=2)
"""Everybody signs in then, 08:00 in Shanghai, and never out: their phones may send 12 hours of fixes."""

STEP: Final = timedelta(seconds=10)
MOST_FIXES: Final = timedelta(hours=12) // STEP

_FILL: Final = """
    INSERT INTO worker (code, name) SELECT 'W' || n, 'W' || n FROM generate_series(1, :phones) AS n;
    INSERT INTO device (code) SELECT 'D' || n FROM generate_series(1, :phones) AS n;
    INSERT INTO device_holder (device_id, worker_id, valid)
        SELECT device.id, worker.id, tstzrange(NULL, NULL)
        FROM device JOIN worker ON worker.code = 'W' || substr(device.code, 2);
    INSERT INTO device_token (device_id, secret_digest, created_at)
        SELECT id, sha256(convert_to(
            'ggd_' || left(encode(sha256(convert_to(substr(code, 2), 'UTF8')), 'hex'), 43), 'UTF8')), now()
        FROM device;
    INSERT INTO duty (worker_id, during, declared_by)
        SELECT id, tstzrange(:sign_in, NULL), 'sign_in' FROM worker
"""


@cache
def token_of(phone: int) -> str:
    """Return the token of a phone, counted from 1; a broken one is nobody's."""
    return f"ggd_{sha256(str(phone).encode()).hexdigest()[:43]}"


def fill(engine: Engine, phones: int, sign_in: datetime = SIGN_IN) -> None:
    """Make the phones of an empty database, their holders, tokens and sessions."""
    with engine.begin() as conn:
        for statement in _FILL.split(";"):
            wanted = {"phones": phones, "sign_in": sign_in}
            conn.execute(text(statement), {key: wanted[key] for key in wanted if f":{key}" in statement})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("VACUUM ANALYZE worker, device, device_holder, device_token, duty")


def stored(conn: Connection) -> int:
    """Return how many fixes are there."""
    return int(conn.execute(text("SELECT count(*) FROM fix")).scalar_one())
