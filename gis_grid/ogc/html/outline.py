"""Geometries as an outline in SVG: what a page shows without script, on paper, and until the map is there."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import TYPE_CHECKING, Any, Final

import shapely
from shapely.geometry import shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH: Final = 640.0
HEIGHT: Final = 360.0
_EDGE: Final = 24.0
"""Pixels that stay free around it."""

_SMALLEST_SPAN: Final = 1e-6
"""Degrees, about ten centimetres: a point has no size to fill the picture with."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What to draw in a picture of `WIDTH` by `HEIGHT`.

    Attributes
    ----------
    areas, lines : tuple of str
        Path data, one a geometry.
    points : tuple of tuple of float
        Places in the picture.
    """

    areas: tuple[str, ...]
    lines: tuple[str, ...]
    points: tuple[tuple[float, float], ...]


def outline(geometries: Iterable[dict[str, Any] | None]) -> Outline | None:
    """Return the outline of GeoJSON geometries in degrees; ``None`` when none of them is anywhere."""
    shapes = [shape(one) for one in geometries if one is not None]
    parts = [part for one in shapes for part in shapely.get_parts(one) if not part.is_empty]
    if not parts:
        return None
    west, south, east, north = shapely.total_bounds(parts).tolist()
    narrow = cos(radians((south + north) / 2))
    scale = min(
        (WIDTH - 2 * _EDGE) / max((east - west) * narrow, _SMALLEST_SPAN),
        (HEIGHT - 2 * _EDGE) / max(north - south, _SMALLEST_SPAN),
    )

    def placed(places: Iterable[Sequence[float]]) -> list[tuple[float, float]]:
        return [
            (
                round(WIDTH / 2 + (x - (west + east) / 2) * narrow * scale, 1),
                round(HEIGHT / 2 - (y - (south + north) / 2) * scale, 1),
            )
            for x, y, *_ in places
        ]

    areas, lines, points = [], [], []
    for part in parts:
        if part.geom_type == "Polygon":
            rings = (part.exterior, *part.interiors)
            areas.append("".join(f"M{_path(placed(ring.coords))}Z" for ring in rings))
        elif part.geom_type == "LineString":
            lines.append(f"M{_path(placed(part.coords))}")
        else:
            points.extend(placed(part.coords))
    return Outline(tuple(areas), tuple(lines), tuple(points))


def _path(places: Sequence[tuple[float, float]]) -> str:
    return "L".join(f"{x:g} {y:g}" for x, y in places)
