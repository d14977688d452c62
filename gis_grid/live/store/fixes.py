"""SQL of fixes as they are taken in: of the workers that were heard of, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from gis_grid.kit.database import raw
from gis_grid.tracks import wire

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sqlalchemy import Connection

# The outer bounds are there for the planner, which leaves out partitions by them; one worker after the other
# is one range of the index after the other.
TAKEN: Final = """
    SELECT array_agg(wanted.n), array_agg(found.t), array_agg(found.lon), array_agg(found.lat),
           array_agg(coalesce(found.accuracy_m, 'NaN')), array_agg(found.mock), array_agg(found.track_part),
           array_agg(found.received_at)
    FROM unnest(%(workers)s, %(since)s) WITH ORDINALITY AS wanted (worker_id, since, n)
    CROSS JOIN LATERAL (
        SELECT t, lon, lat, accuracy_m, mock, track_part, received_at FROM fix
        WHERE fix.worker_id = wanted.worker_id AND fix.t >= wanted.since
            AND fix.t >= %(first)s AND fix.t < %(last)s
    ) AS found
"""


class Taken(NamedTuple):
    """Fixes of some workers, one worker after the other; `n` counts them from 0."""

    n: NDArray[np.int64]
    t_us: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    accuracy_m: NDArray[np.float32]
    mock: NDArray[np.bool_]
    track_part: NDArray[np.int32]
    received_us: NDArray[np.int64]


def taken(conn: Connection, workers: NDArray[np.int64], since_us: NDArray[np.int64], last_us: int) -> Taken:
    """Return all fixes of each worker from a moment of its own until before one of all, in microseconds."""
    asked = {
        "workers": workers,
        "since": since_us.astype("M8[us]"),
        "first": _moment(int(since_us.min(initial=last_us))),
        "last": _moment(last_us),
    }
    with wire.rows_cursor(raw(conn)) as cursor:
        row: tuple[Any, ...] | None = cursor.execute(TAKEN, asked).fetchone()
    assert row is not None
    if row[0] is None:
        return _NONE
    n, t, lon, lat, accuracy_m, mock, track_part, received = row
    moments = t.astype(np.int64), received.astype(np.int64)
    return Taken(n - 1, moments[0], lon, lat, accuracy_m, mock, track_part, moments[1])


def _moment(microseconds: int) -> Any:
    return np.datetime64(microseconds, "us").item()


_NONE: Final = Taken(
    n=np.zeros(0, np.int64),
    t_us=np.zeros(0, np.int64),
    lon=np.zeros(0),
    lat=np.zeros(0),
    accuracy_m=np.zeros(0, np.float32),
    mock=np.zeros(0, np.bool_),
    track_part=np.zeros(0, np.int32),
    received_us=np.zeros(0, np.int64),
)
