"""Letting the machine divide grids, or all that is not locked, anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.plan.changes import difference, refuse_locked
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.errors import Refused
from gis_grid.core.plan.graph import loads
from gis_grid.core.plan.partition import partition
from gis_grid.core.plan.proposals import proposals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gis_grid.core.plan.division import Change
    from gis_grid.core.plan.state import Plan

    Whole = NDArray[np.int64]


def partition_grids(
    plan: Plan, *, grids: Sequence[int] | None = None, seed: int = 0, rank: int | None = None
) -> Change:
    """Divide the ground of some grids anew, or all ground that is not locked, gaps too.

    A new grid keeps the label of the old one that it shares most with, where that is not taken.

    Parameters
    ----------
    rank
        Which of the ranked `proposals` of the seed, 0 for the best; the first one found when left out.

    Raises
    ------
    Refused
        `locked`, `nothing_to_divide`, `no_such_proposal`, `nothing_changes`.
    """
    division = plan.division
    if grids is None:
        rows = np.flatnonzero(~np.isin(division.label, list(division.locked)))
    else:
        refuse_locked(division, grids)
        rows = np.unique(np.concatenate([[], *(division.rows(grid) for grid in grids)])).astype(np.int64)
    if not rows.size:
        raise Refused("nothing_to_divide", {})
    if rank is not None:
        ranked = proposals(division.atoms, plan.borders, plan.limits, seed=seed, rows=rows)
        if not 0 <= rank < len(ranked):
            raise Refused("no_such_proposal", {"given": rank + 1, "most": len(ranked)})
        proposal = ranked[rank]
    else:
        proposal = partition(division.atoms, plan.borders, plan.limits, seed=seed, rows=rows)
    found = proposal.label[rows]
    held = loads(division.atoms, plan.limits)[rows]
    named = kept_labels(division.label[rows], found, held, division.next_label)
    label = division.label.copy()
    label[rows] = named[found]
    after = division.relabelled(label)
    told = {int(named[each.label]): each.cause.value for each in proposal.exceptions}
    others = {grid: why for grid, why in after.exceptions.items() if grid not in set(named.tolist())}
    return difference(division, replace(after, exceptions=dict(sorted({**others, **told}.items()))))


def kept_labels(old: Whole, found: Whole, load: Whole, next_label: int) -> Whole:
    """Return a label for each found grid (0 to g - 1): the old one it shares most with, or a new one.

    Parameters
    ----------
    old, found, load : (n,)
        Of the same atoms.
    """
    pair, number = np.unique(np.column_stack([found, old]), axis=0, return_inverse=True)
    shared = np.bincount(number.ravel(), weights=load + 1e-6, minlength=len(pair))
    named: dict[int, int] = {}
    for each in np.argsort(-shared, kind="stable").tolist():
        grid, label = pair[each].tolist()
        if label != GAP and grid not in named and label not in named.values():
            named[grid] = label
    new = next_label
    for grid in range(int(found.max()) + 1):
        if grid not in named:
            named[grid] = new
            new += 1
    return np.array([named[grid] for grid in range(len(named))], np.int64)
