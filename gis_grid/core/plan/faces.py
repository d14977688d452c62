"""What lines enclose of atoms, and which of it goes together: one side of a line, a building, a sliver."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from gis_grid.core.plan.joins import is_sliver, standing_on
from gis_grid.core.plan.segments import sides
from gis_grid.core.plan.sides import holding
from gis_grid.core.plan.together import together

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]
    Whole = NDArray[np.int64]


class Faces(NamedTuple):
    """Polygons (f,), the row of the atom that each is part of, and the side of the line it goes to."""

    polygon: Geometries
    parent: Whole
    side: Whole

    def of(self, rows: Whole | Flags) -> Faces:
        """Return some of them."""
        return Faces(self.polygon[rows], self.parent[rows], self.side[rows])


def faces_of(net: Geometries, atom: Geometries, row: Whole, pieces: Geometries) -> Faces:
    """Return what noded lines enclose of atoms, each face with the first piece that it lies in.

    Parameters
    ----------
    atom, row
        The atoms and their rows.
    """
    face = shapely.get_parts(shapely.polygonize(net))
    middle = shapely.point_on_surface(face)
    parent = standing_on(atom, middle)
    side = holding(pieces, middle).argmax(axis=1)
    return Faces(face, row[parent], side).of(parent >= 0)


def joined(faces: Faces, cut: Flags, core: Geometries) -> Faces:
    """Join faces of one atom on one side that hang together.

    All that lies under one body goes to the side that holds most of it, or the atom stays whole; slivers
    where nothing stands go with what they share the longest border with.

    Parameters
    ----------
    cut : (f,)
        Which faces are of an atom that may be cut.
    core
        Of the bodies near the line, what no border may enter.
    """
    count, parent = len(faces.parent), faces.parent
    area, rim = shapely.area(faces.polygon), shapely.length(faces.polygon)
    body, under = shapely.STRtree(faces.polygon).query(core, predicate="intersects")
    order = np.lexsort((parent[under], body))
    body, under = body[order], under[order]
    tied = (body[1:] == body[:-1]) & (parent[under[1:]] == parent[under[:-1]])
    mine, same = under[1:][tied], under[:-1][tied]
    side = _most(together(count, mine, same), np.where(cut, faces.side, 0), area)
    edge = sides(faces.polygon)
    kin = (edge.second >= 0) & (parent[edge.first] == parent[edge.second])
    one, other, length = edge.first[kin], edge.second[kin], edge.length_m[kin]
    alike = side[one] == side[other]
    group = together(count, one[alike], other[alike])
    torn = parent[mine[group[mine] != group[same]]]
    if torn.size:
        alike |= np.isin(parent, torn)[one]
    while True:
        group = together(count, one[alike], other[alike])
        inner = _sums(group[one[alike]], length[alike], count)
        small = is_sliver(_sums(group, area, count), _sums(group, rim, count) - 2 * inner)
        small[group[under]] = False
        across = _longest(group[one], group[other], length, small)
        if not across.any():
            break
        alike |= across
    return _united(Faces(faces.polygon, parent, _most(group, side, area)), group)


def _sums(group: Whole, amount: Floats, count: int) -> Floats:
    return np.bincount(group, weights=amount, minlength=count).astype(np.float64)


def _most(group: Whole, side: Whole, area: Floats) -> Whole:
    """Return for each face the side that holds most of its group."""
    held = np.zeros((len(group), int(side.max(initial=0)) + 1))
    np.add.at(held, (group, side), area)
    most: Whole = held.argmax(axis=1)[group]
    return most


def _longest(one: Whole, other: Whole, length: Floats, small: Flags) -> Flags:
    """Return which borders are those of a small group with the neighbour of its longest border."""
    chosen = np.zeros(len(one), np.bool_)
    for group in np.unique(np.concatenate([one[small[one]], other[small[other]]])).tolist():
        met = ((one == group) | (other == group)) & (one != other)
        beside = np.where(one == group, other, one)
        if met.any():
            chosen |= met & (beside == np.bincount(beside[met], weights=length[met]).argmax())
    return chosen


def _united(faces: Faces, group: Whole) -> Faces:
    """Make each group one polygon."""
    order, held = np.argsort(group, kind="stable"), np.bincount(group)
    start = np.cumsum(held) - held
    found = faces.of(order[start])
    many = held > 1
    # A row a group, filled up with nothing: all are united in one call.
    mine = np.arange(held.max(initial=0)) < held[many][:, None]
    each = np.full(mine.shape, None, dtype=object)
    each[mine] = faces.polygon[order[many[group[order]]]]
    polygon = found.polygon
    polygon[many] = shapely.coverage_union_all(each, axis=1)
    return found._replace(polygon=shapely.normalize(polygon))
