"""Dividing one grid into two, or a few: many ways to begin, each improved, and the cheapest taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.plan.anneal import anneal, cost_of_all
from gis_grid.core.plan.arithmetic import Arithmetic, Verdict, arithmetic
from gis_grid.core.plan.chance import chance_of
from gis_grid.core.plan.costs import LOAD, Aim
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.exact_split import SECONDS, Outcome, exact_split
from gis_grid.core.plan.graph import Graph, graph_of, loads, pieces, taken_out
from gis_grid.core.plan.lines import DOOR_M
from gis_grid.core.plan.recut import recut
from gis_grid.core.plan.start import by_metis, by_sweep, by_trees, joined_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gis_grid.core.plan.atoms import Atoms, Borders
    from gis_grid.core.plan.limits import Limits

    Whole = NDArray[np.int64]

_TREES: Final = 100
_TREE_STARTS: Final = 6
_METIS_SLACK: Final = (0.03, 0.1, 0.2, 0.05)
_ANGLES: Final = 18
_WARM_TRIES: Final = 300
_COLD_TRIES: Final = 60
_WARM: Final = 0.25
_COLD: Final = 0.003


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """What came of dividing some atoms.

    Parameters
    ----------
    label : (n,) or None
        The part of each atom, from 0; `GAP` for those that were not to be divided. None where there is none.
    arithmetic
        What the total comes to; it says why, where the outcome is `ARITHMETIC`.
    crossed
        Whether parts lie on both sides of a barrier, since there was no other way.
    cost
        What all parts cost together.
    """

    outcome: Outcome
    label: Whole | None
    arithmetic: Arithmetic
    crossed: bool = False
    cost: float = 0.0


def divide(
    atoms: Atoms,
    borders: Borders,
    limits: Limits,
    *,
    rows: Whole,
    parts: int = 2,
    seed: int,
    seconds: float = SECONDS,
) -> Split:
    """Divide some atoms into a number of grids within limits, each in one piece, compact, along the roads.

    Parameters
    ----------
    rows
        The atoms to divide, such as those of one grid.
    seconds
        For looking on by CP-SAT, in the solver's own time, where no division was met with.

    Returns
    -------
    Split
        The same for the same input and seed.
    """
    chosen = np.unique(rows)
    total = int(loads(atoms, limits)[chosen].sum())
    found = arithmetic(total, limits, parts=parts)
    if found.verdict is not Verdict.POSSIBLE:
        return Split(Outcome.ARITHMETIC, None, found)
    graph, node = graph_of(atoms, borders, limits, chosen)
    outcome, label = _divided(graph, parts, limits, seed=seed, seconds=seconds)
    opened = graph._replace(walkable=graph.length >= DOOR_M)
    crossed = label is None and bool((opened.walkable > graph.walkable).any())
    if crossed:
        outcome, label = _divided(opened, parts, limits, seed=seed, seconds=seconds)
    if label is None:
        return Split(outcome, None, found)
    on_atoms = np.full(len(atoms), GAP, dtype=np.int64)
    on_atoms[chosen] = label[node]
    cost = float(cost_of_all(graph, label, parts, _aim(graph, parts, limits)))
    return Split(outcome, on_atoms, found, crossed, cost)


def _divided(
    graph: Graph, parts: int, limits: Limits, *, seed: int, seconds: float
) -> tuple[Outcome, Whole | None]:
    """Divide a graph, each of its pieces by itself."""
    piece = pieces(len(graph.own), graph.tail[graph.walkable], graph.head[graph.walkable])
    totals = np.bincount(piece, weights=graph.own[:, LOAD]).astype(np.int64).tolist()
    shares = _shares(totals, parts, limits)
    if shares is None or graph.own[:, LOAD].max() > limits.most:
        return Outcome.IMPOSSIBLE, None
    label = np.zeros(len(piece), dtype=np.int64)
    done = 0
    for number, share in enumerate(shares):
        node = np.flatnonzero(piece == number)
        alone = taken_out(graph, node)
        found = _best(alone, share, limits, seed)
        if found is None:
            exact = exact_split(alone, share, limits, seed=seed, seconds=seconds)
            found = exact.label
            if found is None:
                return exact.outcome, None
            _polish(alone, found, share, limits, seed)
        label[node] = done + found
        done += share
    return Outcome.FOUND, label


def _shares(totals: list[int], parts: int, limits: Limits) -> list[int] | None:
    """Return how many parts each piece is to be, the sizes as even as can be; None where it cannot be."""
    if not totals:
        return [] if parts == 0 else None
    best: list[int] | None = None
    for share in limits.counts(totals[0]):
        rest = _shares(totals[1:], parts - share, limits) if share <= parts else None
        if rest is None:
            continue
        shares = [share, *rest]
        if best is None or _uneven(totals, shares) < _uneven(totals, best):
            best = shares
    return best


def _uneven(totals: list[int], shares: list[int]) -> float:
    """Return how far apart the mean sizes of the parts of several pieces are."""
    means = [total / share for total, share in zip(totals, shares, strict=True)]
    return max(means) - min(means)


def _best(graph: Graph, parts: int, limits: Limits, seed: int) -> Whole | None:
    """Return the cheapest division of a connected graph that any beginning leads to; None where none does."""
    if parts == 1:
        return np.zeros(len(graph.own), dtype=np.int64)
    aim = _aim(graph, parts, limits)
    best, price = None, np.inf
    for k, label in enumerate(_beginnings(graph, parts, aim, seed)):
        joined_up(graph, label)
        _polish(graph, label, parts, limits, seed + k)
        load = np.bincount(label, weights=graph.own[:, LOAD], minlength=parts)
        found = cost_of_all(graph, label, parts, aim)
        if load.min() >= limits.least and load.max() <= limits.most and found < price:
            best, price = label, found
    return best


def _beginnings(graph: Graph, parts: int, aim: Aim, seed: int) -> Iterator[Whole]:
    """Yield divisions to improve: along trees, by METIS, and in two also by straight lines."""
    node = np.arange(len(graph.own))
    for k in range(_TREE_STARTS):
        found = by_trees(graph, node, parts, aim, trees=_TREES, chance=chance_of(seed, k))
        if found is not None:
            yield found
    if len(node) > 2 * parts:
        for k, slack in enumerate(_METIS_SLACK):
            yield by_metis(graph, node, parts, seed=seed + k, slack=slack, halving=parts == 2)
    if parts == 2:
        for k in range(_ANGLES):
            yield by_sweep(graph, node, np.pi * k / _ANGLES)


def _polish(graph: Graph, label: Whole, parts: int, limits: Limits, seed: int) -> None:
    """Make a division cheaper in place."""
    aim, chance = _aim(graph, parts, limits), chance_of(seed, parts)
    if parts > 2:
        recut(graph, label, parts, aim, _TREES, chance)
    anneal(graph, label, parts, aim, _WARM_TRIES, _WARM, _COLD, chance)
    anneal(graph, label, parts, aim, _COLD_TRIES, 0.0, 0.0, chance)


def _aim(graph: Graph, parts: int, limits: Limits) -> Aim:
    """Return the limits with equal parts as the target."""
    return Aim.of(limits, float(graph.own[:, LOAD].sum()) / parts)
