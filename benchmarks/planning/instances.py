"""What is divided: atoms, borders and buildings of a place, in a file that every contender reads."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.core.plan.atomise import make_atoms
from gis_grid.core.plan.borders import borders
from gis_grid.core.plan.ground import Buildings, Ground
from gis_grid.core.plan.lines import LineClass
from planning.real import real_town
from planning.town import communities, town
from planning.usage import Usage, measured

if TYPE_CHECKING:
    from pathlib import Path

    from gis_grid.core.plan.atoms import Atoms, Borders

SUPER_SHARES: Final = (0.0, 0.1, 0.15, 0.25, 0.4)
"""Shares of superblocks that the random towns have in turn."""
COMMUNITY_HOUSEHOLDS: Final = 3_000


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """A place made ready, and what that took.

    Parameters
    ----------
    outside
        Buildings outside the outline, and so in no grid.
    scattered
        Buildings whose parts stand on several atoms that do not touch.
    """

    name: str
    ground: Ground
    atoms: Atoms
    borders: Borders
    outside: int
    scattered: int
    usage: Usage


def ground_of(name: str) -> Ground:
    """Return the ground of `town:BUILDINGS`, `random:SEED`, `community:BUILDINGS:NUMBER` or `real:NAME`."""
    kind, _, told = name.partition(":")
    if kind == "real":
        return real_town(told)
    if kind == "town":
        return town(int(told))
    if kind == "random":
        seed = int(told)
        shares = SUPER_SHARES
        return town(2_500 + 900 * seed, seed=100 + seed, super_share=shares[seed % len(shares)])
    buildings, _, number = told.partition(":")
    found = communities(town(int(buildings)))
    held = np.array([int(each.buildings.households.sum()) for each in found])
    nearest = np.argsort(np.abs(held - COMMUNITY_HOUSEHOLDS), kind="stable")
    return found[nearest[int(number)]]


def make(name: str) -> Instance:
    """Draw or read a place and make its atoms and borders; only the latter two are measured."""
    ground = ground_of(name)
    make_atoms(chessboard())  # loads what is loaded once
    with measured() as usage:
        made = make_atoms(ground)
        known = borders(made.atoms, ground)
    return Instance(name, ground, made.atoms, known, len(made.outside), len(made.scattered), usage)


def save(instance: Instance, path: Path) -> None:
    """Write an instance."""
    path.write_bytes(pickle.dumps(instance))


def load(path: Path) -> Instance:
    """Read an instance that `save` wrote."""
    found: Instance = pickle.loads(path.read_bytes())
    return found


def chessboard(side: int = 9) -> Ground:
    """Return squares of 50 m between lanes, a building of 25 households on each: something to warm up on."""
    step = 50.0
    corner = np.arange(side) * step
    x, y = (each.ravel() for each in np.meshgrid(corner, corner))
    inner = corner[1:]
    lane = [[(at, 0.0), (at, side * step)] for at in inner] + [[(0.0, at), (side * step, at)] for at in inner]
    count = side * side
    return Ground(
        shapely.box(0, 0, side * step, side * step),
        shapely.linestrings(np.array(lane)),
        np.full(len(lane), LineClass.LANE, dtype=np.int8),
        Buildings(
            shapely.box(x + 15, y + 15, x + 35, y + 35),
            np.full(count, 25, dtype=np.int64),
            np.full(count, 66, dtype=np.int64),
        ),
    )
