"""Pieces of ground joined again: where a body would be cut, where nobody lives, where a sliver is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from gis_grid.core.plan.bodies import components, cores, crowds, groups_of
from gis_grid.core.plan.frame import GRID_M
from gis_grid.core.plan.segments import sides

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]
    Whole = NDArray[np.int64]
    Pairs = tuple[Whole, Whole]

_SLIVER_M2: Final = 1.0
_SLIVER_M: Final = 0.1


class Dense(NamedTuple):
    """A block to be divided, and the rows of the bodies to divide it between."""

    face: shapely.Polygon
    body: Whole


def standing_on(piece: Geometries, point: Geometries) -> Whole:
    """Return the piece of each point, the first where several meet; -1 where there is none."""
    found = np.full(len(point), len(piece), dtype=np.int64)
    tree = shapely.STRtree(piece)
    np.minimum.at(found, *tree.query(point, predicate="intersects"))
    missed = np.flatnonzero(found == len(piece))
    if missed.size:
        row, near = tree.query(point[missed], predicate="dwithin", distance=GRID_M)
        np.minimum.at(found, missed[row], near)
        found[found == len(piece)] = -1
    return found


def standing_on_many(piece: Geometries, shape: Geometries) -> NDArray[np.bool_]:
    """Return which shapes stand on more than one piece, beyond their walls."""
    row = shapely.STRtree(piece).query(cores(shape), predicate="intersects")[0]
    return np.bincount(row, minlength=len(shape)) > 1


def spread_bodies(piece: Geometries, shape: Geometries, doubtful: Whole) -> tuple[Whole, Pairs]:
    """Return which of some bodies stand on several pieces, and ties between those pieces."""
    row, under = shapely.STRtree(piece).query(cores(shape[doubtful]), predicate="intersects")
    many = np.bincount(row, minlength=len(doubtful)) > 1
    row, under = row[many[row]], under[many[row]]
    first = np.full(len(doubtful), len(piece))
    np.minimum.at(first, row, under)
    return doubtful[many], (first[row], under)


def anchored(piece: Geometries, shape: Geometries) -> tuple[Geometries, Whole, Whole]:
    """Return a point inside each body, the piece that it is on, and the bodies that reach over its edge.

    The point of those is well within their walls: next to them a millimetre decides which piece it is on.
    """
    anchor = shapely.point_on_surface(shape)
    home = standing_on(piece, anchor)
    there = np.flatnonzero((home >= 0) & (shapely.get_dimensions(shape) == 2))
    shapely.prepare(piece)
    doubtful = there[~shapely.covers(piece[home[there]], shape[there])]
    core = cores(shape[doubtful])
    anchor[doubtful] = np.where(shapely.is_empty(core), anchor[doubtful], shapely.point_on_surface(core))
    home[doubtful] = standing_on(piece, anchor[doubtful])
    return anchor, home, doubtful


def nearest_body_ties(
    piece: Geometries, home: Whole, dense: list[Dense], shape: Geometries, crossed: Whole
) -> Pairs:
    """Tie pieces of dense blocks that no body stands on to the piece of the nearest body of the block."""
    empty = np.setdiff1d(np.arange(len(piece)), home)
    point = shapely.point_on_surface(piece[empty])
    apart = np.unique(shapely.STRtree(shape[crossed]).query(point, predicate="intersects")[0])
    empty, point = np.delete(empty, apart), np.delete(point, apart)
    face = np.array([each.face for each in dense], dtype=object)
    row, block = shapely.STRtree(face).query(point, predicate="intersects")
    row, block = row[np.argsort(block, kind="stable")], np.sort(block)
    first, second = [empty[:0]], [empty[:0]]
    for rows in groups_of(np.unique(block, return_inverse=True)[1]):
        body = dense[block[rows[0]]].body
        nearest = shapely.STRtree(shape[body]).query_nearest(point[row[rows]], all_matches=False)
        first.append(empty[row[rows[nearest[0]]]])
        second.append(home[body[nearest[1]]])
    of, to = np.concatenate(first), np.concatenate(second)
    return of[to >= 0], to[to >= 0]


def ties(pairs: list[Pairs]) -> Pairs:
    """Put ties together."""
    return np.concatenate([first for first, _ in pairs]), np.concatenate([second for _, second in pairs])


def joined(piece: Geometries, number: Whole) -> Geometries:
    """Join the pieces of each group; what does not touch stays apart."""
    crowd = crowds(number)
    united = [shapely.coverage_union_all(piece[rows]) for rows in crowd]
    alone = np.delete(piece, np.concatenate([number[:0], *crowd]))
    return np.concatenate([alone, shapely.get_parts(np.array(united, dtype=object))])


def without_slivers(atom: Geometries, anchor: Geometries) -> Geometries:
    """Join slivers where nothing stands to the neighbour that they share the longest border with."""
    while True:
        small = _slivers(atom, anchor)
        near = np.unique(shapely.STRtree(atom).query(atom[small], predicate="intersects")[1])
        pairs = _longest(atom[near], np.searchsorted(near, small))
        if not len(pairs[0]):
            return atom
        atom = joined(atom, components(len(atom), near[pairs[0]], near[pairs[1]]))


def is_sliver(area_m2: Floats, length_m: Floats) -> NDArray[np.bool_]:
    """Return which pieces are too small or too thin to be of use, given the length of their borders."""
    return (area_m2 < _SLIVER_M2) | (2 * area_m2 < _SLIVER_M * length_m)


def _slivers(atom: Geometries, anchor: Geometries) -> Whole:
    small = np.flatnonzero(is_sliver(shapely.area(atom), shapely.length(atom)))
    held = np.unique(shapely.STRtree(anchor).query(atom[small], predicate="intersects")[0])
    return np.delete(small, held)


def _longest(atom: Geometries, small: Whole) -> Pairs:
    """Return small atoms and for each the neighbour across its longest border; without one, nothing."""
    side = sides(atom)
    shared = side.second >= 0
    one, other, length = side.first[shared], side.second[shared], side.length_m[shared]
    one, other = np.concatenate([one, other]), np.concatenate([other, one])
    from_small = np.isin(one, small)
    one, other, length = one[from_small], other[from_small], np.tile(length, 2)[from_small]
    pair, number = np.unique(one * len(atom) + other, return_inverse=True)
    total = np.bincount(number, weights=length)
    one, other = pair // max(len(atom), 1), pair % max(len(atom), 1)
    order = np.lexsort((other, -total, one))
    first = np.unique(one[order], return_index=True)[1]
    return one[order][first], other[order][first]
