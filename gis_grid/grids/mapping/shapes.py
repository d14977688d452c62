"""What a layer's geometry must be, and what is wrong with one that is not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import GeometryType

from gis_grid.kit.errors import RowError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.grids.readers.features import Features

POLYGONS = (GeometryType.POLYGON, GeometryType.MULTIPOLYGON)
LINES = (GeometryType.LINESTRING, GeometryType.MULTILINESTRING)
POINTS = (GeometryType.POINT,)

_NAMES = {
    GeometryType.POINT: "Point",
    GeometryType.LINESTRING: "LineString",
    GeometryType.MULTILINESTRING: "MultiLineString",
    GeometryType.POLYGON: "Polygon",
    GeometryType.MULTIPOLYGON: "MultiPolygon",
}

_REASON = re.compile(r"(?P<what>[^\[]+)\[(?P<x>\S+) (?P<y>[^\]]+)\]")


def without_crumbs(features: Features) -> Features:
    """Take the polygons out of collections: repaired maps keep loose lines beside their polygons."""
    geometry = features.geometry
    collections = np.flatnonzero(shapely.get_type_id(geometry) == GeometryType.GEOMETRYCOLLECTION)
    if len(collections) == 0:
        return features
    geometry = geometry.copy()
    for index in collections:
        parts = shapely.get_parts(shapely.get_parts(geometry[index]))
        polygons = parts[shapely.get_type_id(parts) == GeometryType.POLYGON]
        if len(polygons):
            geometry[index] = shapely.multipolygons(polygons)
    return features.with_geometry(geometry)


def check(features: Features, allowed: tuple[GeometryType, ...]) -> tuple[NDArray[np.bool_], list[RowError]]:
    """Return which features (n,) have a sound geometry of an allowed type, and one error for each other."""
    geometry = features.geometry
    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    wrong = ~missing & ~np.isin(shapely.get_type_id(geometry), [int(kind) for kind in allowed])
    invalid = ~missing & ~wrong & ~shapely.is_valid(geometry)
    names = " or ".join(_NAMES[kind] for kind in allowed)
    errors = [
        RowError(
            features.row[index],
            "geometry",
            None,
            _complaint(geometry[index], missing[index], wrong[index], names),
        )
        for index in np.flatnonzero(missing | wrong | invalid).tolist()
    ]
    return ~(missing | wrong | invalid), errors


def _complaint(geometry: shapely.Geometry | None, missing: bool, wrong: bool, names: str) -> str:
    if missing or geometry is None:
        return "is missing, empty or cannot be read (a ring must be closed and have four corners)"
    if wrong:
        return f"is a {type(geometry).__name__}, expected {names}"
    reason = shapely.is_valid_reason(geometry)
    found = _REASON.fullmatch(reason)
    if found is None:
        return reason
    what = "the outline crosses itself" if found["what"] == "Self-intersection" else found["what"]
    return f"{what} at {float(found['x']):.7f}, {float(found['y']):.7f}"
