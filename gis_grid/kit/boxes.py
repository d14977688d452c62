"""SQL of boxes that spatial indexes look into before anything is measured exactly."""

from __future__ import annotations

from typing import Final

_METRES_PER_DEG: Final = 110_574.0
"""Of latitude at the equator, the least there is: a box in degrees comes out too large, never too small."""


def box_around(point: str, metres: str) -> str:
    """Return SQL of a box that holds all within so many metres of a point, for the spatial index."""
    up = f"(({metres}) * 1.01 + 1.0) / {_METRES_PER_DEG}"
    lean = f"cos(radians(least(abs(ST_Y({point})) + {up}, 89.9)))"
    return f"ST_Expand({point}, {up} / {lean}, {up})"


def may_be_within(geom: str, point: str, metres: str) -> str:
    """Return SQL that is false only of what its box shows to be further away: exact distances are dear."""
    up = f"greatest(ST_YMin({geom}) - ST_Y({point}), ST_Y({point}) - ST_YMax({geom}), 0)"
    across = f"greatest(ST_XMin({geom}) - ST_X({point}), ST_X({point}) - ST_XMax({geom}), 0)"
    far = f"greatest(abs(ST_YMin({geom})), abs(ST_YMax({geom})), abs(ST_Y({point})))"
    least = f"sqrt(({up})^2 + (cos(radians({far})) * {across})^2) * {_METRES_PER_DEG}"
    return f"{least} * 0.98 <= {metres} + 1.0"


# The edges of a cell are arcs: a little more than their chords.
BESIDE_OUTLINE: Final = "ST_Expand(ST_GeomFromText(:outline, 4326), 0.001)"
"""A box that holds the outline (WKT) of an H3 cell with all that is in the cell."""
