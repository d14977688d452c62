"""Atoms in columns and rows, 50 m each way, with borders of any class: no geometry to wait for."""

from __future__ import annotations

import numpy as np
import shapely

from gis_grid.core.plan.atoms import Atoms, Borders
from gis_grid.core.plan.lines import CLASSES, LineClass

SIDE_M = 50.0


def lattice(households, *, rivers=(), line_class=LineClass.LANE, holes=()):
    """Atoms and borders for a table of households, row by row from the south.

    Parameters
    ----------
    rivers
        Pairs of places (row, column) with a river between them.
    holes
        Places without an atom.
    """
    table = np.asarray(households, dtype=np.int64)
    rows, columns = table.shape
    place = [(r, c) for r in range(rows) for c in range(columns) if (r, c) not in set(holes)]
    number = {at: k for k, at in enumerate(place)}
    box = shapely.box(*(np.array([(c, r, c + 1, r + 1) for r, c in place]).T * SIDE_M))
    barred = {frozenset(pair) for pair in rivers}
    first, second, by_class = [], [], []
    outer = np.full(len(place), 4 * SIDE_M)
    for (r, c), k in number.items():
        for other in ((r, c + 1), (r + 1, c)):
            if other in number:
                metres = np.zeros(CLASSES)
                metres[LineClass.RIVER if frozenset(((r, c), other)) in barred else line_class] = SIDE_M
                first.append(k)
                second.append(number[other])
                by_class.append(metres)
                outer[[k, number[other]]] -= SIDE_M
    load = np.array([table[at] for at in place], dtype=np.int64)
    atoms = Atoms(np.arange(len(place)) * 2 + 7, box, load, load * 3, (load > 0).astype(np.int64))
    order = np.lexsort((second, first)).astype(np.int64)
    return atoms, Borders(
        np.array(first, dtype=np.int64)[order],
        np.array(second, dtype=np.int64)[order],
        np.array(by_class).reshape(-1, CLASSES)[order],
        outer,
    )


def river_between(column, rows):
    """A river along the west of a column."""
    return [((r, column - 1), (r, column)) for r in range(rows)]


def one_division_only(rows, columns, seed=0):
    """A table of households that hardly more than one border halves exactly, and the half."""
    random = np.random.default_rng(seed)
    table = random.integers(1_000, 9_000, (rows, columns))
    steps = np.sort(random.integers(1, columns, rows))
    west = np.arange(columns) < steps[:, None]
    lacking = int(table[west].sum() - table[~west].sum())
    table[tuple(np.argwhere(~west if lacking > 0 else west)[0])] += abs(lacking)
    return table, int(table[west].sum())
