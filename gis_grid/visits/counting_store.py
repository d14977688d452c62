"""SQL of counters that are entered one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.visits.counting import Entry

IS_LAST: Final = """
    NOT EXISTS (SELECT FROM visit_counter newer WHERE newer.revision > c.revision
        AND (newer.grid_id, newer.visit_class, newer.local_date) = (c.grid_id, c.visit_class, c.local_date))
"""
"""Of a counter `c`: it was not entered again."""

_KNOWN = f"""
    SELECT * FROM visit_counter c
    WHERE (grid_id, visit_class, local_date) = (:grid_id, :visit_class, :local_date) AND {IS_LAST}
"""  # noqa: S608 - constants

_GET = f"SELECT due, done, revision, by, at FROM ({_KNOWN}) AS known"  # noqa: S608 - constants

_ADD = f"""
    INSERT INTO visit_counter (grid_id, visit_class, local_date, revision, due, done, by, at)
    SELECT :grid_id, :visit_class, :local_date, coalesce(known.revision, 0) + 1, :due, :done, :by, :at
    FROM (VALUES (1)) AS once LEFT JOIN ({_KNOWN}) AS known ON true
    WHERE (known.due, known.done) IS DISTINCT FROM (CAST(:due AS integer), CAST(:done AS integer))
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - constants


def add(conn: Connection, entry: Entry, by: str, at: datetime) -> None:
    """Add the next revision of a counter, unless the numbers are those of the last one."""
    conn.execute(text(_ADD), {**entry._asdict(), "by": by, "at": at})


def get(conn: Connection, entry: Entry) -> Row[Any]:
    """Return (due, done, revision, by, at) of the last revision."""
    key = {name: value for name, value in entry._asdict().items() if name not in {"due", "done"}}
    return conn.execute(text(_GET), key).one()
