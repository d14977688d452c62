"""A division as a file: one feature a grid, sharing every vertex with its neighbours."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

DECIMALS: Final = 9
"""Of degrees: a tenth of a millimetre, so that vertices a millimetre apart stay two."""


def feature_collection(outline: NDArray[np.object_], properties: Iterable[Mapping[str, Any]]) -> bytes:
    """Return grids as a GeoJSON FeatureCollection (RFC 7946).

    Parameters
    ----------
    outline : (g,)
        In lon, lat, exterior rings counter-clockwise.
    properties
        What is told of each.
    """
    rounded = shapely.transform(outline, lambda lonlat: lonlat.round(DECIMALS))
    features = [
        {"type": "Feature", "geometry": orjson.Fragment(geometry), "properties": dict(told)}
        for geometry, told in zip(shapely.to_geojson(rounded).tolist(), properties, strict=True)
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features}, option=orjson.OPT_APPEND_NEWLINE)


def geopackage(collection: bytes) -> bytes:
    """Return a FeatureCollection of polygons as a GeoPackage with one layer, ``grids``."""
    import pyogrio  # noqa: PLC0415 - seldom needed, and it brings geopandas

    features = orjson.loads(collection)["features"]
    geometry = shapely.from_geojson([orjson.dumps(each["geometry"]) for each in features])
    told = [each["properties"] for each in features]
    names = list(told[0]) if told else []
    file = BytesIO()
    pyogrio.raw.write(
        file,
        shapely.to_wkb([_many(each) for each in geometry]),
        [np.array([row[name] for row in told], dtype=_kind(row[name] for row in told)) for name in names],
        names,
        layer="grids",
        driver="GPKG",
        geometry_type="MultiPolygon",
        crs="OGC:CRS84",
    )
    return file.getvalue()


def _many(shape: shapely.Geometry) -> shapely.MultiPolygon:
    return shapely.MultiPolygon(list(shapely.get_parts(shape)))


def _kind(values: Iterable[Any]) -> type:
    """Return the type of a column: numbers and truth where every row has one, else text."""
    kinds = {type(value) for value in values}
    if len(kinds) == 1 and kinds <= {int, float, bool}:
        return kinds.pop()
    return float if kinds and kinds <= {int, float} else object
