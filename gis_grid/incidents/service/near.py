"""Which incidents are near a point or in an H3 cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gis_grid.core.presence.heat import cells_at
from gis_grid.grids.service.near import MOST_FOUND, cell_outline, read_cell
from gis_grid.incidents import workflows
from gis_grid.incidents.store import near as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.grids.service.near import Place
    from gis_grid.incidents.rows import Filter


@dataclass(frozen=True, slots=True)
class Found:
    """How many there are, and those that are listed, as the API shows them."""

    matched: int
    found: Sequence[dict[str, Any]]


def within(conn: Connection, wanted: Filter, place: Place, metres: float, now: datetime) -> Found:
    """Return the incidents within so many metres of a point, the nearest first, at most 1,000."""
    rows = store.within(conn, wanted, *place, now, metres=metres, most=MOST_FOUND)
    return Found(rows[0].matched if rows else 0, [_shown(row) for row in rows])


def nearest(conn: Connection, wanted: Filter, place: Place, count: int, now: datetime) -> Found:
    """Return the nearest so many, however far."""
    rows = store.nearest(conn, wanted, *place, now, most=count)
    return Found(len(rows), [_shown(row) for row in rows])


def in_cell(conn: Connection, wanted: Filter, cell: str, now: datetime) -> Found:
    """Return the incidents in an H3 cell, at most 1,000; H3 itself decides which cell a point is in.

    Raises
    ------
    BadInput
        When there is no such cell, or it is larger than may be asked for.
    """
    number, resolution = read_cell(cell)
    beside = store.beside(conn, wanted, cell_outline(number))
    cells = cells_at([row.lon for row in beside], [row.lat for row in beside], resolution)
    inside = [beside[index].id for index in np.flatnonzero(cells == number).tolist()]
    rows = store.shown(conn, inside[:MOST_FOUND], now)
    return Found(len(inside), [_shown(row) for row in rows])


def _shown(row: Row[Any]) -> dict[str, Any]:
    state = workflows.get(row.workflow, row.workflow_version).state(row.state)
    return {
        **row._mapping,
        "state": {"name": state.name, "kind": row.state_kind, "zh": state.zh, "en": state.en},
        "distance_m": round(row.metres, 2) if hasattr(row, "metres") else None,
    }
