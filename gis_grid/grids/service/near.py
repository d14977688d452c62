"""What is near a point or in an H3 cell: grids in force, and buildings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import h3
import numpy as np

from gis_grid.core.presence.heat import cells_at, outline
from gis_grid.grids.store import near as store
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

MOST_FOUND: Final = 1_000
RESOLUTIONS: Final = range(7, 16)
"""Of cells that may be asked for: 5 square kilometres to one square metre."""


_LOOKS_LIKE_A_CELL: Final = re.compile("[0-9a-fA-F]{1,16}")
"""H3 itself fails at what is negative or longer."""

Place = tuple[float, float]
"""Longitude and latitude."""


class What(StrEnum):
    """What can be looked for."""

    GRIDS = "grids"
    BUILDINGS = "buildings"


@dataclass(frozen=True, slots=True)
class Found:
    """How many there are, and the rows of those that are listed, the nearest first."""

    matched: int
    rows: Sequence[Row[Any]]


_KINDS: Final = {What.GRIDS: store.GRIDS, What.BUILDINGS: store.BUILDINGS}


def within(conn: Connection, what: What, place: Place, at: datetime, metres: float) -> Found:
    """Return what has ground within so many metres of a point, at most `MOST_FOUND`."""
    rows = store.within(conn, _KINDS[what], *place, at, metres=metres, most=MOST_FOUND)
    return Found(rows[0].matched if rows else 0, rows)


def nearest(conn: Connection, what: What, place: Place, at: datetime, count: int) -> Found:
    """Return the nearest so many, however far."""
    rows = store.nearest(conn, _KINDS[what], *place, at, most=count)
    return Found(len(rows), rows)


def in_cell(conn: Connection, what: What, cell: str, at: datetime) -> Found:
    """Return the grids that have ground in an H3 cell, or the buildings whose point is in it.

    H3 itself decides which cell a point is in.

    Raises
    ------
    BadInput
        When there is no such cell, or it is larger than may be asked for.
    """
    number, resolution = read_cell(cell)
    wkt = cell_outline(number)
    if what is What.GRIDS:
        rows = store.grids_in(conn, wkt, at)
        return Found(len(rows), rows)
    beside = store.buildings_around(conn, wkt)
    cells = cells_at([row.lon for row in beside], [row.lat for row in beside], resolution)
    inside = [beside[index] for index in np.flatnonzero(cells == number).tolist()]
    return Found(len(inside), inside[:MOST_FOUND])


def cell_outline(number: int) -> str:
    """Return the outline of a cell as WKT."""
    ring = ", ".join(f"{lon!r} {lat!r}" for lon, lat in outline(number))
    return f"POLYGON(({ring}))"


def read_cell(cell: str) -> tuple[int, int]:
    """Return the number and the resolution of a cell written as H3 writes it.

    Raises
    ------
    BadInput
        When there is no such cell, or it is larger than may be asked for.
    """
    if not _LOOKS_LIKE_A_CELL.fullmatch(cell) or not h3.is_valid_cell(cell):
        raise BadInput(
            "There is no such cell", f"{cell[:40]!r}; expected an H3 index such as 8931aa5a0d7ffff"
        )
    resolution = h3.get_resolution(cell)
    if resolution not in RESOLUTIONS:
        raise BadInput("The cell is too large", f"{cell} has resolution {resolution}; expected 7 to 15")
    return h3.str_to_int(cell), resolution
