"""How long a base map takes and how large it is, beside GDAL's PMTiles driver in the same run.

    .venv/bin/python benchmarks/base_map.py [FILE.osm.pbf ...]

Without files: those of the published data sets. Ours makes one file of three layers, reading included. GDAL
inside pyogrio writes one layer a file; it is given the same features, read already, at the same zooms.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas
import pandas as pd
from import_buildings import throwaway_database

from gis_grid.cli.replaced_file import replaced_file
from gis_grid.grids.mapping.buildings import BuildingMapping
from gis_grid.grids.mapping.columns import ColumnNames
from gis_grid.grids.mapping.lines import RoadMapping, WaterMapping
from gis_grid.grids.readers.osm import COLUMNS, OsmReader
from gis_grid.kit.database import make_engine, transaction
from gis_grid.ogc.basemap.building import LAST_ZOOM, build
from gis_grid.ogc.basemap.files import MapFile

if TYPE_CHECKING:
    from sqlalchemy import Connection

DATA: Final = Path(__file__).resolve().parents[2] / "shared" / "data" / "osm_pbf"
NAMES: Final = ("nanjing_gulou_2021", "liechtenstein_2015")
FIRST_ZOOM: Final = {"roads": 8, "water": 6, "buildings": 14}


def main() -> None:
    paths = [Path(name) for name in sys.argv[1:]] or [DATA / f"{name}.osm.pbf" for name in NAMES]
    print(f"{'extract':<24}{'features':>10}{'ours, s':>10}{'kB':>9}{'GDAL, s':>10}{'kB':>9}{'size, x':>9}")
    with tempfile.TemporaryDirectory() as name, throwaway_database() as url:
        folder, engine = Path(name), make_engine(url)
        for path in paths:
            layers = read(path)
            count = sum(map(len, layers.values()))
            with transaction(engine) as conn:
                ours_s, ours = ours_in(conn, path, folder / "town.pmtiles")
            gdal_s, gdal = gdals(layers, folder)
            print(
                f"{path.name.removesuffix('.osm.pbf'):<24}{count:>10,}{ours_s:>10.1f}{ours / 1e3:>9,.0f}"
                f"{gdal_s:>10.1f}{gdal / 1e3:>9,.0f}{gdal / ours:>9.1f}"
            )
        engine.dispose()


def ours_in(conn: Connection, path: Path, out: Path) -> tuple[float, int]:
    began = time.perf_counter()
    with replaced_file(out) as file:
        build(conn, file, [MapFile(path, None)])
    return time.perf_counter() - began, out.stat().st_size


def read(path: Path) -> dict[str, geopandas.GeoDataFrame]:
    names = ColumnNames()
    mappings = {
        "roads": RoadMapping(COLUMNS["roads"], names),
        "water": WaterMapping(COLUMNS["water"], names),
        "buildings": BuildingMapping(COLUMNS["buildings"], names, "buildings"),
    }
    parts: dict[str, list[geopandas.GeoDataFrame]] = {}
    for layer, features in OsmReader(path).batches():
        rows, _ = mappings[layer].rows(features)
        columns = {"roads": {"name": "name", "class": "road_class"}, "water": {"name": "name"}}.get(layer, {})
        told = {name: rows.column(column) for name, column in columns.items()}
        parts.setdefault(layer, []).append(
            geopandas.GeoDataFrame(told, geometry=list(rows.geometry), crs=4326)
        )
    return {layer: geopandas.GeoDataFrame(pd.concat(found)) for layer, found in parts.items()}


def gdals(layers: dict[str, geopandas.GeoDataFrame], folder: Path) -> tuple[float, int]:
    seconds, size = 0.0, 0
    for layer, rows in layers.items():
        out = folder / f"{layer}.pmtiles"
        out.unlink(missing_ok=True)
        began = time.perf_counter()
        rows.to_file(out, driver="PMTiles", layer=layer, MINZOOM=FIRST_ZOOM[layer], MAXZOOM=LAST_ZOOM)
        seconds += time.perf_counter() - began
        size += out.stat().st_size
    return seconds, size


if __name__ == "__main__":
    main()
