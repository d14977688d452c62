"""Features as rows of a table: values as people read them, geometries as a point and as WKT."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    import pyarrow as pa

    from gis_grid.ogc.export.source import Source

_DECIMALS = 7


class Places(NamedTuple):
    """Of each feature a point, which for an outline lies inside of it; ``None`` without a geometry."""

    x: list[float | None]
    y: list[float | None]
    wkt: list[str | None]


def place_columns(source: Source) -> tuple[str, str]:
    """Return what the columns of the points are called: degrees only where they are."""
    return ("lon", "lat") if source.in_degrees else ("x", "y")


def places(geometries: pa.Array, *, wkt: bool = True) -> Places:
    """Return points and, where they are wanted, WKT texts, all to 7 decimals."""
    shapes = shapely.from_wkb(geometries.to_numpy(zero_copy_only=False))
    lines = shapely.to_wkt(shapes, rounding_precision=_DECIMALS) if wkt else np.full(len(shapes), None)
    points = shapely.point_on_surface(shapes)
    return Places(_known(shapely.get_x(points)), _known(shapely.get_y(points)), lines.tolist())


def told(value: Any) -> Any:
    """Return a value as a text has it, the way JSON does: yes and no, times in ISO 8601, whole numbers."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return value.isoformat() if isinstance(value, date) else value


def _known(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[float | None]:
    return [None if one != one else one for one in values.round(_DECIMALS).tolist()]  # noqa: PLR0124 - nan
