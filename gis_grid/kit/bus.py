"""News between the processes of the program, by PostgreSQL's LISTEN and NOTIFY.

A notice leaves when the transaction that publishes commits, and never without. Whoever does not listen at
that moment misses it, so a notice says where to look and is never the news itself.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from psycopg import sql

from gis_grid.kit.database import raw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import psycopg
    from sqlalchemy import Connection, Engine

_MOST_BYTES: Final = 7_900
"""PostgreSQL refuses 8,000."""


def publish(conn: Connection, topic: str, items: Sequence[Any]) -> None:
    """Publish items, which JSON can hold, when this transaction commits; in several notices if need be.

    Names and dates only: whoever may connect to the database may listen.
    """
    notices = list(_notices([json.dumps(item, separators=(",", ":")) for item in items]))
    if notices:
        raw(conn).execute("SELECT pg_notify(%s, notice) FROM unnest(%s::text[]) AS notice", (topic, notices))


@contextmanager
def listening(engine: Engine, topic: str) -> Iterator[Callable[..., Iterator[Any]]]:
    """Listen to a topic on a connection of its own, and yield what returns the items that come.

    ``hear(patience_s)`` ends when nothing came for so many seconds; without, it waits for ever.
    """
    with _listener(engine, topic) as driver:
        yield partial(_heard, driver)


class Gathering:
    """A connection that listens to topics, and may hold locks for as long as it lasts."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self._driver = driver

    def gather(self, patience_s: float, then_s: float = 0.0) -> dict[str, list[Any]]:
        """Return what comes, by topic: until so long after the first of it, or nothing when none came."""
        found: dict[str, list[Any]] = {}
        for notice in self._driver.notifies(timeout=patience_s, stop_after=1):
            _add(found, notice)
        if found and then_s > 0:
            for notice in self._driver.notifies(timeout=then_s):
                _add(found, notice)
        return found

    def try_lock(self, key: int) -> bool:
        """Take a lock of that number unless another connection holds it."""
        row = self._driver.execute("SELECT pg_try_advisory_lock(%s::bigint)", (key,)).fetchone()
        return row is not None and bool(row[0])


def _add(found: dict[str, list[Any]], notice: psycopg.Notify) -> None:
    found.setdefault(notice.channel, []).extend(json.loads(notice.payload))


@contextmanager
def gathering(engine: Engine, *topics: str) -> Iterator[Gathering]:
    """Listen to topics on a connection of its own, as long as the block lasts."""
    with _listener(engine, *topics) as driver:
        yield Gathering(driver)


@contextmanager
def _listener(engine: Engine, *topics: str) -> Iterator[psycopg.Connection[Any]]:
    with engine.connect() as conn:
        driver = raw(conn)
        driver.autocommit = True
        try:
            for topic in topics:
                driver.execute(sql.SQL("LISTEN {}").format(sql.Identifier(topic)))
            yield driver
        finally:
            # A connection that others use next must not hear it.
            conn.invalidate()


def _heard(driver: psycopg.Connection[Any], patience_s: float | None = None) -> Iterator[Any]:
    while notices := list(driver.notifies(timeout=patience_s, stop_after=1)):
        for notice in notices:
            yield from json.loads(notice.payload)


def _notices(items: list[str]) -> Iterator[str]:
    """Join items to JSON arrays of at most so many bytes."""
    part: list[str] = []
    size = 2
    for item in items:
        if part and size + len(item) + 1 > _MOST_BYTES:
            yield f"[{','.join(part)}]"
            part, size = [], 2
        part.append(item)
        size += len(item) + 1
    if part:
        yield f"[{','.join(part)}]"
