"""Compiles the loops of planning ahead of their first call: later starts find them."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from gis_grid.core.plan.atomise import make_atoms
from gis_grid.core.plan.borders import borders
from gis_grid.core.plan.checks import checks
from gis_grid.core.plan.division import Division
from gis_grid.core.plan.ground import Buildings, Ground
from gis_grid.core.plan.halve import divide
from gis_grid.core.plan.limits import Limits
from gis_grid.core.plan.lines import LineClass
from gis_grid.core.plan.partition import partition
from gis_grid.core.plan.state import Plan

_SIDE: Final = 8
_STEP_M: Final = 50.0
_HOUSEHOLDS: Final = 25


def compile_loops() -> None:
    """Divide a town of squares, then its grids, and look at a division that is none.

    A quarter of a minute on a new machine, half a second where the loops are kept.
    """
    ground, limits = _squares(), Limits()
    atoms = make_atoms(ground).atoms
    known = borders(atoms, ground)
    label = partition(atoms, known, limits, seed=1).label
    divide(atoms, known, limits, rows=np.flatnonzero(label < 2), seed=1)
    divide(atoms, known, limits, rows=np.arange(len(atoms)), parts=4, seed=1)
    # 550, 350 and 700 households: what could be handed over is looked for.
    uneven = np.repeat([0, 1, 2], [22, 14, 28])
    checks(Plan.of(Division(atoms, uneven, next_key=len(atoms), next_label=3), ground, known=known))


def _squares() -> Ground:
    """Return a chessboard between lanes, a building on each square."""
    side = _SIDE * _STEP_M
    at = np.arange(_SIDE) * _STEP_M
    x, y = (each.ravel() for each in np.meshgrid(at, at))
    lane = [[(each, 0.0), (each, side)] for each in at[1:]] + [[(0.0, each), (side, each)] for each in at[1:]]
    return Ground(
        shapely.box(0, 0, side, side),
        np.asarray(shapely.linestrings(np.array(lane)), dtype=object),
        np.full(len(lane), LineClass.LANE, dtype=np.int8),
        Buildings(
            shapely.box(x + 15, y + 15, x + 35, y + 35),
            np.full(len(x), _HOUSEHOLDS, dtype=np.int64),
            np.full(len(x), 2 * _HOUSEHOLDS, dtype=np.int64),
        ),
    )
