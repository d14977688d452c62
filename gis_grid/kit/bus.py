"""News between the processes of the program, by PostgreSQL's LISTEN and NOTIFY.

A notice leaves when the transaction that publishes commits, and never without. Whoever does not listen at
that moment misses it, so a notice says where to look and is never the news itself.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import sql

from gis_grid.kit.database import raw

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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


def listen(engine: Engine, topic: str, *, patience_s: float | None = None) -> Iterator[Any]:
    """Yield the items published on a topic from now on, until nothing came for `patience_s` seconds.

    The connection is one of its own for as long as the iterator lives.
    """
    with engine.connect() as conn:
        driver = raw(conn)
        driver.autocommit = True
        try:
            driver.execute(sql.SQL("LISTEN {}").format(sql.Identifier(topic)))
            while True:
                quiet = True
                for notice in driver.notifies(timeout=patience_s, stop_after=1):
                    quiet = False
                    yield from json.loads(notice.payload)
                if quiet:
                    return
        finally:
            if driver.info.status is psycopg.pq.ConnStatus.OK:
                driver.execute("UNLISTEN *")
                driver.autocommit = False


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
