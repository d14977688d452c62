"""A few divisions to choose from: the best, and others that are truly different."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.plan.partition import partition

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.atoms import Atoms, Borders
    from gis_grid.core.plan.limits import Limits
    from gis_grid.core.plan.proposal import Proposal

    Whole = NDArray[np.int64]

_MORE: Final = 2
"""How many more are tried than are asked for."""
_ALIKE: Final = 0.05
"""Divisions are alike when so little of the ground would have to go to another grid."""


def proposals(
    atoms: Atoms,
    borders: Borders,
    limits: Limits,
    *,
    seed: int,
    rows: Whole | None = None,
    count: int = 3,
    cross_barriers: bool = True,
) -> tuple[Proposal, ...]:
    """Return up to so many different divisions, the best first: few exceptions, then a small mean cost.

    Half of them try the next best number of grids too. There are fewer when there is nothing to choose from.
    """
    tried = [
        partition(
            atoms,
            borders,
            limits,
            seed=seed + k,
            rows=rows,
            cross_barriers=cross_barriers,
            liking=k % 2 if k > 1 else 0,
        )
        for k in range(count + _MORE)
    ]
    chosen: list[Proposal] = []
    for proposal in sorted(tried, key=_rank):
        if len(chosen) < count and all(moved(atoms, proposal, other) > _ALIKE for other in chosen):
            chosen.append(proposal)
    return tuple(chosen)


def _rank(proposal: Proposal) -> tuple[int, float, int]:
    """Return what proposals are sorted by."""
    return len(proposal.exceptions), proposal.cost / max(1, len(proposal.figures.label)), proposal.seed


def moved(atoms: Atoms, one: Proposal, other: Proposal) -> float:
    """Return the share of households (where there are none, of atoms) that two divisions have in other grids.

    Each grid of the first is taken to be that of the second with which it shares most.
    """
    weight = atoms.households if atoms.households.any() else np.ones(len(atoms), dtype=np.int64)
    held = one.label >= 0
    pair, of = np.unique(np.column_stack([one.label[held], other.label[held]]), axis=0, return_inverse=True)
    shared = np.bincount(of.ravel(), weights=weight[held])
    stays = 0.0
    for grid in np.unique(pair[:, 0]):
        stays += float(shared[pair[:, 0] == grid].max())
    return 1.0 - stays / max(1.0, float(weight[held].sum()))
