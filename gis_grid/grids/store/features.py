"""SQL of the rows of collections: areas, grids and their boundaries, buildings, roads, water."""

from __future__ import annotations

from typing import Final

AREAS: Final = """
    SELECT area.id, area.code, area.name, area.kind, above.code AS parent_code, area.synthetic, area.geom
    FROM area LEFT JOIN area AS above ON above.id = area.parent_id
    WHERE CAST(:areas AS bigint[]) IS NULL OR area.id = ANY (CAST(:areas AS bigint[]))
"""

BUILDINGS: Final = """
    SELECT building.id, building.source, building.source_ref, building.kind, building.name,
        building.floors, building.households, building.estimated, area.code AS community_code, building.geom
    FROM building LEFT JOIN area ON area.id = building.area_id
    WHERE CAST(:areas AS bigint[]) IS NULL OR building.area_id = ANY (CAST(:areas AS bigint[]))
"""

ROADS: Final = """
    SELECT id, source, source_ref, class, name, geom FROM road
"""

WATER: Final = """
    SELECT id, source, source_ref, name, geom FROM water
"""

_BOUNDARY: Final = """
    grid.code AS {code}, grid.name AS {name}, area.code AS community_code, area.name AS community_name,
    boundary.households, boundary.buildings,
    CASE WHEN boundary.households < :few THEN 'under' WHEN boundary.households > :many THEN 'over'
        ELSE 'in' END AS band,
    lower(boundary.valid) AS valid_from, upper(boundary.valid) AS valid_until, boundary.geom
    FROM boundary JOIN grid ON grid.id = boundary.grid_id LEFT JOIN area ON area.id = grid.area_id
    WHERE (CAST(:areas AS bigint[]) IS NULL OR grid.area_id = ANY (CAST(:areas AS bigint[])))
"""

BOUNDARIES: Final = f"SELECT boundary.id, {_BOUNDARY.format(code='grid_code', name='grid_name')}"

GRIDS_AT: Final = (
    f"SELECT grid.id, {_BOUNDARY.format(code='code', name='name')}"
    " AND boundary.valid @> CAST(:at AS timestamptz)"
)

# Of each grid the last of its boundaries in the interval.
GRIDS_IN: Final = (
    f"SELECT DISTINCT ON (grid.id) grid.id, {_BOUNDARY.format(code='code', name='name')}"
    " AND boundary.valid && tstzrange(:first, :last, '[]') ORDER BY grid.id, lower(boundary.valid) DESC"
)
