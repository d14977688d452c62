"""Holds back whoever tries passwords, without locking out the one whose account it is.

Every try is written down as a failure before the password is looked at, and taken back when it was right: so
tries that come together count each other, and a program that dies in between forgives nothing. A try that
is refused is not written down: it makes the wait no longer.

Failures are counted in buckets. A browser that signed the account in before has one of its own. All others
share that of the name in their network, and that of the network, whatever the names (one password tried on
many accounts). So a stranger's failures hold back strangers, and never the owner's own browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import TYPE_CHECKING, Final

from gis_grid.accounts.secrets import digest
from gis_grid.accounts.store import failures as store
from gis_grid.kit.errors import TooMany

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

MOST_PER_NAME: Final = 5
MOST_PER_NETWORK: Final = 30
WINDOW: Final = timedelta(minutes=15)
_MOST_DOUBLINGS: Final = 4
"""The wait doubles with every further lot of failures within a day, up to four hours."""
_KEPT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bucket:
    """What failures are counted under, and how many of them are let through.

    Attributes
    ----------
    whose : str
        A digest: what is counted under does not leave this file in clear.
    forgiving : bool
        Whether the right password clears it. That of a network is not cleared: it counts other names too.
    """

    whose: str
    most: int
    forgiving: bool = True


@dataclass(frozen=True, slots=True)
class Try:
    """A try that was let through and counted as a failure.

    Attributes
    ----------
    fills : bool
        Whether it is the last one that is let through for now.
    """

    ids: tuple[int, ...]
    to_clear: tuple[bytes, ...]
    fills: bool


def of_stranger(name: str, network: str) -> tuple[Bucket, ...]:
    """Return the buckets of one who has never signed in to an account of the name in this browser."""
    return (
        Bucket(_whose("name", name, network), MOST_PER_NAME),
        Bucket(_whose("network", network), MOST_PER_NETWORK, forgiving=False),
    )


def of_browser(browser_secret: str) -> tuple[Bucket, ...]:
    """Return the bucket of a browser that signed the account in before."""
    return (Bucket(_whose("browser", browser_secret), MOST_PER_NAME),)


def of_session(session_id: int) -> tuple[Bucket, ...]:
    """Return the bucket of one who is signed in and is asked for the password once more."""
    return (Bucket(_whose("session", str(session_id)), MOST_PER_NAME),)


def network_of(host: str | None) -> str:
    """Return the network of an address, as one party commonly has it: the next address is no fresh start.

    >>> network_of("192.0.2.77"), network_of("2001:db8:1:2::3"), network_of("::ffff:192.0.2.1")
    ('192.0.2.0/24', '2001:db8:1::/48', '192.0.2.0/24')
    """
    try:
        address = ip_address((host or "").partition("%")[0])
    except ValueError:
        return host or "unknown"
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    prefix = 24 if address.version == 4 else 48
    return str(ip_network((address, prefix), strict=False))


def begin(conn: Connection, buckets: Sequence[Bucket], now: datetime) -> Try:
    """Let a try through and count it as a failure; the caller commits that before it looks at the password.

    Raises
    ------
    TooMany
        When a bucket is full; says when another try is looked at. Nothing is written.
    """
    store.forget(conn, now - _KEPT)
    keys = [store.bucket(conn, bucket.whose) for bucket in buckets]
    store.lock(conn, keys)
    ids: list[int] = []
    fills = False
    for key, bucket in zip(keys, buckets, strict=True):
        failures = store.times(conn, key, now - _KEPT)
        until = locked_until(failures, bucket.most)
        if until is not None and until > now:
            raise TooMany(
                "Too many tries",
                "another try is looked at after the seconds of Retry-After",
                wait_s=ceil((until - now).total_seconds()),
            )
        until = locked_until([now, *failures], bucket.most)
        fills = fills or (until is not None and until > now)
        ids.append(store.add(conn, key, now))
    to_clear = tuple(key for key, bucket in zip(keys, buckets, strict=True) if bucket.forgiving)
    return Try(tuple(ids), to_clear, fills)


def forgive(conn: Connection, tried: Try) -> None:
    """Take back a try whose password was right, and those before it."""
    store.take_back(conn, tried.ids)
    for bucket in tried.to_clear:
        store.clear(conn, bucket)


def locked_until(failures: Sequence[datetime], most: int) -> datetime | None:
    """Return until when no try is let through after the failures of a day, newest first.

    `most` failures within a window fill it; it is twice as long after each further lot of so many.
    """
    if len(failures) < most:
        return None
    doublings = min(len(failures) // most - 1, _MOST_DOUBLINGS)
    return failures[most - 1] + WINDOW * (1 << doublings)


def _whose(*parts: str) -> str:
    return digest("\n".join(parts)).hex()
