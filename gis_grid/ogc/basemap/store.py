"""SQL of the base map: its layers as temporary tables, from the town's own or from files, and their tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from sqlalchemy import Connection

_MAKE: Final = """
    CREATE TEMPORARY TABLE base_roads (
        n bigint GENERATED ALWAYS AS IDENTITY, class text, name text, geom geometry(Geometry, 4326)
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE base_water (
        n bigint GENERATED ALWAYS AS IDENTITY, name text, geom geometry(Geometry, 4326)
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE base_buildings (
        n bigint GENERATED ALWAYS AS IDENTITY, geom geometry(Geometry, 4326)
    ) ON COMMIT DROP;
"""

# No building: everybody who is signed in may read the file, and a building only who has its area in scope.
_OF_TOWN: Final = """
    INSERT INTO base_roads (class, name, geom) SELECT class, name, geom FROM road ORDER BY source, source_ref;
    INSERT INTO base_water (name, geom) SELECT name, geom FROM water ORDER BY source, source_ref;
"""

_READY: Final = """
    CREATE INDEX ON base_roads USING gist (geom);
    CREATE INDEX ON base_water USING gist (geom);
    CREATE INDEX ON base_buildings USING gist (geom);
    ANALYZE base_roads, base_water, base_buildings;
"""

_BOXES: Final = """
    SELECT ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom)
    FROM base_{layer} WHERE NOT ST_IsEmpty(geom)
"""

# Lines of one name are joined, so that a name is written once along the whole street. From far away nothing
# is named, and all roads of a class are one line.
_TILES: Final = text("""
    SELECT roads.mvt || water.mvt || buildings.mvt
    FROM unnest(CAST(:xs AS integer[]), CAST(:ys AS integer[])) WITH ORDINALITY AS asked (x, y, n)
    CROSS JOIN LATERAL (
        SELECT gis_grid_tile_ground(:z, x, y) AS ground, gis_grid_tile_box(:z, x, y) AS box) AS tile
    CROSS JOIN LATERAL (
        SELECT ST_AsMVT(feature, 'roads', 4096, 'geom') AS mvt
        FROM (
            SELECT class, name,
                gis_grid_tile_shape(ST_LineMerge(ST_Collect(geom ORDER BY n)), :z, box) AS geom
            FROM (
                SELECT n, class, CASE WHEN :z >= 13 THEN name END AS name, (ST_Dump(geom)).geom AS geom
                FROM base_roads
                WHERE geom && ground AND :z >= CASE class
                    WHEN 'main' THEN 8 WHEN 'rail' THEN 10 WHEN 'lane' THEN 13 ELSE 14 END
            ) AS road
            GROUP BY class, name ORDER BY class, name
        ) AS feature
        WHERE geom IS NOT NULL) AS roads
    CROSS JOIN LATERAL (
        SELECT ST_AsMVT(feature, 'water', 4096, 'geom') AS mvt
        FROM (
            SELECT name, gis_grid_tile_shape(geom, :z, box) AS geom
            FROM base_water
            WHERE :z >= 6 AND geom && ground AND CASE ST_Dimension(geom)
                WHEN 2 THEN :z >= 14 OR ST_Area(geom) > (360.0 / 2 ^ :z / 256) ^ 2
                ELSE :z >= 12 END
            ORDER BY n
        ) AS feature
        WHERE geom IS NOT NULL) AS water
    CROSS JOIN LATERAL (
        SELECT ST_AsMVT(feature, 'buildings', 4096, 'geom') AS mvt
        FROM (
            SELECT gis_grid_tile_shape(geom, :z, box) AS geom
            FROM base_buildings
            WHERE :z >= 14 AND geom && ground
            ORDER BY n
        ) AS feature
        WHERE geom IS NOT NULL) AS buildings
    ORDER BY asked.n
""")

_ADD: Final = {
    "roads": text("""
        INSERT INTO base_roads (class, name, geom) SELECT class, name, ST_GeomFromWKB(wkb, 4326)
        FROM unnest(CAST(:wkb AS bytea[]), CAST(:name AS text[]), CAST(:class AS text[]))
            AS road (wkb, name, class)
    """),
    "water": text("""
        INSERT INTO base_water (name, geom) SELECT name, ST_GeomFromWKB(wkb, 4326)
        FROM unnest(CAST(:wkb AS bytea[]), CAST(:name AS text[])) AS water (wkb, name)
    """),
    "buildings": text("""
        INSERT INTO base_buildings (geom)
        SELECT geom FROM (SELECT ST_GeomFromWKB(unnest(CAST(:wkb AS bytea[])), 4326) AS geom) AS building
        WHERE ST_Dimension(geom) = 2
    """),
}


def make_layers(conn: Connection) -> None:
    """Make the empty layers; they go with the transaction."""
    conn.exec_driver_sql(_MAKE)


def take_town(conn: Connection) -> None:
    """Fill the layers of the ground with what was imported."""
    conn.exec_driver_sql(_OF_TOWN)


def add(conn: Connection, layer: str, columns: Mapping[str, list[object]]) -> None:
    """Add rows to a layer: `wkb` (EPSG:4326), and where the layer has them `name` and `class`."""
    conn.execute(_ADD[layer], columns)


def ready(conn: Connection) -> None:
    """Make the layers quick to read; nothing is added afterwards."""
    conn.exec_driver_sql(_READY)


def is_of_openstreetmap(conn: Connection) -> bool:
    """Say whether anything of the town's ground came from OpenStreetMap, whose licence wants to be named."""
    found = conn.exec_driver_sql(
        "SELECT EXISTS (SELECT FROM road WHERE source = 'osm') "
        "OR EXISTS (SELECT FROM water WHERE source = 'osm')"
    )
    return bool(found.scalar_one())


def boxes(conn: Connection, layer: str) -> NDArray[np.float64]:
    """Return west, south, east and north (n, 4) of every row of a layer, in degrees."""
    found = conn.exec_driver_sql(_BOXES.format(layer=layer)).all()
    return np.array([tuple(row) for row in found], dtype=float).reshape(-1, 4)


def tiles(conn: Connection, z: int, xs: Sequence[int], ys: Sequence[int]) -> list[bytes]:
    """Return tiles of one zoom, in the order asked for; no bytes where nothing is in one."""
    found = conn.execute(_TILES, {"z": z, "xs": list(xs), "ys": list(ys)}).scalars()
    return [bytes(tile) for tile in found]
