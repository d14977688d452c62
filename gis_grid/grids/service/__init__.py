"""What other packages may ask of grids; one file a noun, the public names gathered here."""

from gis_grid.grids.codes import read_code
from gis_grid.grids.rows import (
    AreaRows,
    BuildingRows,
    GridRows,
    KeyPlaceRows,
    OfficeRows,
    RoadRows,
    WaterRows,
)
from gis_grid.grids.service.areas import areas_geojson, holds_real_areas, load_areas
from gis_grid.grids.service.background import background, names_at
from gis_grid.grids.service.grids import (
    Gap,
    GridsLoaded,
    grid_at,
    grid_names_geojson,
    grids_geojson,
    load_grids,
    recount,
)
from gis_grid.grids.service.imports import ImportReport, import_file
from gis_grid.grids.service.intake import ImportOptions, Layer
from gis_grid.grids.service.layers import Loaded, load_buildings, load_roads, load_water, place_buildings
from gis_grid.grids.service.locating import (
    GridThere,
    areas_around,
    grids_named,
    locate,
    nearest_grids,
)
from gis_grid.grids.service.places import (
    PlacesKeptSince,
    key_places_of,
    load_key_places,
    load_offices,
    offices_of,
    places_kept_since,
)
from gis_grid.grids.service.workers import (
    Assignment,
    BoundaryInForce,
    Worker,
    add_workers,
    areas_of,
    assign,
    boundaries_of,
    known_areas,
    worker_ids,
    workers_at,
    workers_in,
)

__all__ = [
    "AreaRows",
    "Assignment",
    "BoundaryInForce",
    "BuildingRows",
    "Gap",
    "GridRows",
    "GridThere",
    "GridsLoaded",
    "ImportOptions",
    "ImportReport",
    "KeyPlaceRows",
    "Layer",
    "Loaded",
    "OfficeRows",
    "PlacesKeptSince",
    "RoadRows",
    "WaterRows",
    "Worker",
    "add_workers",
    "areas_around",
    "areas_geojson",
    "areas_of",
    "assign",
    "background",
    "boundaries_of",
    "grid_at",
    "grid_names_geojson",
    "grids_geojson",
    "grids_named",
    "holds_real_areas",
    "import_file",
    "key_places_of",
    "known_areas",
    "load_areas",
    "load_buildings",
    "load_grids",
    "load_key_places",
    "load_offices",
    "load_roads",
    "load_water",
    "locate",
    "names_at",
    "nearest_grids",
    "offices_of",
    "place_buildings",
    "places_kept_since",
    "read_code",
    "recount",
    "worker_ids",
    "workers_at",
    "workers_in",
]
