"""Bodies: footprints that no border may part, mended, on whole millimetres, overlapping ones fused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.core.errors import BadGround
from gis_grid.core.plan.frame import GRID_M, on_millimetres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]
    Whole = NDArray[np.int64]

WALL_M: Final = 0.02
"""How far a border may stray into a footprint: neighbours' walls overlap by that much in every survey."""


@dataclass(frozen=True, slots=True, eq=False)
class Bodies:
    """What stands in a community, a row a body (b,).

    Parameters
    ----------
    shape
        Polygons, multipolygons or points, cut at the outline; empty where a body stands outside.
    of : (m,)
        The body of each building.
    inside : (m,)
        A point inside each footprint, which says where its households live.
    mended
        Rows of buildings whose footprint was no valid polygon and is one now.
    flat
        Rows of buildings whose footprint has no area: points stand for them.
    """

    shape: Geometries
    of: Whole
    inside: Geometries
    mended: Whole
    flat: Whole

    def __len__(self) -> int:
        return len(self.shape)

    @property
    def overlapping(self) -> Whole:
        """Rows of buildings that share a body with others, because they overlap."""
        return np.flatnonzero(np.bincount(self.of, minlength=len(self))[self.of] > 1)


def bodies(footprint: Geometries, outline: shapely.Geometry) -> Bodies:
    """Mend footprints and fuse those that overlap.

    Raises
    ------
    BadGround
        A footprint is missing, empty or not finite; `where` is its row.
    """
    _refuse_unusable(footprint)
    shape, mended, flat = _mended(footprint)
    inside = shapely.point_on_surface(shape)
    of = components(len(shape), *_overlapping(shape))
    fused = shape[np.unique(of, return_index=True)[1]]
    for rows in crowds(of):
        fused[of[rows[0]]] = shapely.union_all(shape[rows], grid_size=GRID_M)
    return Bodies(_within(outline, fused), of, inside, mended, flat)


def cores(shape: Geometries) -> Geometries:
    """Return what no border may enter: areas without their walls, points as they are."""
    inner = shapely.buffer(shape, -WALL_M, quad_segs=1)
    return np.where(shapely.get_dimensions(shape) == 2, inner, shape)


def components(count: int, first: Whole, second: Whole) -> Whole:
    """Give each row the number of the group that pairs tie it into, counted in order of first rows."""
    from scipy.sparse import coo_array  # noqa: PLC0415 - it takes a while
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    ties = coo_array((np.ones(len(first), dtype=bool), (first, second)), shape=(count, count))
    found = connected_components(ties, directed=False)[1]
    _, start, number = np.unique(found, return_index=True, return_inverse=True)
    rank = np.empty(len(start), dtype=np.int64)
    rank[np.argsort(start)] = np.arange(len(start))
    named: Whole = rank[number]
    return named


def groups_of(number: Whole) -> list[Whole]:
    """Return the rows of each group 0, 1, 2..., rising."""
    order = np.argsort(number, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(number[order])) + 1) if len(number) else []


def crowds(number: Whole) -> list[Whole]:
    """Return the rows of each group of more than one."""
    many = np.flatnonzero(np.bincount(number)[number] > 1) if len(number) else number
    return [many[group] for group in groups_of(np.unique(number[many], return_inverse=True)[1])]


def around(line: Geometries, shape: Geometries, solid: Geometries | None = None) -> Geometries:
    """Lead lines that run into bodies along their walls instead.

    Parameters
    ----------
    solid
        What of each shape no line may enter; all of it when left out.
    """
    hit, by = shapely.STRtree(shape if solid is None else solid).query(line, predicate="intersects")
    if not len(hit):
        return line
    rows, number = np.unique(hit, return_inverse=True)
    outside = [
        shapely.difference(line[row], shapely.union_all(shape[by[pairs]]))
        for row, pairs in zip(rows.tolist(), groups_of(number), strict=True)
    ]
    rest = shapely.get_parts(np.array(outside, dtype=object))
    along = shapely.get_parts(shapely.boundary(shape[np.unique(by)]))
    parts = np.concatenate([np.delete(line, rows), rest, along])
    led: Geometries = parts[(shapely.get_dimensions(parts) == 1) & ~shapely.is_empty(parts)]
    return led


def _refuse_unusable(footprint: Geometries) -> None:
    """Refuse what no place can be told of."""
    for row in np.flatnonzero(shapely.is_missing(footprint) | shapely.is_empty(footprint))[:1].tolist():
        raise BadGround(f"building in row {row} has no footprint", where=row, field="footprint")
    coordinates, row_of = shapely.get_coordinates(footprint, return_index=True)
    for row in row_of[~np.isfinite(coordinates).all(axis=1)][:1].tolist():
        raise BadGround(
            f"footprint in row {row} has a coordinate that is no number", where=row, field="footprint"
        )


def _mended(footprint: Geometries) -> tuple[Geometries, Whole, Whole]:
    """Return footprints as valid areas or points on whole millimetres, and the rows mended and flat."""
    plain = shapely.force_2d(footprint)
    pointed = shapely.get_type_id(plain) == shapely.GeometryType.POINT
    broken = ~shapely.is_valid(plain)
    shape = plain.copy()
    shape[broken] = shapely.make_valid(plain[broken], method="structure", keep_collapsed=False)
    shape = _areas(on_millimetres(shape))
    flat = np.flatnonzero((shapely.get_dimensions(shape) < 2) & ~pointed | shapely.is_empty(shape))
    for row in flat.tolist():
        middle = shapely.get_coordinates(plain[row]).mean(axis=0)
        shape[row] = shapely.Point(middle.round(3))
    return shape, np.setdiff1d(np.flatnonzero(broken), flat), flat


def _areas(shape: Geometries) -> Geometries:
    """Keep the areas of what an overlay left; points stay."""
    mixed = np.flatnonzero(shapely.get_type_id(shape) == shapely.GeometryType.GEOMETRYCOLLECTION)
    shape = shape.copy()
    for row in mixed.tolist():
        parts = shapely.get_parts(shape[row])
        shape[row] = shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])
    return shape


def _within(outline: shapely.Geometry, shape: Geometries) -> Geometries:
    """Cut shapes at the outline; one that only touches it is outside."""
    over = np.flatnonzero(~shapely.covered_by(shape, outline))
    cut = _areas(shapely.intersection(shape[over], outline, grid_size=GRID_M))
    cut[shapely.get_dimensions(cut) != shapely.get_dimensions(shape[over])] = shapely.MultiPolygon()
    shape = shape.copy()
    shape[over] = cut
    return shape


def _overlapping(shape: Geometries) -> tuple[Whole, Whole]:
    """Return pairs of footprints that overlap by more than a wall: a border between them would cut one."""
    first, second = shapely.STRtree(shape).query(shape, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    touching = shapely.touches(shape[first], shape[second])
    first, second = first[~touching], second[~touching]
    deep = _cores_meet(shape, first, second) | _cores_meet(shape, second, first)
    return first[deep], second[deep]


def _cores_meet(shape: Geometries, first: Whole, second: Whole) -> NDArray[np.bool_]:
    """Return whether the first of each pair, without its walls, meets the second."""
    meet: NDArray[np.bool_] = shapely.intersects(cores(shape[first]), shape[second])
    return meet
