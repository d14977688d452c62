"""Hours of patrol by week, grid and cell as rows: docs/decisions/0026-heat.md says why only these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.core.presence.heat import outline_wkb
from gis_grid.kit.features import Rows
from gis_grid.patrols import collection_store as store
from gis_grid.patrols import effort_store
from gis_grid.patrols.weeks import FIRST_DAY, days_touched, whole_weeks

if TYPE_CHECKING:
    from gis_grid.kit.features import Reading


def rows(reading: Reading) -> Rows:
    """Return the entries of the weeks that an interval touches, or of the newest week without one."""
    asked, conn, areas = reading.interval, reading.conn, reading.areas
    days = (None, None) if asked is None else days_touched(asked.start, asked.end, reading.settings.tz)
    first, last = effort_store.weeks_told(conn, *whole_weeks(*days))
    if first is None or last is None:
        first = last = FIRST_DAY
    elif asked is None:
        first = last
    named = None if areas is None else list(areas)
    cells = store.cells_told(conn, first, last, named)
    drawn = {"cells": list(cells), "outlines": [outline_wkb(cell) for cell in cells]}
    return Rows(store.COVERAGE_CELLS, {"first": first, "last": last, "areas": named, **drawn})
