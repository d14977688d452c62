"""An index of many outlines for exact answers: each cut into horizontal slabs.

Which side of a border a point is on
------------------------------------
Every moment and every point belongs to exactly one area of a tiling. So a point counts as if it stood a hair
to the west of where it is, and by a far smaller hair to the north: there it is on no border. An area
therefore owns its eastern and southern borders, and not its western and northern ones. A moving point is
moved by the same hair at all times: what was on a shared border throughout is then beside it throughout, in
one of both areas. In numbers, for an edge from its lower to its higher end (the western one first when both
are equally high):

- a point on the line through the edge counts as left of it (:func:`inside`);
- an end of the edge on the line through a track's segment, taken from lower to higher, counts as right of it.

Both sentences are the same shift seen from the point and from the edge, so the state at the start of a
segment and the crossings along it never contradict each other, whatever coincides. :func:`inside`, the time
inside and the locating of points all keep this rule, with exact signs
(:mod:`gis_grid.core.geometry.orientation`).

The index
---------
A slab is about 16 m high. It keeps the widest stretch of longitudes that is inside and free of edges (its
gap), the outer limits of its edges, and the edges. Three quarters of a worker's segments are settled by the
gap or the outer limits alone. Coordinates are kept as given, in degrees: a shift to a local origin would
round, and neighbours would no longer share the same border.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.geometry.filling import count_edges, fill_edges, fill_gaps
from gis_grid.core.geometry.orientation import turn
from gis_grid.core.geometry.outlines import Outlines
from gis_grid.core.kernel import inlined

if TYPE_CHECKING:
    from collections.abc import Sequence

    import shapely

Floats = NDArray[np.float64]

SLAB_HEIGHT_DEG: Final = 1.44e-4
"""Height of a slab, about 16 m: lower ones settle no more segments, higher ones hold more edges."""

_MOST_SLABS: Final = 1024
"""Of an outline with fewer edges than that: a province drawn with ten needs no slab every 16 m."""

_MOST_COPIES: Final = 16
"""Of an edge on average: a comb of ten thousand long teeth has few slabs rather than no room."""

PADDING: Final = 8
"""Edges after the last one that can be read, for loops that take eight at a time; they meet nothing."""


class SlabArrays(NamedTuple):
    """What kernels take: many areas, their slabs from south to north, and the slabs' edges.

    Each area has a slab without edges below its first and above its last one, where points beyond it fall.

    Attributes
    ----------
    south : float64 array, shape (areas,)
        Lowest latitude.
    slabs_per_deg : float64 array, shape (areas,)
    first_slab : int64 array, shape (areas + 1,)
    gap_west, gap_east : float64 arrays, shape (slabs,)
        Between these longitudes, both excluded, all of the slab is inside; none where west > east.
    west, east : float64 arrays, shape (slabs,)
        Beyond these longitudes all of the slab is outside.
    first_edge : int64 array, shape (slabs + 1,)
    x0, y0, x1, y1 : float64 arrays, shape (edges + PADDING,)
        Lower and higher end; the western one first when both are equally high.
    tag : int32 array, shape (edges + PADDING,)
        Twice the first slab of the edge, counted within its area, and 1 more when the area is right of it.
        An edge is kept in each slab it touches.
    """

    south: Floats
    slabs_per_deg: Floats
    first_slab: NDArray[np.int64]
    gap_west: Floats
    gap_east: Floats
    west: Floats
    east: Floats
    first_edge: NDArray[np.int64]
    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats
    tag: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Slabs:
    """Index of many areas; make one with :meth:`of`. Area `i` is the i-th given."""

    arrays: SlabArrays

    @classmethod
    def of(cls, areas: Sequence[shapely.Polygon | shapely.MultiPolygon]) -> Slabs:
        """Index areas.

        Parameters
        ----------
        areas : sequence of shapely Polygon or MultiPolygon
            Valid ones, as :meth:`Boundary.of` checks; degrees, lon before lat.

        Returns
        -------
        Slabs

        Raises
        ------
        BadBoundary
            Another kind of geometry, an empty one, one without an area, or coordinates that are not finite or
            off the globe; ``where`` is the index of the area.
        """
        outlines = Outlines.of(areas)
        first_slab, slabs_per_deg = _cut(outlines)
        south = outlines.south
        count = count_edges(outlines.xy, outlines.rings, south, slabs_per_deg, first_slab)
        first_edge = np.zeros(len(count) + 1, np.int64)
        np.cumsum(count, out=first_edge[1:])
        edges = int(first_edge[-1]) + PADDING
        x0, y0, x1, y1 = (np.full(edges, np.inf) for _ in range(4))
        tag = np.zeros(edges, np.int32)
        gap_west, gap_east, west, east = (np.empty(len(count)) for _ in range(4))
        arrays = SlabArrays(
            south, slabs_per_deg, first_slab, gap_west, gap_east, west, east, first_edge, x0, y0, x1, y1, tag
        )
        fill_edges(outlines.xy, outlines.rings, arrays)
        fill_gaps(arrays)
        return cls(arrays)

    def __len__(self) -> int:
        return len(self.arrays.south)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self.arrays)


@inlined
def slab_of(py: float, area: int, slabs: SlabArrays) -> int:
    """Slab of a latitude; the empty slab below or above the area when it is beyond.

    A latitude between two others is never in a slab below or above theirs: each operation keeps the order.
    """
    i = np.uint64(area)
    first: int = slabs.first_slab[i]
    above: int = slabs.first_slab[i + np.uint64(1)] - first - 1
    along = (py - slabs.south[i]) * slabs.slabs_per_deg[i] + 1.0
    return first + int(min(float(above), max(0.0, along)))  # 0 for what is no number


@inlined
def inside(px: float, py: float, area: int, slabs: SlabArrays) -> bool:
    """Whether a point is inside an area; a point on a border by the rule of this module."""
    slab = slab_of(py, area, slabs)
    i = np.uint64(slab)
    if slabs.gap_west[i] < px < slabs.gap_east[i]:
        return True
    if px < slabs.west[i] or px > slabs.east[i]:
        return False
    return inside_among(px, py, slab, slabs)


@inlined
def inside_among(px: float, py: float, slab: int, slabs: SlabArrays) -> bool:
    """Whether a point of a slab is inside, by the edges east of it: an odd number when it is."""
    odd = False
    for e in range(slabs.first_edge[np.uint64(slab)], slabs.first_edge[np.uint64(slab + 1)]):
        i = np.uint64(e)
        y0, y1 = slabs.y0[i], slabs.y1[i]
        if y0 <= py < y1:
            x0, x1 = slabs.x0[i], slabs.x1[i]
            if px < min(x0, x1) or (px <= max(x0, x1) and turn(x0, y0, x1, y1, px, py) >= 0.0):
                odd = not odd
    return odd


def _cut(outlines: Outlines) -> tuple[NDArray[np.int64], Floats]:
    """First slab of each area, with the two empty ones around, and slabs per degree."""
    height, vertices = outlines.north - outlines.south, outlines.vertices
    most = np.minimum(
        np.maximum(_MOST_SLABS, vertices),
        (_MOST_SLABS + _MOST_COPIES * vertices) * height / outlines.climb,
    )
    slabs = np.clip(np.ceil(height / SLAB_HEIGHT_DEG), 1, np.maximum(most, 1)).astype(np.int64)
    first_slab = np.zeros(len(slabs) + 1, np.int64)
    np.cumsum(slabs + 2, out=first_slab[1:])
    # A little less, so that the highest point stays within the last slab.
    return first_slab, slabs * (1.0 - 1e-9) / height
