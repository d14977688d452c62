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

_SWEEPS: Final = (5, 10)
_NODES_A_SWEEP: Final = 80
"""How often a division is gone over: once for so many nodes, within these numbers."""
_STARTS: Final = 8
_NODES_STARTED: Final = 3_000
"""From how many beginnings few nodes are divided, the best being taken: as many as make so many nodes.

Another beginning gains more than more sweeps from the same one.
"""
_APART: Final = 1_000_003
"""How far apart the seeds of beginnings are: not to meet with those of a user, who counts 1, 2, 3."""
_TREES: Final = 8
"""Random trees for each pair of grids: more of them cost more than another sweep and gain less."""
_FIRST_TREES: Final = 32
_WARM_TRIES: Final = 200
_COLD_TRIES: Final = 20
"""Borders looked at per node, while warm and while cold."""
_WARM: Final = 1.0
_COOLED: Final = 0.03
_COLD: Final = 0.002
"""How much dearer a move may typically be at the first sweep, what is left of that after all, and the end."""
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
    best, cost, impossible = _best(regions, limits, seed=seed, liking=liking, seconds=seconds)
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
            atoms, borders, on_atoms, limits, regions=regions, on_nodes=on_nodes, impossible=impossible
        ),
        crossings=crossings_of(on_nodes, regions),
        cost=cost,
        seed=seed,
    )


class _Attempt(NamedTuple):
    """One division of all regions that can be divided.

    Attributes
    ----------
    label : (n,)
        The grid of each node, -1 where there can be none.
    out
        How many grids are out of limits.
    """

    label: Whole
    grids: int
    out: int
    seed: int


def _best(
    regions: Regions, limits: Limits, *, seed: int, liking: int, seconds: float
) -> tuple[_Attempt, float, Flags]:
    """Divide all regions that can be divided, from several beginnings.

    Returns
    -------
    The best, what it costs, and the nodes of ground that is proved to have no division.
    """
    graph, aim = regions.graph, Aim.of(limits)
    starts = min(max(_NODES_STARTED // max(len(regions.region), 1), 1), _STARTS)
    begun = [_begun(regions, limits, seed=seed + k * _APART, liking=liking) for k in range(starts)]
    fewest = min(attempt.out for attempt in begun)
    hopeful = [attempt for attempt in begun if attempt.out == fewest]
    impossible = np.zeros(len(regions.region), dtype=np.bool_)
    if fewest:  # the solver is slow: it tries on one of them
        label, grids, impossible = decided(
            graph, hopeful[0].label, hopeful[0].grids, limits, seed=seed, seconds=seconds
        )
        out = len(out_of_limits(graph, label, grids, limits))
        mended = _Attempt(label, grids, out, seed)
        hopeful = [mended] if out < fewest else [mended, *hopeful[1:]]
    done = []
    for label, grids, _, own_seed in hopeful:
        improve(graph, label, grids, aim, seed=own_seed)
        out = len(out_of_limits(graph, label, grids, limits))
        done.append((_Attempt(label, grids, out, own_seed), float(cost_of_all(graph, label, grids, aim))))
    best, cost = min(done, key=lambda each: (each[0].out, each[1] / max(each[0].grids, 1)))
    return best, cost, impossible


def _begun(regions: Regions, limits: Limits, *, seed: int, liking: int) -> _Attempt:
    """Divide all regions that can be divided, with as few grids out of limits as can be found."""
    label, grids = started(regions, limits, seed=seed, liking=liking)
    joined_up(regions.graph, label)
    label, grids = repaired(regions.graph, label, grids, limits, seed=seed)
    return _Attempt(label, grids, len(out_of_limits(regions.graph, label, grids, limits)), seed)


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
    sweeps = min(max(len(label) // _NODES_A_SWEEP, least), most)
    for sweep in range(sweeps):
        chance = chance_of(seed, sweep)
        recut(graph, label, grids, aim, _TREES, chance)
        warm = _WARM * _COOLED ** (sweep / sweeps)
        anneal(graph, label, grids, aim, _WARM_TRIES, warm, _COLD, chance)
        anneal(graph, label, grids, aim, _COLD_TRIES, 0.0, 0.0, chance)


def _numbered(label: Whole) -> Whole:
    """Give grids numbers from 0 by the first atom of each."""
    _, first, of = np.unique(label, return_index=True, return_inverse=True)
    number: Whole = np.argsort(np.argsort(first, kind="stable"), kind="stable")[of]
    return number
