"""SQL of the rows of collections: areas, grids and their boundaries, buildings, roads, water.

Each ends with its conditions, to which those are added that are asked: one that may be asked or not would
hide the indexes from a plan that is kept.
"""

from __future__ import annotations

from typing import Final

AREAS: Final = """
    SELECT area.id, area.code, area.name, area.kind, above.code AS parent_code, area.synthetic, area.geom
    FROM area LEFT JOIN area AS above ON above.id = area.parent_id
    WHERE true
"""

BUILDINGS: Final = """
    SELECT building.id, building.source, building.source_ref, building.kind, building.name,
        building.floors, building.households, building.estimated, area.code AS community_code, building.geom
    FROM building LEFT JOIN area ON area.id = building.area_id
    WHERE true
"""

ROADS: Final = """
    SELECT id, source, source_ref, class, name, geom FROM road
"""

WATER: Final = """
    SELECT id, source, source_ref, name, geom FROM water
"""

_BOUNDARIES: Final = """
    SELECT {distinct} {id}, grid.code AS {code}, grid.name AS {name},
        area.code AS community_code, area.name AS community_name, boundary.households, boundary.buildings,
        CASE WHEN boundary.households < :few THEN 'under' WHEN boundary.households > :many THEN 'over'
            ELSE 'in' END AS band,
        lower(boundary.valid) AS valid_from, upper(boundary.valid) AS valid_until, boundary.geom,
        boundary.geojson
    FROM boundary JOIN grid ON grid.id = boundary.grid_id LEFT JOIN area ON area.id = grid.area_id
    WHERE true
"""

BOUNDARIES: Final = _BOUNDARIES.format(distinct="", id="boundary.id", code="grid_code", name="grid_name")

GRIDS: Final = _BOUNDARIES.format(distinct="", id="grid.id", code="code", name="name")

# Of each grid the last of its boundaries: see `LAST_OF_EACH`.
GRIDS_LAST: Final = _BOUNDARIES.format(
    distinct="DISTINCT ON (grid.id)", id="grid.id", code="code", name="name"
)
LAST_OF_EACH: Final = "ORDER BY grid.id, lower(boundary.valid) DESC NULLS LAST"

IN_FORCE_AT: Final = "boundary.valid @> CAST(:at AS timestamptz)"
IN_FORCE_WITHIN: Final = "boundary.valid && tstzrange(:first, :last, '[]')"
