"""Tilings and walks on a small lattice, where nearly everything coincides, and the answer in fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import shapely
from hypothesis import strategies as st

# Lattice points are doubles without rounding: in the city, around the origin of the globe, south and west.
ORIGINS = ((116.25, 39.875), (0.0, 0.0), (-0.0009765625, -0.0009765625), (-70.5, -33.5))
SPACINGS = (2.0**-13, 2.0**-17, 2.0**-9)
SIZE = 9

Place = tuple[float, float]


@st.composite
def tilings(draw, most_points=12, most_areas=4):
    """Areas that tile a square of the lattice, of many parts, with holes, enclaves and touching corners."""
    (lon, lat), spacing = draw(st.sampled_from(ORIGINS)), draw(st.sampled_from(SPACINGS))
    cell = st.tuples(st.integers(0, SIZE), st.integers(0, SIZE))
    inner = draw(st.lists(cell, max_size=most_points))
    frame = [(-1, -1), (-1, SIZE + 1), (SIZE + 1, -1), (SIZE + 1, SIZE + 1)]
    points = shapely.multipoints([(lon + spacing * x, lat + spacing * y) for x, y in {*inner, *frame}])
    triangles = shapely.get_parts(shapely.delaunay_triangles(points))
    labels = np.array(
        draw(st.lists(st.integers(0, most_areas - 1), min_size=len(triangles), max_size=len(triangles)))
    )
    areas = [shapely.union_all(triangles[labels == label]) for label in np.unique(labels)]
    return areas, (lon, lat, spacing)


@st.composite
def places(draw, grid, count):
    """Places within the tiling's square: lattice points, points halfway between, and any."""
    lon, lat, spacing = grid
    step = st.one_of(
        st.integers(0, SIZE),
        st.integers(0, 2 * SIZE).map(lambda n: n / 2),
        st.floats(0, SIZE, allow_subnormal=False).map(lambda v: round(v, 6)),
    )
    found = draw(st.lists(st.tuples(step, step), min_size=count, max_size=count))
    return np.array([(lon + spacing * x, lat + spacing * y) for x, y in found]).reshape(-1, 2)


def part_inside(a: Place, b: Place, area) -> float:
    """Part of a walk from a to b inside an area: exact, in fractions, shifted by the hair of the rule."""
    hair = Fraction(1, 2**300)
    ax, ay, bx, by = (Fraction(float(v)) for v in (*a, *b))
    ax, bx, ay, by = ax - hair, bx - hair, ay + hair**2, by + hair**2
    edges = [
        tuple(Fraction(float(v)) for v in (*p, *q))
        for part in shapely.get_parts(area)
        for ring in shapely.get_rings(part)
        for p, q in pairwise(shapely.get_coordinates(ring))
    ]
    cuts = sorted({Fraction(0), Fraction(1), *(_cut(ax, ay, bx, by, edge) for edge in edges)} - {None})
    total = Fraction(0)
    for start, end in pairwise(cuts):
        middle = (start + end) / 2
        if _is_inside(ax + middle * (bx - ax), ay + middle * (by - ay), edges):
            total += end - start
    return float(total)


def _cut(ax, ay, bx, by, edge):
    """Where along the walk it meets an edge."""
    x0, y0, x1, y1 = edge
    across = (bx - ax) * (y1 - y0) - (by - ay) * (x1 - x0)
    if across == 0:
        return None
    along = ((x0 - ax) * (y1 - y0) - (y0 - ay) * (x1 - x0)) / across
    beside = ((x0 - ax) * (by - ay) - (y0 - ay) * (bx - ax)) / across
    return along if 0 < along < 1 and 0 <= beside <= 1 else None


def _is_inside(px, py, edges):
    """Whether an odd number of edges is east of a point that is on none."""
    odd = False
    for x0, y0, x1, y1 in edges:
        if (y0 <= py < y1 or y1 <= py < y0) and x0 + (py - y0) * (x1 - x0) / (y1 - y0) > px:
            odd = not odd
    return odd
