"""Cells: a block divided between its buildings, each place going to the nearest one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from gis_grid.core.plan.blocks import LONGEST_SIDE_M
from gis_grid.core.plan.bodies import around, cores

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]
    Whole = NDArray[np.int64]
    Floats = NDArray[np.float64]

_SPACING_M: Final = 3.0
_INSET_M: Final = 0.25
_STRAIGHTER_BY_M: Final = 1.5


class Walls(NamedTuple):
    """What a block is divided by, a row a body (b,).

    Parameters
    ----------
    shape
        Areas or points.
    solid
        What no border may enter: the shape, less a wall's uncertainty where another body is near.
    sampled
        Lines or points whose vertices stand for the body; those of neighbours that touch are apart.
    """

    shape: Geometries
    solid: Geometries
    sampled: Geometries

    def of(self, rows: slice) -> Walls:
        """Return those of some bodies."""
        return Walls(self.shape[rows], self.solid[rows], self.sampled[rows])


def walls(shape: Geometries) -> Walls:
    """Prepare bodies for the division of blocks."""
    first, second = shapely.STRtree(shape).query(shape, predicate="dwithin", distance=2 * _INSET_M)
    near = np.unique(first[first != second])
    near = near[shapely.get_dimensions(shape[near]) == 2]
    solid, inner = shape.copy(), shape.copy()
    solid[near] = cores(shape[near])
    shrunk = shapely.buffer(shape[near], -_INSET_M, join_style="mitre")
    inner[near] = np.where(shapely.is_empty(shrunk), shape[near], shrunk)
    sampled = np.where(shapely.get_dimensions(inner) == 2, shapely.boundary(inner), inner)
    return Walls(shape, solid, shapely.segmentize(sampled, _SPACING_M))


def cell_borders(block: shapely.Polygon, body: Walls) -> Geometries:
    """Return lines between the bodies of a block, leading around their walls; they end at its border."""
    chain = _chains(block, body.sampled)
    chain = around(_straightened(chain, body.solid), body.shape, body.solid)
    shapely.prepare(block)
    within = shapely.contains_properly(block, chain)
    clipped = shapely.get_parts(shapely.intersection(chain[~within], block))
    lines = np.concatenate([chain[within], clipped[shapely.get_dimensions(clipped) == 1]])
    return np.asarray(shapely.segmentize(lines, LONGEST_SIDE_M), dtype=object)


def _chains(block: shapely.Polygon, sampled: Geometries) -> Geometries:
    """Return the ridges between points of different bodies, joined from fork to fork."""
    west, south, east, north = shapely.bounds(block).tolist()
    origin = np.round([west, south])
    far = 3 * max(east - west, north - south) + 50
    beyond = np.array([(-far, 0.0), (far, 0.0), (0.0, -far), (0.0, far)])
    place, owner = shapely.get_coordinates(sampled, return_index=True)
    place, once = np.unique(np.vstack([place - origin, beyond]).round(4), axis=0, return_index=True)
    owner = np.concatenate([owner, np.full(len(beyond), -1)])[once]
    ridge = _ridges(place, owner) + origin
    low, high = ridge.min(axis=1), ridge.max(axis=1)
    here = (high > (west, south)).all(axis=1) & (low < (east, north)).all(axis=1)
    here &= np.hypot(*(ridge[:, 1] - ridge[:, 0]).T) > 1e-6
    joined = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(ridge[here])))
    return np.asarray(shapely.get_parts(joined), dtype=object)


def _ridges(place: Floats, owner: Whole) -> Floats:
    """Return the straight borders (r, 2, 2) between places nearest to points of two owners; -1 owns nothing.

    They join the centres of circles around neighbouring Delaunay triangles, in half of `Voronoi`'s time.
    """
    from scipy.spatial import Delaunay  # noqa: PLC0415 - it takes a while

    found = Delaunay(place)
    triangle, side = np.nonzero(found.neighbors > np.arange(len(found.neighbors))[:, None])
    corner = found.simplices[triangle]
    one, other = (owner[np.take_along_axis(corner, (side[:, None] + k) % 3, axis=1)[:, 0]] for k in (1, 2))
    between = (one != other) & (one >= 0) & (other >= 0)
    triangle, side = triangle[between], side[between]
    centre = _centres(place[found.simplices])
    ridge = np.stack([centre[triangle], centre[found.neighbors[triangle, side]]], axis=1)
    known: Floats = ridge[np.isfinite(ridge).all(axis=(1, 2))]
    return known


def _centres(corner: Floats) -> Floats:
    """Return the centres of circles around triangles (t, 3, 2), so rounded that those of one circle agree."""
    one, other = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
    one_squared, other_squared = (one**2).sum(axis=1), (other**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):  # a triangle without area has no circle
        x = (other[:, 1] * one_squared - one[:, 1] * other_squared) / 2
        y = (one[:, 0] * other_squared - other[:, 0] * one_squared) / 2
        area = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
        centre: Floats = (corner[:, 0] + np.column_stack([x, y]) / area[:, None]).round(4)
    return centre


def _straightened(chain: Geometries, solid: Geometries) -> Geometries:
    """Return chains with fewer vertices, those that would then run into a wall as they were."""
    straight = shapely.get_parts(shapely.simplify(shapely.multilinestrings(chain), _STRAIGHTER_BY_M))
    hit = np.unique(shapely.STRtree(solid).query(straight, predicate="intersects")[0])
    straight[hit] = chain[hit]
    return np.asarray(straight, dtype=object)
