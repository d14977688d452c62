"""What stood on an atom, shared out between the pieces it was cut into: nothing comes and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gis_grid.core.plan.joins import standing_on

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.atoms import Atoms
    from gis_grid.core.plan.state import Plan

    Whole = NDArray[np.int64]


def counted(plan: Plan, pieces: Atoms, parent: Whole, cut: NDArray[np.bool_]) -> Atoms:
    """Count what stands on each piece of a cut atom.

    Parameters
    ----------
    pieces
        With the figures of their parents.
    parent
        Row of the atom that each piece was part of, rising.
    cut
        Which pieces are parts; the others are whole atoms.
    """
    atoms, buildings = plan.division.atoms, plan.ground.buildings
    rows = np.flatnonzero(np.isin(plan.home, atoms.key[parent[cut]]))
    on = _piece_of(plan, rows, pieces, parent)
    columns = {
        "households": buildings.households[rows],
        "people": buildings.people[rows],
        "buildings": np.ones(len(rows), np.int64),
    }
    shares = {}
    for name, each in columns.items():
        found = np.bincount(on, weights=each, minlength=len(parent)).astype(np.int64)
        whole = getattr(atoms, name)
        shares[name] = np.where(cut, _as_before(found, parent, cut, whole), whole[parent])
    return replace(pieces, **shares)


def _piece_of(plan: Plan, rows: Whole, pieces: Atoms, parent: Whole) -> Whole:
    """Return for each building the piece it stands on: one of its own atom, the nearest on a border."""
    on = standing_on(pieces.polygon, plan.body.inside[rows])
    home = np.searchsorted(plan.division.atoms.key, plan.home[rows])
    strayed = (on < 0) | (parent[on] != home)
    for building in np.flatnonzero(strayed).tolist():
        own = np.flatnonzero(parent == home[building])
        far = shapely.distance(pieces.polygon[own], plan.body.inside[rows[building]])
        on[building] = own[int(np.argmin(far))]
    return on


def _as_before(found: Whole, parent: Whole, cut: NDArray[np.bool_], whole: Whole) -> Whole:
    """Make the shares of each cut atom add up to what it held: the largest takes the rest."""
    shares = found.copy()
    missing = (
        whole[parent] - np.bincount(parent, weights=found, minlength=len(whole)).astype(np.int64)[parent]
    )
    for row in np.unique(parent[cut & (missing != 0)]).tolist():
        own = np.flatnonzero(parent == row)
        rest = int(missing[own[0]])
        for piece in own[np.argsort(-found[own], kind="stable")].tolist():
            given = max(rest, -int(shares[piece]))
            shares[piece] += given
            rest -= given
    return shares
