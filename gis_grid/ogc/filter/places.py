"""Conditions on where features are: operators on the geometry, with geometries and boxes to compare with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from sqlalchemy import and_, func, literal

from gis_grid.kit.features import Shape
from gis_grid.ogc.filter.values import wrong
from gis_grid.ogc.selecting import geometry_of_rows, meets

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from sqlalchemy import ColumnElement

    from gis_grid.kit.features import Collection
    from gis_grid.ogc.crs import Crs

GEOMETRY: Final = ("geometry", "geom")
"""What filters may call it: as in GeoJSON, or as in most databases."""

OPERATORS: Final[dict[str, Callable[..., ColumnElement[Any]]]] = {
    "s_intersects": func.ST_Intersects,
    "s_disjoint": func.ST_Disjoint,
    "s_contains": func.ST_Contains,
    "s_within": func.ST_Within,
    "s_equals": func.ST_Equals,
    "s_touches": func.ST_Touches,
    "s_crosses": func.ST_Crosses,
    "s_overlaps": func.ST_Overlaps,
}
_APART: Final = "s_disjoint"
_MOST_POSITIONS: Final = 5_000
_KINDS: Final = frozenset({"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"})


def place_condition(name: str, args: list[Any], collection: Collection, crs: Crs) -> ColumnElement[bool]:
    """Return the condition of an operator of `OPERATORS`.

    Raises
    ------
    BadInput
        When it does not compare the geometry with one that can be compared.
    """
    if len(args) != 2:
        raise wrong(f"{name}: expected two geometries, not {len(args)}")
    if collection.shape is Shape.NONE:
        raise wrong(f"{name}: features of {collection.id} have no geometry")
    one, other = (_geometry(arg, name, crs) for arg in args)
    condition = OPERATORS[name](one, other)
    return condition if name == _APART else and_(meets(one, other), condition)


def _geometry(node: Any, name: str, crs: Crs) -> ColumnElement[Any]:
    if isinstance(node, dict) and node.get("property") in GEOMETRY and len(node) == 1:
        return geometry_of_rows()
    made = _of_json(node, name)
    if shapely.get_num_coordinates(made) > _MOST_POSITIONS:
        raise wrong(f"{name}: a geometry of at most {_MOST_POSITIONS} positions is expected")
    # Heights are left out: what is on the map has none.
    placed = shapely.transform(shapely.force_2d(made), lambda places: _lon_lat(places, crs))
    if not np.isfinite(shapely.get_coordinates(placed)).all():
        raise wrong(f"{name}: expected coordinates that are finite")
    if not shapely.is_valid(placed):
        raise wrong(f"{name}: {shapely.is_valid_reason(placed)[:200]}")
    # Bound as text: it is the one form that the driver takes without knowing the type.
    return func.ST_GeomFromWKB(literal(shapely.to_wkb(placed)), 4326)


def _of_json(node: Any, name: str) -> shapely.Geometry:
    kind = node.get("type") if isinstance(node, dict) else None
    try:
        if isinstance(node, dict) and set(node) == {"bbox"}:
            numbers = [float(one) for one in node["bbox"]]
            if len(numbers) in {4, 6}:
                half = len(numbers) // 2
                return shapely.box(numbers[0], numbers[1], numbers[half], numbers[half + 1])
        elif kind in _KINDS:
            found = shapely.from_geojson(
                json.dumps({"type": kind, "coordinates": node["coordinates"]}, allow_nan=False)
            )
            if not shapely.is_empty(found):
                return found
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        pass
    expected = f"expected `geometry` and a BBOX or one of {', '.join(sorted(_KINDS))}"
    raise wrong(f"{name}: {expected}, not {repr(node)[:100]}")


def _lon_lat(places: NDArray[np.float64], crs: Crs) -> NDArray[np.float64]:
    return np.array([crs.lon_lat(x, y) for x, y in places.tolist()], dtype=float).reshape(-1, 2)
