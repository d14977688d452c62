"""SQL of the rows of collections: incidents and hazards."""

from __future__ import annotations

from typing import Final

from gis_grid.incidents.store.wanted import LIGHT

# Of what is between a resident and the town nothing is told here.
INCIDENTS: Final = f"""
    SELECT i.id, i.code, i.category, i.category_code, i.title, i.state, i.state_kind, i.level, i.severity,
        i.emergency, i.reported_at, i.deadline, i.closed_at, {LIGHT} AS light,
        i.duplicate_of IS NOT NULL AS merged, to_hex(i.h3_r10) AS h3, grid.code AS grid_code, i.geom
    FROM incident i
    LEFT JOIN boundary ON boundary.id = i.boundary_id LEFT JOIN grid ON grid.id = boundary.grid_id
    WHERE i.kind = :kind
"""  # noqa: S608 - constants
