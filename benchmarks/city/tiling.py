"""A city divided into grids without gap or overlap: Voronoi cells whose shared borders are broken lines.

A border between two cells is drawn once and used by both, so that the tiling is exact to the last digit. Some
grids have an enclave: a hole that is a second part of a neighbour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from city.plane import Floats, to_lonlat, to_metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LLOYD_ROUNDS: Final = 2
_TRIES: Final = 5
_MOST_PIECES: Final = 120


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a city is wanted.

    Attributes
    ----------
    grids : int
    half_m : float
        Half the side of the square it fills; a quarter of the grids crowd in its middle.
    enclave_share : float
        Share of the grids that get a hole belonging to a neighbour, where there is room.
    spacing_m : (float, float)
        Range of the distance between a border's vertices.
    seed : int
    """

    grids: int = 14_000
    half_m: float = 30_000.0
    enclave_share: float = 0.03
    spacing_m: tuple[float, float] = (6.0, 40.0)
    seed: int = 1


def draw(plan: Plan) -> list[shapely.Polygon | shapely.MultiPolygon]:
    """Return the grids of a city as valid areas in lon/lat."""
    random = np.random.default_rng(plan.seed)
    sites = _sites(plan, random)
    net = _Net.of(_cells(sites, plan))
    borders = _Borders(net, sites, plan, random)
    rings = [borders.ring(cell) for cell in range(plan.grids)]
    for _ in range(_TRIES):
        crossed = np.flatnonzero(~shapely.is_valid([shapely.Polygon(ring) for ring in rings]))
        if not len(crossed):
            return _with_enclaves(rings, sites, net, plan, random)
        for cell in borders.straighten(crossed):
            rings[cell] = borders.ring(cell)
    raise AssertionError(f"{len(crossed)} outlines still cross themselves")


def _sites(plan: Plan, random: np.random.Generator) -> Floats:
    """Scatter the cells' middles, denser in the city's middle, and even them out a little."""
    crowd = plan.grids // 4
    wide = random.uniform(-plan.half_m, plan.half_m, (plan.grids - crowd, 2))
    dense = random.normal(0, plan.half_m / 3, (crowd, 2)).clip(-0.98 * plan.half_m, 0.98 * plan.half_m)
    sites = np.concatenate((wide, dense))
    for _ in range(_LLOYD_ROUNDS):
        corners, cell = shapely.get_coordinates(_cells(sites, plan), return_index=True)
        count = np.bincount(cell)[:, None]
        middle = np.stack([np.bincount(cell, weights=c) for c in corners.T], axis=1) / count
        sites = 0.4 * sites + 0.6 * middle
    return sites


def _cells(sites: Floats, plan: Plan) -> NDArray[np.object_]:
    """Voronoi cells that end at the square's sides, because every site near a side has a mirror image."""
    side, margin = plan.half_m, 8 * plan.half_m / np.sqrt(plan.grids)
    images = [sites]
    for axis in range(2):
        for end in (-side, side):
            near = sites[np.abs(sites[:, axis] - end) < margin].copy()
            near[:, axis] = 2 * end - near[:, axis]
            images.append(near)
    drawn = shapely.voronoi_polygons(shapely.MultiPoint(np.concatenate(images)), ordered=True)
    return np.asarray(shapely.orient_polygons(shapely.get_parts(drawn)[: len(sites)]))


@dataclass(frozen=True, slots=True)
class _Net:
    """Cells as loops of shared edges.

    `corners` are points in metres; `edges` are (first, second) corners, `sides` the cells left and right (-1
    at the city's side). `loops` has for each cell its edges in order, and whether each is walked forward.
    """

    corners: Floats
    edges: NDArray[np.intp]
    sides: NDArray[np.intp]
    loops: list[tuple[NDArray[np.intp], NDArray[np.bool_]]]

    @classmethod
    def of(cls, cells: NDArray[np.object_]) -> _Net:
        points, cell = shapely.get_coordinates(cells, return_index=True)
        corners, corner = np.unique(points, axis=0, return_inverse=True)
        step = cell[1:] == cell[:-1]
        first, second, cell = corner.ravel()[:-1][step], corner.ravel()[1:][step], cell[:-1][step]
        forward = first < second
        ends = np.where(forward[:, None], np.stack((first, second), 1), np.stack((second, first), 1))
        edges, edge = np.unique(ends, axis=0, return_inverse=True)
        edge = edge.ravel()
        sides = np.full((len(edges), 2), -1, np.intp)
        sides[edge, np.where(forward, 0, 1)] = cell
        cut = np.flatnonzero(np.diff(cell)) + 1
        loops = list(zip(np.split(edge, cut), np.split(forward, cut), strict=True))
        return cls(corners, edges, sides, loops)

    def neighbours(self, cell: int) -> NDArray[np.intp]:
        sides = self.sides[self.loops[cell][0]].ravel()
        return np.asarray(sides[(sides >= 0) & (sides != cell)])


