"""Grids that cannot be within limits, with the cause and the arithmetic; and those that cross a barrier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.core.plan.arithmetic import Neighbour, Verdict, arithmetic, of_body
from gis_grid.core.plan.costs import LOAD
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.graph import pieces
from gis_grid.core.plan.proposal import Cause, Crossing, ExceptionGrid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.atoms import Atoms, Borders
    from gis_grid.core.plan.limits import Limits
    from gis_grid.core.plan.regions import Regions

    Flags = NDArray[np.bool_]
    Whole = NDArray[np.int64]

_CAUSE: Final = {
    Verdict.EMPTY: Cause.EMPTY,
    Verdict.FEW: Cause.FEW,
    Verdict.BETWEEN: Cause.BETWEEN,
    Verdict.POSSIBLE: Cause.NOT_FOUND,
}


def exceptions_of(
    atoms: Atoms,
    borders: Borders,
    label: Whole,
    limits: Limits,
    *,
    regions: Regions,
    on_nodes: Whole,
    impossible: Flags,
) -> tuple[ExceptionGrid, ...]:
    """Return the grids out of limits, by rising label.

    Parameters
    ----------
    label : (n,)
        Of atoms.
    on_nodes
        Of the nodes of `regions`.
    impossible
        Nodes of ground that is proved to have no division.
    """
    grids = int(on_nodes.max(initial=-1)) + 1
    load = np.bincount(on_nodes, weights=regions.graph.own[:, LOAD], minlength=grids).astype(np.int64)
    region = np.zeros(grids, dtype=np.int64)
    region[on_nodes] = regions.region
    proved = set(on_nodes[impossible].tolist())
    told = []
    for grid in np.flatnonzero((load < limits.least) | (load > limits.most)).tolist():
        total = int(load[grid])
        around = [Neighbour(other, int(load[other])) for other in nearest(atoms, borders, label, grid)]
        body = int(regions.body[region[grid]])
        if body:
            told.append(ExceptionGrid(grid, Cause.BODY, total, of_body(total, limits), body))
            continue
        cause = _CAUSE[arithmetic(int(regions.total[region[grid]]), limits).verdict]
        cause = Cause.IMPOSSIBLE if cause is Cause.NOT_FOUND and grid in proved else cause
        told.append(ExceptionGrid(grid, cause, total, arithmetic(total, limits, around)))
    return tuple(told)


def nearest(atoms: Atoms, borders: Borders, label: Whole, grid: int) -> list[int]:
    """Return the grids that share a border with one, by rising label; where none does, the one next to it."""
    one, other = label[borders.first], label[borders.second]
    met = np.unique(np.concatenate([other[one == grid], one[other == grid]]))
    met = met[(met != grid) & (met != GAP)]
    if len(met):
        return [int(each) for each in met]
    elsewhere = np.flatnonzero((label != grid) & (label != GAP))
    if not len(elsewhere):
        return []
    tree = shapely.STRtree(atoms.polygon[elsewhere])
    mine = np.flatnonzero(label == grid)
    (_, found), far = tree.query_nearest(atoms.polygon[mine], return_distance=True, all_matches=False)
    return [int(label[elsewhere[found[int(np.argmin(far))]]])]


def crossings_of(on_nodes: Whole, regions: Regions) -> tuple[Crossing, ...]:
    """Return the grids that lie on several sides of barriers.

    Parameters
    ----------
    on_nodes
        The grid of each node of `regions`.
    """
    graph, load = regions.graph, regions.graph.own[:, LOAD]
    same = regions.doors & (on_nodes[graph.tail] == on_nodes[graph.head])
    side = pieces(len(on_nodes), graph.tail[same], graph.head[same])
    _, first = np.unique(side, return_index=True)
    grid, held = on_nodes[first], np.bincount(side, weights=load)
    alone = np.bincount(regions.piece, weights=load)[regions.piece[first]]
    told = []
    for each in np.flatnonzero(np.bincount(grid) > 1).tolist():
        sides = sorted(
            ((int(held[k]), int(alone[k])) for k in np.flatnonzero(grid == each).tolist()), reverse=True
        )
        told.append(Crossing(each, tuple(mine for mine, _ in sides), tuple(whole for _, whole in sides)))
    return tuple(told)
