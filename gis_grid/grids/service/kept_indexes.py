"""Indexes of outlines that are kept while they are asked for: bounded, and never of a state that is over."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import numpy as np
import shapely

from gis_grid.core.geometry.locate_in_time import LocatorInTime
from gis_grid.grids.store import locating as store

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from typing import Any

    from numpy.typing import NDArray
    from sqlalchemy import Connection, Engine, Row

MOST_KEPT: Final = 8
MOST_BYTES: Final = 512 << 20
"""Of all that are kept for a database; the newest stays whatever its size. 14,000 grids take about 190 MB."""

_EVER: Final = np.iinfo(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Outlines in force at some time of a period: their ids, and where their points are."""

    ids: NDArray[np.int64]
    locator: LocatorInTime

    @classmethod
    def of(cls, rows: Sequence[Row[Any]]) -> Index:
        """Index rows of (id, version, since_us, until_us, WKB)."""
        areas = shapely.from_wkb([bytes(row.wkb) for row in rows]).tolist()
        since = [_EVER.min if row.since_us is None else row.since_us for row in rows]
        until = [_EVER.max if row.until_us is None else row.until_us for row in rows]
        ids = np.array([row.id for row in rows], np.int64)
        return cls(ids, LocatorInTime.of(areas, since, until))

    def at(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64], at_us: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the id of the boundary in force at each point (n,), -1 where there is none."""
        found = self.locator.at(lon, lat, at_us)
        return np.append(self.ids, -1)[found]


class KeptIndexes:
    """The last indexes that were made, by the versions of all boundaries in them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: WeakKeyDictionary[Engine, OrderedDict[Hashable, Index]] = WeakKeyDictionary()

    def of(self, conn: Connection, period: store.Period) -> Index:
        """Return the index of all boundaries that the connection sees in force in a period."""
        key = tuple(store.versions(conn, period))
        with self._lock:
            kept = self._kept.setdefault(conn.engine, OrderedDict())
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        # Made from what it reads itself: a publication may have come in between.
        rows = store.outlines(conn, period)
        made = Index.of(rows)
        with self._lock:
            kept[tuple(row.version for row in rows)] = made
            while len(kept) > 1 and (len(kept) > MOST_KEPT or _bytes(kept) > MOST_BYTES):
                kept.popitem(last=False)
        return made


def _bytes(kept: OrderedDict[Hashable, Index]) -> int:
    return sum(index.locator.nbytes for index in kept.values())