class _Borders:
    """The broken lines along the edges of a net, in lon/lat."""

    def __init__(self, net: _Net, sites: Floats, plan: Plan, random: np.random.Generator) -> None:
        self._net, self._sites = net, sites
        low, high = np.log(plan.spacing_m)
        count = len(net.edges)
        spacing = np.exp(random.uniform(low, high, count))
        bend = random.uniform(0.15, 0.45, count)
        length = np.hypot(*np.diff(net.corners[net.edges], axis=1)[:, 0].T)
        pieces = (length / spacing).astype(np.intp).clip(1, _MOST_PIECES)
        self._along = [_knots(n, random) for n in pieces]
        self._aside = [bend[i] * _ragged(len(t) - 1, random) for i, t in enumerate(self._along)]
        self._lines = [self._draw(edge) for edge in range(count)]

    def ring(self, cell: int) -> Floats:
        """Return the closed outline of a cell."""
        edges, forward = self._net.loops[cell]
        lines = [
            self._lines[e] if ahead else self._lines[e][::-1] for e, ahead in zip(edges, forward, strict=True)
        ]
        points = np.concatenate([line[:-1] for line in lines])
        moved = (points != np.roll(points, 1, axis=0)).any(axis=1)
        points = points[moved]
        return np.concatenate((points, points[:1]))

    def straighten(self, cells: NDArray[np.intp]) -> NDArray[np.intp]:
        """Take the bends out of the borders of some cells; return all cells that this touches."""
        edges = np.unique(np.concatenate([self._net.loops[cell][0] for cell in cells]))
        for edge in edges:
            self._aside[edge][:] = 0.0
            self._lines[edge] = self._draw(edge)
        touched = np.unique(self._net.sides[edges])
        return touched[touched >= 0]

    def _draw(self, edge: int) -> Floats:
        """Push the knots of an edge towards the middle of the one cell or the other.

        What stays within the two triangles from the edge to both middles crosses no other border.
        """
        (a, b), t = self._net.corners[self._net.edges[edge]], self._along[edge][:, None]
        line = a + t * (b - a)
        left, right = self._net.sides[edge]
        if left >= 0 and right >= 0:
            aside = self._aside[edge][:, None]
            target = np.where(aside >= 0, self._sites[left], self._sites[right])
            line = line + np.abs(aside) * np.minimum(1, 4 * np.minimum(t, 1 - t)) * (target - line)
        return to_lonlat(line)


def _knots(pieces: int, random: np.random.Generator) -> Floats:
    """Return uneven places between 0 and 1, both included."""
    t = np.linspace(0, 1, pieces + 1)
    if pieces > 2:
        t[1:-1] += random.uniform(-0.3, 0.3, pieces - 1) / pieces
    return t


def _ragged(pieces: int, random: np.random.Generator) -> Floats:
    """Fractal noise between -1 and 1 at the knots, 0 at both ends."""
    t, height, noise = np.linspace(0, 1, pieces + 1), 1.0, np.zeros(pieces + 1)
    waves = 1
    while waves < pieces and pieces > 2:
        knots = np.concatenate(([0.0], random.uniform(-1, 1, waves), [0.0]))
        noise += height * np.interp(t, np.linspace(0, 1, waves + 2), knots)
        waves, height = 2 * waves, 0.6 * height
    return np.clip(noise / 2.5, -1, 1)


def _with_enclaves(
    rings: list[Floats], sites: Floats, net: _Net, plan: Plan, random: np.random.Generator
) -> list[shapely.Polygon | shapely.MultiPolygon]:
    """Give some cells a hole, and the hole to a neighbour."""
    holes: dict[int, Floats] = {}
    parts: dict[int, list[Floats]] = {}
    for cell in random.choice(plan.grids, round(plan.grids * plan.enclave_share), replace=False).tolist():
        hole = _hole(rings[cell], sites[cell], random)
        if hole is not None:
            holes[cell] = hole
            parts.setdefault(int(random.choice(net.neighbours(cell))), []).append(hole)
    areas: list[shapely.Polygon | shapely.MultiPolygon] = []
    for cell, ring in enumerate(rings):
        main = shapely.Polygon(ring, [holes[cell][::-1]] if cell in holes else None)
        more = [shapely.Polygon(part) for part in parts.get(cell, [])]
        areas.append(shapely.MultiPolygon([main, *more]) if more else main)
    return areas


def _hole(ring: Floats, site: Floats, random: np.random.Generator) -> Floats | None:
    """Draw a blob around a site well within its cell; ``None`` where there is no room."""
    outline, middle = shapely.Polygon(to_metres(ring)), shapely.Point(site)
    room_m = middle.distance(outline.exterior)
    if room_m < 40 or not outline.contains(middle):
        return None
    count = int(random.integers(12, 30))
    turn = 2 * np.pi * (np.arange(count) + random.uniform(0, 0.9, count)) / count
    radius_m = room_m * random.uniform(0.3, 0.7, count)
    blob = to_lonlat(site + radius_m[:, None] * np.stack((np.cos(turn), np.sin(turn)), axis=1))
    return np.concatenate((blob, blob[:1]))
