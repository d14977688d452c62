"""Lines drawn over a coverage, cut where they meet it and each other, every vertex on a whole millimetre."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gis_grid.core.kernel import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]
    Whole = NDArray[np.int64]


def snapped(line: Geometries, side_m: Floats) -> tuple[Whole, Whole]:
    """Node lines with sides of a coverage; only what a line comes near to is looked at (snap rounding).

    Parameters
    ----------
    side_m : (s, 2, 2)
        Ends of each side, metres.

    Returns
    -------
    part : (k, 4)
        Straight pieces between vertices, x and y of both ends in millimetres.
    of : (k,)
        The side that each is a piece of; s and more for lines.
    """
    xy, path = shapely.get_coordinates(shapely.get_parts(line), return_index=True)
    joined = path[1:] == path[:-1]
    drawn = np.rint(1000 * np.hstack([xy[:-1][joined], xy[1:][joined]])).astype(np.int64)
    coverage = np.rint(1000 * side_m).astype(np.int64).reshape(-1, 4)
    west = np.minimum(coverage[:, 0], coverage[:, 2])
    eastward = np.argsort(west, kind="stable")
    node = _nodes(coverage[eastward], west[eastward], drawn)
    place = np.concatenate([node, coverage.reshape(-1, 2)])
    return _pieces(
        np.concatenate([coverage, drawn]),
        len(coverage),
        node[np.argsort(node[:, 0], kind="stable")],
        place[np.argsort(place[:, 0], kind="stable")],
    )


@kernel
def _nodes(side: Whole, west: Whole, line: Whole) -> Whole:
    """Return the ends of lines (2 l, 2), and all places where they cross a side or each other.

    Sides are ordered by their `west` ends.
    """
    node = np.empty((4 * len(line) + 64, 2), np.int64)
    for row in range(len(line)):
        node[2 * row], node[2 * row + 1] = line[row, :2], line[row, 2:]
    count = 2 * len(line)
    widest = np.abs(side[:, 2] - side[:, 0]).max()
    for row in range(len(line)):
        ax, ay, bx, by = line[row]
        first = np.searchsorted(west, min(ax, bx) - widest)
        last = np.searchsorted(west, max(ax, bx), side="right")
        for number in range(row + 1 - len(line), last):
            if 0 <= number < first:
                continue
            path, at = (line, number + len(line)) if number < 0 else (side, number)
            cx, cy, dx, dy = path[at, 0], path[at, 1], path[at, 2], path[at, 3]
            if (
                max(cx, dx) < min(ax, bx)
                or min(cx, dx) > max(ax, bx)
                or max(cy, dy) < min(ay, by)
                or min(cy, dy) > max(ay, by)
            ):
                continue
            across = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
            if across == 0:
                continue
            along = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / across
            other = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / across
            if 0 <= along <= 1 and 0 <= other <= 1:
                if count == len(node):
                    node = np.concatenate((node, np.empty_like(node)))
                node[count, 0] = ax + round(along * (bx - ax))
                node[count, 1] = ay + round(along * (by - ay))
                count += 1
    return node[:count]


@kernel
def _pieces(  # noqa: C901 - one loop in another
    path: Whole, sides: int, node: Whole, corner: Whole
) -> tuple[Whole, Whole]:
    """Cut straight paths at all places on their way, from west to east: sides at nodes, lines at corners."""
    part, of = np.empty((2 * len(path) + 64, 4), np.int64), np.empty(2 * len(path) + 64, np.int64)
    at, share = np.empty(64, np.int64), np.empty(64)
    count = 0
    for row in range(len(path)):
        ax, ay, bx, by = path[row]
        west, east, south, north = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
        square = float((bx - ax) ** 2 + (by - ay) ** 2)
        met, place = 0, node if row < sides else corner
        first = np.searchsorted(place[:, 0], west - 1)
        for number in range(first, len(place)):
            x, y = place[number, 0], place[number, 1]
            if x > east + 1:
                break
            if y < south - 1 or y > north + 1:
                continue
            off = float((bx - ax) * (y - ay) - (by - ay) * (x - ax))
            along = float((x - ax) * (bx - ax) + (y - ay) * (by - ay))
            # Within the circle around a millimetre: half of its diagonal.
            if 0 < along < square and off * off <= 0.5 * square:
                if met == len(at):
                    at, share = np.concatenate((at, at)), np.concatenate((share, share))
                rank = met
                while rank > 0 and share[rank - 1] > along:
                    at[rank], share[rank] = at[rank - 1], share[rank - 1]
                    rank -= 1
                at[rank], share[rank] = number, along
                met += 1
        for rank in range(met + 1):
            x, y = place[at[rank]] if rank < met else path[row, 2:]
            if x != ax or y != ay:
                if count == len(part):
                    part = np.concatenate((part, np.empty_like(part)))
                    of = np.concatenate((of, np.empty_like(of)))
                part[count, 0], part[count, 1], part[count, 2], part[count, 3] = ax, ay, x, y
                of[count] = row
                count += 1
            ax, ay = x, y
    return part[:count], of[:count]
