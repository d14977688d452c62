"""The last resort for grids out of limits: CP-SAT divides them anew with neighbours, or proves it vain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.plan.exact_split import Outcome, exact_split
from gis_grid.core.plan.graph import taken_out
from gis_grid.core.plan.repair import (
    best_neighbour,
    counts_by_liking,
    given_names,
    loads_of,
    out_of_limits,
    without_gaps,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.graph import Graph
    from gis_grid.core.plan.limits import Limits

    Flags = NDArray[np.bool_]
    Whole = NDArray[np.int64]

_TOGETHER: Final = 4
"""How many grids are divided anew together at most."""
_NODES: Final = 600
"""No more nodes than these: CP-SAT would come to nothing."""
_TURN_S: Final = 2.5
"""Seconds of the solver's time for one try."""


def decided(
    graph: Graph, label: Whole, grids: int, limits: Limits, *, seed: int, seconds: float
) -> tuple[Whole, int, Flags]:
    """Return a division in which CP-SAT has tried on what is out of limits.

    Parameters
    ----------
    seconds
        Of the solver's time, for all together.

    Returns
    -------
    label, grids
    impossible : bool (n,)
        Nodes of ground that is proved to have no division.
    """
    label, left = label.copy(), seconds
    impossible = np.zeros(len(label), dtype=np.bool_)
    for grid in out_of_limits(graph, label, grids, limits):
        taken = [grid]
        while left > 0:
            load = loads_of(graph, label, grids)
            if limits.least <= load[grid] <= limits.most:
                break
            node, hopeless = np.flatnonzero(np.isin(label, taken)), True
            for parts in counts_by_liking(int(load[taken].sum()), limits):
                tried = exact_split(
                    taken_out(graph, node), parts, limits, seed=seed, seconds=min(left, _TURN_S)
                )
                left -= tried.seconds
                hopeless = hopeless and tried.outcome is Outcome.IMPOSSIBLE
                if tried.label is not None:
                    grids = given_names(label, node, tried.label, taken, grids)
                    break
            else:
                neighbour = best_neighbour(graph, label, taken, load, limits)
                if neighbour is None:
                    impossible[node] = hopeless
                if neighbour is None or len(taken) == _TOGETHER or len(node) > _NODES:
                    break
                taken.append(neighbour)
    return *without_gaps(label), impossible
