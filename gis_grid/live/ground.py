"""Outlines of grids as the engine measures against them, kept from one reading to the next."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.core import Boundary, Slabs
from gis_grid.core.live.standing import Ground
from gis_grid.core.presence.coverage import walkable_cells
from gis_grid.core.rules.calendar import instant_ms
from gis_grid.live.store import town as store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray
    from sqlalchemy import Connection, Row

NO_CELLS: Final = np.zeros(0, np.int64)

_AT_ONCE: Final = 16
"""Of how many boundaries the walkable cells are found by one query."""

_A_WHILE_S: Final = 0.15
"""How long they are looked for in one tick: what comes in must not wait for them."""


@dataclass(slots=True)
class Outlines:
    """Boundaries by id: each is read once, and its walkable cells are found once."""

    areas: dict[int, Any] = field(default_factory=dict)
    cells: dict[int, NDArray[np.int64]] = field(default_factory=dict)
    _indexed: tuple[int, ...] = ()
    _slabs: Slabs | None = None

    def slabs(self, conn: Connection, boundary_ids: Iterable[int]) -> tuple[Slabs, dict[int, int]]:
        """Return an index of some boundaries, and which area of it each is; made anew for others."""
        wanted = tuple(sorted(set(boundary_ids)))
        self._read(conn, wanted)
        if self._slabs is None or wanted != self._indexed:
            self._slabs = Slabs.of([self.areas[one] for one in wanted])
            self._indexed = wanted
        return self._slabs, {one: number for number, one in enumerate(wanted)}

    def find_cells(self, conn: Connection, boundary_ids: Sequence[int]) -> list[int]:
        """Find the walkable cells of boundaries that lack them, for a short while, and return of which."""
        missing = [one for one in boundary_ids if one not in self.cells]
        until = time.monotonic() + _A_WHILE_S
        found: list[int] = []
        while len(found) < len(missing) and (not found or time.monotonic() < until):
            few = missing[len(found) :][:_AT_ONCE]
            self._find(conn, few)
            found += few
        return found

    def _find(self, conn: Connection, boundary_ids: Sequence[int]) -> None:
        self._read(conn, boundary_ids)
        places: dict[tuple[int, str], list[bytes]] = {}
        for row in store.walked(conn, boundary_ids):
            places.setdefault((row.id, row.kind), []).append(row.wkb)
        for one in boundary_ids:
            streets, buildings = (
                shapely.from_wkb(np.array(places.get((one, kind), []), object))
                for kind in ("road", "building")
            )
            self.cells[one] = walkable_cells(Boundary(self.areas[one]), streets.tolist(), buildings.tolist())

    def keep_only(self, boundary_ids: Iterable[int]) -> None:
        """Forget boundaries that are in force no more."""
        kept = set(boundary_ids)
        for held in (self.areas, self.cells):
            for one in held.keys() - kept:
                del held[one]

    def _read(self, conn: Connection, boundary_ids: Sequence[int]) -> None:
        missing = [one for one in boundary_ids if one not in self.areas]
        if missing:
            rows = store.outlines(conn, missing)
            areas = shapely.from_wkb(np.array([row.wkb for row in rows], object))
            self.areas.update(zip([row.id for row in rows], areas, strict=True))


def ground_of(
    conn: Connection, outlines: Outlines, rows: Mapping[int, int], holdings: Sequence[Row[Any]]
) -> tuple[Ground, NDArray[np.int64]]:
    """Return who has which area when, and the id of the boundary of each entry.

    Parameters
    ----------
    rows
        Row of each worker by id.
    holdings
        As the store returns them, in order of worker.
    """
    slabs, number = outlines.slabs(conn, (one.boundary_id for one in holdings))
    held = sorted((one for one in holdings if one.worker_id in rows), key=lambda one: rows[one.worker_id])
    counts = np.bincount([rows[one.worker_id] for one in held], minlength=len(rows))
    ground = Ground(
        slabs=slabs,
        first=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        area=np.array([number[one.boundary_id] for one in held], np.int64),
        grid=np.array([one.grid_id for one in held], np.int64),
        from_ms=np.array([instant_ms(one.since) for one in held], np.int64),
        to_ms=np.array([instant_ms(one.until) for one in held], np.int64),
    )
    return ground, np.array([one.boundary_id for one in held], np.int64)
