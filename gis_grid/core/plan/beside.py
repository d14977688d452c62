"""Lines that run beside better ones, brought onto them: else slivers as long as they are lie in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]
    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

BESIDE_M: Final = 0.15
"""Drawings of one line are this near: a side straight in degrees bends by 2 cm over 1 km, 8 cm over 2 km."""


class _Steps(NamedTuple):
    """Straight steps of lines.

    Attributes
    ----------
    vertex, line_of : (v, 2), (v,)
        All vertices, and the line of each.
    first : (s,)
        The vertex that each step begins at; it ends at the next.
    """

    vertex: Floats
    line_of: Whole
    first: Whole

    @property
    def start(self) -> Floats:
        """Where each begins (s, 2)."""
        return self.vertex[self.first]

    @property
    def end(self) -> Floats:
        """Where each ends (s, 2)."""
        return self.vertex[self.first + 1]

    def tree(self) -> shapely.STRtree:
        """Return a tree of them."""
        drawn = shapely.linestrings(np.stack([self.start, self.end], axis=1))
        return shapely.STRtree(np.asarray(drawn, dtype=object))


def brought_onto(edge: Geometries, line: Geometries, rank: NDArray[np.integer]) -> Geometries:
    """Return lines, the best first, with what runs beside an edge, or beside a better line, on that.

    Parameters
    ----------
    edge, line
        Linestrings. Edges stay as they are, and are better than any line.
    rank : (k,)
        The lower, the better; of two lines of one rank the first is.

    Notes
    -----
    Vertices near a better line move onto it, to whole millimetres, and the vertices of a better line become
    vertices of steps near them. So both pass through the same places, and what they enclose is nothing.
    """
    order = np.argsort(rank, kind="stable")
    every = np.concatenate([edge, line[order]])
    better, worse = _beside(_steps(every), len(edge))
    turn = _turns(better, worse, len(every))
    for each in range(1, int(turn.max(initial=0)) + 1):
        mine = turn[worse] == each
        rows, known = np.unique(worse[mine]), _steps(every[np.unique(better[mine])])
        every[rows] = _with_vertices(_moved(_steps(every[rows]), known), known)
    brought = every[len(edge) :]
    kept: Geometries = brought[shapely.length(brought) > 0]
    return kept


def _steps(line: Geometries) -> _Steps:
    vertex, line_of = shapely.get_coordinates(line, return_index=True)
    return _Steps(vertex, line_of, np.flatnonzero(line_of[:-1] == line_of[1:]))


def _beside(steps: _Steps, edges: int) -> tuple[Whole, Whole]:
    """Return pairs of lines of which a vertex of one lies beside the other, but not at a vertex of it."""
    vertex, step = steps.tree().query(shapely.points(steps.vertex), predicate="dwithin", distance=BESIDE_M)
    place = steps.vertex[vertex]
    apart = (place != steps.start[step]).any(axis=1) & (place != steps.end[step]).any(axis=1)
    one, other = steps.line_of[vertex[apart]], steps.line_of[steps.first[step[apart]]]
    pair = np.unique(np.sort(np.column_stack([one, other]), axis=1), axis=0)
    better, worse = pair[(pair[:, 0] < pair[:, 1]) & (pair[:, 1] >= edges)].T
    return better, worse


def _turns(better: Whole, worse: Whole, lines: int) -> Whole:
    """Return when each line is brought onto its better ones: after those; 0 where there are none."""
    turn = [0] * lines
    for one, other in sorted(zip(better.tolist(), worse.tolist(), strict=True), key=lambda pair: pair[1]):
        turn[other] = max(turn[other], turn[one] + 1)
    return np.array(turn, dtype=np.int64)


def _moved(steps: _Steps, known: _Steps) -> _Steps:
    """Move vertices onto the known line that they are near to."""
    place, onto = known.tree().query_nearest(
        shapely.points(steps.vertex), max_distance=BESIDE_M, all_matches=False
    )
    start, end = known.start[onto], known.end[onto]
    share = np.clip(_share(steps.vertex[place], start, end), 0.0, 1.0)[:, None]
    vertex = steps.vertex.copy()
    vertex[place] = (start + share * (end - start)).round(3)
    return steps._replace(vertex=vertex)


def _with_vertices(steps: _Steps, known: _Steps) -> Geometries:
    """Return lines with the vertices of known lines near them."""
    vertex = np.unique(known.vertex, axis=0)
    near, step = steps.tree().query(shapely.points(vertex), predicate="dwithin", distance=BESIDE_M)
    share = _share(vertex[near], steps.start[step], steps.end[step])
    within = (share > 0) & (share < 1)
    near, step, share = near[within], step[within], share[within]
    order = np.lexsort((share, step))
    place = steps.first[step[order]] + 1
    together = np.insert(steps.vertex, place, vertex[near[order]], axis=0)
    line_of = np.insert(steps.line_of, place, steps.line_of[place - 1])
    return np.asarray(shapely.linestrings(together, indices=line_of), dtype=object)


def _share(point: Floats, start: Floats, end: Floats) -> Floats:
    """Return how far along a step, from 0 to 1, each point is; 0 for steps without length."""
    way = end - start
    squared = (way**2).sum(axis=1)
    along: Floats = ((point - start) * way).sum(axis=1) / np.where(squared > 0, squared, 1.0)
    return along
