"""A community of squares: columns by rows of atoms, a building in the middle of each."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gis_grid.core.plan.atoms import Atoms
from gis_grid.core.plan.division import Division
from gis_grid.core.plan.errors import Refused
from gis_grid.core.plan.ground import Buildings, Ground
from gis_grid.core.plan.lines import LineClass
from gis_grid.core.plan.state import Plan

SIDE_M = 50.0


def squares(
    columns, rows, grids, *, households=40, river_before=None, locked=(), limits=None, pair=False, also=()
):
    """A plan of `columns` x `rows` squares of 50 m; `grids` says for each column and row (x, y) which grid.

    A river runs west of the column `river_before`. With `pair` two buildings of 20 share each square. Nobody
    lives in the buildings `also`.
    """
    x, y = (flat.ravel() for flat in np.meshgrid(np.arange(columns), np.arange(rows)))
    polygon = shapely.box(x * SIDE_M, y * SIDE_M, (x + 1) * SIDE_M, (y + 1) * SIDE_M)
    held = np.broadcast_to(np.asarray(households, np.int64), x.shape).copy()
    middle = shapely.box(x * SIDE_M + 20, y * SIDE_M + 20, x * SIDE_M + 30, y * SIDE_M + 30)
    lived = held
    if pair:
        west = shapely.box(x * SIDE_M + 5, y * SIDE_M + 20, x * SIDE_M + 15, y * SIDE_M + 30)
        middle = np.concatenate([west, shapely.transform(west, lambda xy: xy + np.array([30, 0]))])
        lived = np.tile(held // 2, 2)
    key = np.arange(len(x)) * 3 + 5
    atoms = Atoms(key, polygon, held, held * 3, np.full(len(x), 1 + pair, np.int64))
    label = np.array([grids(int(a), int(b)) for a, b in zip(x, y, strict=True)], np.int64)
    next_label = int(label.max()) + 1
    division = Division(atoms, label, frozenset(locked), int(key[-1]) + 1, next_label)
    lines = np.array([], dtype=object)
    if river_before is not None:
        river = shapely.LineString([(river_before * SIDE_M, -9), (river_before * SIDE_M, rows * SIDE_M + 9)])
        lines = np.array([river], dtype=object)
    ground = Ground(
        shapely.box(0, 0, columns * SIDE_M, rows * SIDE_M),
        lines,
        np.full(len(lines), LineClass.RIVER, np.int8),
        Buildings(
            np.array([*middle, *also], dtype=object),
            np.append(lived, [0] * len(also)).astype(np.int64),
            np.append(lived * 3, [0] * len(also)).astype(np.int64),
        ),
    )
    return Plan.of(division, ground, limits)


def key_at(plan, column, row):
    """The key of the atom that holds the middle of a square."""
    middle = shapely.Point((column + 0.5) * SIDE_M, (row + 0.5) * SIDE_M)
    found = np.flatnonzero(shapely.intersects(plan.division.atoms.polygon, middle))
    return int(plan.division.atoms.key[found[0]])


def households(plan):
    """Households of each draft grid."""
    division = plan.division
    return {
        int(label): int(division.atoms.households[division.label == label].sum())
        for label in division.labels()
    }


def line(*places):
    """A line through places given in squares."""
    return shapely.LineString([(x * SIDE_M, y * SIDE_M) for x, y in places])


def refusal(operation, plan, **parameters):
    """Why an operation is refused."""
    with pytest.raises(Refused) as refused:
        operation(plan, **parameters)
    return refused.value
