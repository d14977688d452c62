"""SQL of fixes: into the partition of their week, and out as arrays."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from psycopg.errors import UniqueViolation
from psycopg.sql import SQL, Composed, Identifier, Placeholder

from gis_grid.core import Fixes
from gis_grid.kit.database import raw
from gis_grid.tracks import wire
from gis_grid.tracks.rows import MAY_BE_UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray
    from psycopg import Cursor
    from sqlalchemy import Connection


def add_fixes(conn: Connection, partition: str, columns: Mapping[str, NDArray[Any]]) -> int:
    """Insert fixes of one week into its partition and return how many were new.

    Columns are those of the table, of one length; no key is there twice, and keys come sorted, so that two
    that write the same ones wait for each other and never in a circle. Nothing is read: a login that may only
    write can do it.
    """
    connection = raw(conn)
    if len(columns["t"]) >= _WORTH_A_COPY:
        names, stream = wire.stream_of(columns)
        statement = SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
            Identifier(partition), SQL(", ").join(map(Identifier, names))
        )
        try:
            with connection.transaction(), connection.cursor() as cursor:
                with cursor.copy(statement) as copy:
                    copy.write(stream)
                return cursor.rowcount
        except UniqueViolation:
            pass  # COPY cannot pass over what is stored already
    with arrays_cursor(conn) as cursor:
        cursor.execute(_insert(partition, tuple(columns)), dict(columns))
        return cursor.rowcount


@lru_cache(maxsize=1024)
def _insert(partition: str, names: tuple[str, ...]) -> Composed:
    return SQL("INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS given ({}) ON CONFLICT DO NOTHING").format(
        Identifier(partition),
        SQL(", ").join(map(Identifier, names)),
        SQL(", ").join(
            SQL("nullif({}, 'NaN')").format(Identifier(name)) if name in MAY_BE_UNKNOWN else Identifier(name)
            for name in names
        ),
        SQL(", ").join(map(Placeholder, names)),
        SQL(", ").join(map(Identifier, names)),
    )


_WORTH_A_COPY: Final = 64
"""From so many fixes on a COPY with its savepoint is faster than an INSERT of arrays."""


_FIXES_OF = """
    SELECT worker_id, array_agg(t), array_agg(lon), array_agg(lat),
           array_agg(coalesce(accuracy_m, 'NaN')), array_agg(coalesce(speed_mps, 'NaN')),
           array_agg(coalesce(heading_deg, 'NaN')), array_agg(coalesce(altitude_m, 'NaN')),
           array_agg(mock), array_agg(track_part)
    FROM fix
    WHERE worker_id = ANY(%s) AND t >= %s AND t < %s
    GROUP BY worker_id
"""


def fixes_of(conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, Fixes]:
    """Return the fixes of each worker within [start, end), in no order; a worker without any is left out."""
    with wire.array_cursor(raw(conn)) as cursor:
        cursor.execute(_FIXES_OF, (list(worker_ids), start, end))
        return {row[0]: Fixes(*row[1:]) for row in cursor}


def arrays_cursor(conn: Connection) -> Cursor[tuple[Any, ...]]:
    """Return a cursor that takes numpy arrays for parameters, in the same transaction."""
    cursor = raw(conn).cursor(binary=True)
    cursor.adapters.register_dumper(np.ndarray, wire.ArrayDumper)
    return cursor
