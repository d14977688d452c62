"""Dividing a community, or a whole town, into grids within limits, in one piece, compact, along the roads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gis_grid.core.plan.anneal import anneal, cost_of_all
from gis_grid.core.plan.chance import chance_of
from gis_grid.core.plan.costs import Aim
from gis_grid.core.plan.decide import decided
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.exact_split import SECONDS
from gis_grid.core.plan.exceptions import crossings_of, exceptions_of
from gis_grid.core.plan.figures import figures
from gis_grid.core.plan.graph import graph_of
from gis_grid.core.plan.proposal import Proposal
from gis_grid.core.plan.recut import recut
from gis_grid.core.plan.regions import regions_of
from gis_grid.core.plan.repair import counts_by_liking, out_of_limits, repaired
from gis_grid.core.plan.start import by_metis, by_trees, joined_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.atoms import Atoms, Borders
    from gis_grid.core.plan.graph import Graph
    from gis_grid.core.plan.limits import Limits
    from gis_grid.core.plan.regions import Regions

    Flags = NDArray[np.bool_]
    Whole = NDArray[np.int64]

_SWEEPS: Final = (10, 20)
_NODES_SWEPT: Final = 20_000
"""How often a division is gone over: few nodes as often as makes so many, within these numbers."""
_STARTS: Final = 4
_NODES_STARTED: Final = 3_000
"""From how many beginnings few nodes are divided, the best being taken: as many as make so many nodes."""
_APART: Final = 1_000_003
"""How far apart the seeds of beginnings are: not to meet with those of a user, who counts 1, 2, 3."""
_TREES: Final = 8
"""Random trees for each pair of grids: more of them cost more than another sweep and gain less."""
_FIRST_TREES: Final = 32
_WARM_TRIES: Final = 200
_COLD_TRIES: Final = 20
"""Borders looked at per node, while warm and while cold."""
_WARM: Final = 1.0
_COOLER: Final = 0.7
_COLD: Final = 0.002
"""How much dearer a move may typically be at the first sweep, by how much less at each next, and at last."""
_FEW_NODES: Final = 3
"""With fewer nodes per grid than this METIS leaves grids empty: trees begin instead."""


def partition(
    atoms: Atoms,
    borders: Borders,
    limits: Limits,
    *,
    seed: int,
    rows: Whole | None = None,
    cross_barriers: bool = True,
    liking: int = 0,
    seconds: float = SECONDS,
) -> Proposal:
    """Divide atoms into grids; the same input and seed give the same division.

    Parameters
    ----------
    rows
        The atoms to divide, all by default; borders with the others count as outline.
    cross_barriers
        Whether ground that a barrier leaves too small to be divided may be joined over it. Each grid that
        then lies on both sides is told in `crossings`; otherwise such ground becomes an exception.
    liking
        Which number of grids: 0 for the one that brings them nearest to the target, 1 for the next best, ...
    seconds
        For CP-SAT to try on what is left out of limits, in the solver's own time.

    Returns
    -------
    Proposal
        Every row has a grid. All are within limits and in one piece but those in `exceptions`.
    """
    chosen = np.arange(len(atoms)) if rows is None else np.unique(rows)
    graph, node = graph_of(atoms, borders, limits, chosen)
    regions = regions_of(graph, limits, cross_barriers=cross_barriers)
    starts = min(max(_NODES_STARTED // max(len(graph.own), 1), 1), _STARTS)
    attempts = [
        _attempt(regions, limits, seed=seed + k * _APART, liking=liking, seconds=seconds / starts)
        for k in range(starts)
    ]
    best = min(attempts, key=lambda attempt: (attempt.out, attempt.cost / max(attempt.grids, 1)))
    label, left = best.label, best.label < 0
    label[left] = best.grids + np.unique(regions.region[left], return_inverse=True)[1]
    on_atoms = np.full(len(atoms), GAP, dtype=np.int64)
    on_atoms[chosen] = _numbered(label[node])
    on_nodes = np.empty(len(regions.region), dtype=np.int64)
    on_nodes[node] = on_atoms[chosen]
    return Proposal(
        label=on_atoms,
        figures=figures(atoms, borders, on_atoms, limits),
        exceptions=exceptions_of(
            atoms, borders, on_atoms, limits, regions=regions, on_nodes=on_nodes, impossible=best.impossible
        ),
        crossings=crossings_of(on_nodes, regions),
        cost=best.cost,
        seed=seed,
    )


class _Attempt(NamedTuple):
    """One division of all regions that can be divided.

    Attributes
    ----------
    label : (n,)
        The grid of each node, -1 where there can be none.
    impossible : (n,)
        Nodes of ground that is proved to have no division.
    out
        How many grids are out of limits.
    """

    label: Whole
    grids: int
    impossible: Flags
    out: int
    cost: float


def _attempt(regions: Regions, limits: Limits, *, seed: int, liking: int, seconds: float) -> _Attempt:
    """Divide all regions that can be divided, from one beginning."""
    graph, aim = regions.graph, Aim.of(limits)
    label, grids = started(regions, limits, seed=seed, liking=liking)
    joined_up(graph, label)
    label, grids = repaired(graph, label, grids, limits, seed=seed)
    label, grids, impossible = decided(graph, label, grids, limits, seed=seed, seconds=seconds)
    improve(graph, label, grids, aim, seed=seed)
    out = len(out_of_limits(graph, label, grids, limits))
    return _Attempt(label, grids, impossible, out, float(cost_of_all(graph, label, grids, aim)))


def started(regions: Regions, limits: Limits, *, seed: int, liking: int) -> tuple[Whole, int]:
    """Return a first division of all regions that can be divided, others -1, and how many labels it has."""
    label = np.full(len(regions.region), -1, dtype=np.int64)
    by_region = np.argsort(regions.region, kind="stable")
    start = np.searchsorted(regions.region[by_region], np.arange(len(regions.total) + 1))
    grids = 0
    for region, total in enumerate(regions.total.tolist()):
        counts = counts_by_liking(total, limits)
        if regions.body[region] or not counts:
            continue
        node = by_region[start[region] : start[region + 1]]
        parts = counts[min(liking, len(counts) - 1)]
        label[node] = grids + _first_division(regions.graph, node, parts, Aim.of(limits), seed)
        grids += parts
    return label, grids


def _first_division(graph: Graph, node: Whole, parts: int, aim: Aim, seed: int) -> Whole:
    """Return a first division of one region; `repaired` may have to follow."""
    if parts == 1:
        return np.zeros(len(node), dtype=np.int64)
    if len(node) < _FEW_NODES * parts:
        found = by_trees(graph, node, parts, aim, trees=_FIRST_TREES, chance=chance_of(seed, parts))
        return np.zeros(len(node), dtype=np.int64) if found is None else found
    return by_metis(graph, node, parts, seed=seed)


def improve(graph: Graph, label: Whole, grids: int, aim: Aim, *, seed: int) -> None:
    """Make a division cheaper, in place: pairs cut anew, nodes moved while it is warm, then while it pays."""
    if grids < 2:
        return
    least, most = _SWEEPS
    for sweep in range(min(max(_NODES_SWEPT // len(label), least), most)):
        chance = chance_of(seed, sweep)
        recut(graph, label, grids, aim, _TREES, chance)
        anneal(graph, label, grids, aim, _WARM_TRIES, _WARM * _COOLER**sweep, _COLD, chance)
        anneal(graph, label, grids, aim, _COLD_TRIES, 0.0, 0.0, chance)


def _numbered(label: Whole) -> Whole:
    """Give grids numbers from 0 by the first atom of each."""
    _, first, of = np.unique(label, return_index=True, return_inverse=True)
    number: Whole = np.argsort(np.argsort(first, kind="stable"), kind="stable")[of]
    return number
