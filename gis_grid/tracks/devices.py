"""Devices: issued with a token, held by one worker after the other, lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.accounts.service import devices as tokens
from gis_grid.core.geometry.datum import Datum
from gis_grid.grids import service as grids
from gis_grid.kit.errors import BadInput, Conflict, NotFound
from gis_grid.ledger import service as ledger
from gis_grid.tracks.intake.store import devices_of
from gis_grid.tracks.store import devices as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.tracks.intake.group import Device

_LONGEST_CODE: Final = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """A device as it is now; what is ``None`` is not known, or nobody."""

    code: str
    datum: Datum
    issued_at: datetime | None
    worker: str | None
    since: datetime | None
    heard_at: datetime | None
    client: str | None
    battery_share: float | None
    charging: bool | None
    good_tokens: int


def add(
    conn: Connection,
    code: str,
    worker: str,
    datum: Datum,
    issued_at: datetime,
    *,
    actor: str,
    now: datetime,
) -> tokens.Made:
    """Issue a device to a worker, with its first token.

    Parameters
    ----------
    issued_at
        Fixes from before are never taken from it, and from then on the worker holds it.

    Raises
    ------
    BadInput
        When the code is no readable text, or the device is issued in the future.
    NotFound
        When the worker is not known.
    Conflict
        When there is a device of that code.
    """
    if not code.strip() or not code.isprintable() or len(code) > _LONGEST_CODE:
        raise BadInput("No code of a device", f"{code!r}: expected 1 to {_LONGEST_CODE} readable signs")
    if issued_at > now:
        raise BadInput(
            "The device is issued in the future", f"{issued_at.isoformat()}: expected now or before"
        )
    if store.add(conn, code, datum, issued_at, _worker(conn, worker)) is None:
        raise Conflict("The device is known already", f"{code!r}; `gis-grid device hold` hands it over")
    detail = {"worker": worker, "datum": datum, "issued_at": issued_at.isoformat()}
    ledger.record(conn, now, actor, "device_added", _subject(code), detail)
    return tokens.make(conn, code, actor=actor, now=now)


def hand_over(
    conn: Connection, code: str, worker: str, at: datetime, *, hot_days: int, actor: str, now: datetime
) -> str | None:
    """Hand a device to another worker from a time on, and return who held it until then.

    Nothing of before changes: a fix stays with whoever held the device at the fix's time.

    Parameters
    ----------
    hot_days
        For so many days it can be told what a device sent; older fixes are sealed, worker by worker.

    Raises
    ------
    NotFound
        When the device or the worker is not known.
    Conflict
        When the worker holds it then, it is handed to somebody later, or fixes of later are stored already.
    BadInput
        When it was not issued by then, or that is too long ago.
    """
    device = store.lock(conn, code)
    if device is None:
        raise NotFound("No such device", repr(code))
    worker_id = _worker(conn, worker)
    if device.issued_at is not None and at < device.issued_at:
        raise BadInput(
            "The device was not issued by then", f"{at.isoformat()}, issued {device.issued_at.isoformat()}"
        )
    if at < now - timedelta(days=hot_days):
        raise BadInput(
            "Too long ago for a hand-over", f"{at.isoformat()}: expected one of the last {hot_days} days"
        )
    before = _holder_at(conn, code, device.id, worker, at)
    last = store.last_fix(conn, device.id, at)
    if last is not None:
        raise Conflict(
            "The device has sent fixes of later",
            f"the last of {last.isoformat()}: hand it over from after it",
        )
    store.hand_over(conn, device.id, worker_id, at)
    detail = {"worker": worker, "from": at.isoformat()}
    ledger.record(conn, now, actor, "device_handed_over", _subject(code), detail)
    return before


def _holder_at(conn: Connection, code: str, device_id: int, worker: str, at: datetime) -> str | None:
    """Return who holds the device at a time, if another worker can take it then."""
    holders = store.holders(conn, device_id)
    later = [one for one in holders if one.since is not None and one.since >= at]
    if later:
        raise Conflict(
            "The device is handed over later already",
            f"{later[0].worker} has {code!r} from {later[0].since.isoformat()} on: name a time after that",
        )
    current = next((one for one in holders if one.until is None or one.until > at), None)
    if current is None:
        return None
    if current.worker == worker:
        raise Conflict("The worker holds the device then", f"{worker} holds {code!r}")
    return str(current.worker)


def lost(conn: Connection, code: str, *, actor: str, now: datetime) -> int:
    """Revoke every token of a device and return how many were good.

    Raises
    ------
    NotFound
        When there is no such device.
    """
    good = [token for token in tokens.listed(conn, code) if token.revoked_at is None]
    for token in good:
        tokens.revoke(conn, token.id, actor=actor, now=now)
    ledger.record(conn, now, actor, "device_lost", _subject(code), {"tokens": len(good)})
    return len(good)


def listed(conn: Connection, now: datetime) -> Sequence[Listed]:
    """Return every device with who holds it, when it was last heard of, and how many tokens are good."""
    return [Listed(**{**row, "datum": Datum(row["datum"])}) for row in store.listed(conn, now)]


def of_token(conn: Connection, digest: bytes) -> Device | None:
    """Return the device that a token is good for, by the token's digest."""
    return devices_of(conn, [digest]).get(digest)


def holder_at(device: Device, at: datetime) -> int:
    """Return the id of the worker who held a device at a time.

    Raises
    ------
    Conflict
        When nobody did.
    """
    t_ms = at.timestamp() * 1000
    for holder in device.holders:
        if holder.start_ms <= t_ms < holder.end_ms:
            return holder.worker_id
    raise Conflict("Nobody held the phone then", at.isoformat())


def _worker(conn: Connection, code: str) -> int:
    ids = grids.worker_ids(conn, [code])
    if code not in ids:
        raise NotFound("No such worker", repr(code))
    return ids[code]


def _subject(code: str) -> str:
    return f"device:{code}"
