"""A division as GeoJSON (RFC 7946): one feature a grid, sharing every vertex with its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    from numpy.typing import NDArray

DECIMALS: Final = 9
"""Of degrees: a tenth of a millimetre, so that vertices a millimetre apart stay two."""


def feature_collection(outline: NDArray[np.object_], properties: Iterable[Mapping[str, Any]]) -> bytes:
    """Return grids as a FeatureCollection.

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
