"""Where along its way a moving point is near a straight piece of border.

All points within a radius of a straight piece form a capsule: a band beside the piece and a disc around each
end. A capsule is convex, so a straight way meets it in one stretch, found in closed form. Each step keeps the
order of the radii: a smaller radius never gives a longer stretch, rounding included.
"""

# ruff: noqa: PLR0917 - kernels take numbers one by one
from __future__ import annotations

import math

from gis_grid.core.kernel import kernel


@kernel
def stretch_near(
    way_x: float, way_y: float, px: float, py: float, qx: float, qy: float, radius: float
) -> tuple[float, float]:
    """Stretch of a way within a radius of the straight piece from p to q.

    Parameters
    ----------
    way_x, way_y : float
        The way leads from the origin to here; (0, 0) is a point that stands.
    px, py, qx, qy : float
        Ends of the piece, in the same metres.
    radius : float

    Returns
    -------
    (start, end) : float
        Shares of the way, 0 to 1; (2, -1) when it is nowhere so near.
    """
    edge_x, edge_y = qx - px, qy - py
    edge2 = edge_x * edge_x + edge_y * edge_y
    radius2 = radius * radius
    near_start = _distance2(0.0, 0.0, px, py, edge_x, edge_y, edge2) <= radius2
    near_end = _distance2(way_x, way_y, px, py, edge_x, edge_y, edge2) <= radius2
    if near_start and near_end:
        return 0.0, 1.0
    way2 = way_x * way_x + way_y * way_y
    if way2 == 0.0:
        return 2.0, -1.0
    start, end = _in_disc(way_x, way_y, way2, px, py, radius2)
    begin, stop = _in_disc(way_x, way_y, way2, qx, qy, radius2)
    start, end = min(start, begin), max(end, stop)
    begin, stop = _in_band(way_x, way_y, px, py, edge_x, edge_y, edge2, radius)
    start, end = min(start, begin), max(end, stop)
    return (0.0 if near_start else max(start, 0.0)), (1.0 if near_end else min(end, 1.0))


@kernel
def is_near(way_x: float, way_y: float, px: float, py: float, qx: float, qy: float, radius: float) -> bool:
    """Whether all of a way is within a radius of the straight piece from p to q, as for `stretch_near`."""
    edge_x, edge_y = qx - px, qy - py
    edge2 = edge_x * edge_x + edge_y * edge_y
    radius2 = radius * radius
    return (
        _distance2(0.0, 0.0, px, py, edge_x, edge_y, edge2) <= radius2
        and _distance2(way_x, way_y, px, py, edge_x, edge_y, edge2) <= radius2
    )


@kernel
def _distance2(x: float, y: float, px: float, py: float, edge_x: float, edge_y: float, edge2: float) -> float:
    """Square of the distance from a point to a piece of border."""
    x, y = x - px, y - py
    along = min(max((x * edge_x + y * edge_y) / edge2, 0.0), 1.0) if edge2 > 0.0 else 0.0
    x, y = x - along * edge_x, y - along * edge_y
    return x * x + y * y


@kernel
def _in_disc(
    way_x: float, way_y: float, way2: float, cx: float, cy: float, radius2: float
) -> tuple[float, float]:
    """Stretch of a way within a disc, also beyond its ends."""
    along = cx * way_x + cy * way_y
    root = along * along - way2 * (cx * cx + cy * cy - radius2)
    if root < 0.0:
        return 2.0, -1.0
    root = math.sqrt(root)
    return (along - root) / way2, (along + root) / way2


@kernel
def _in_band(
    way_x: float,
    way_y: float,
    px: float,
    py: float,
    edge_x: float,
    edge_y: float,
    edge2: float,
    radius: float,
) -> tuple[float, float]:
    """Stretch of a way beside a piece of border, within the radius of its line."""
    if edge2 == 0.0:
        return 2.0, -1.0
    along, along_rate = -(px * edge_x + py * edge_y), way_x * edge_x + way_y * edge_y
    start, end = _between(along, along_rate, 0.0, edge2)
    length = math.sqrt(edge2)
    aside, aside_rate = (py * edge_x - px * edge_y) / length, (way_x * edge_y - way_y * edge_x) / length
    begin, stop = _between(aside, aside_rate, -radius, radius)
    start, end = max(start, begin), min(end, stop)
    if start > end:
        return 2.0, -1.0
    return start, end


@kernel
def _between(value: float, rate: float, low: float, high: float) -> tuple[float, float]:
    """Where ``low <= value + share * rate <= high``, for shares of 0 to 1."""
    if rate == 0.0:
        return (0.0, 1.0) if low <= value <= high else (2.0, -1.0)
    one, other = (low - value) / rate, (high - value) / rate
    return max(min(one, other), 0.0), min(max(one, other), 1.0)
