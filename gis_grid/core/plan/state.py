"""What operations work on: a division with the ground it lies on, kept up to date change by change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gis_grid.core.plan.bodies import bodies
from gis_grid.core.plan.borders import borders
from gis_grid.core.plan.changes import applied
from gis_grid.core.plan.cut import cut
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.figures import figures
from gis_grid.core.plan.joins import standing_on
from gis_grid.core.plan.limits import Limits
from gis_grid.core.plan.neighbours import borders_after
from gis_grid.core.plan.pieces import border_m

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gis_grid.core.plan.atoms import Atoms, Borders
    from gis_grid.core.plan.bodies import Bodies
    from gis_grid.core.plan.division import Change, Division
    from gis_grid.core.plan.figures import Figures
    from gis_grid.core.plan.ground import Ground

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Geometries = NDArray[np.object_]

NOWHERE = -1
"""The home of a building that stands outside of all atoms."""


@dataclass(frozen=True, eq=False)
class Plan:
    """A division, its ground, and what is known of both.

    Parameters
    ----------
    borders
        Of the division's atoms, by their rows.
    body, bodies_at
        The buildings as bodies that no border parts, and where they are.
    home : (m,)
        Key of the atom that each building stands on, or `NOWHERE`.
    cuts
        The last cut tried, which most often is made next.
    outlines
        Of the draft grids that were asked for, here or in the states before.
    """

    division: Division
    ground: Ground
    borders: Borders
    body: Bodies
    bodies_at: shapely.STRtree
    home: Whole
    limits: Limits = field(default_factory=Limits)
    cuts: list[Plan] = field(default_factory=list)
    outlines: dict[int, BaseGeometry] = field(default_factory=dict)

    @classmethod
    def of(
        cls, division: Division, ground: Ground, limits: Limits | None = None, known: Borders | None = None
    ) -> Plan:
        """Open a plan: measure the borders, if they are not known, and find who stands where."""
        body = bodies(ground.buildings.footprint, ground.outline)
        found = borders(division.atoms, ground) if known is None else known
        home = _homes(body, division.atoms.polygon, division.atoms.key)
        return cls(division, ground, found, body, shapely.STRtree(body.shape), home, limits or Limits())

    def after(self, change: Change) -> Plan:
        """Return the plan after a change; only what it cut is looked at again."""
        division = applied(self.division, change)
        changed = set(change.grids().tolist())
        kept = {grid: outline for grid, outline in self.outlines.copy().items() if grid not in changed}
        return replace(self._on_ground_of(division, change), division=division, outlines=kept)

    def _on_ground_of(self, division: Division, change: Change) -> Plan:
        """Return a plan of the same atoms as a division that a change led to."""
        if division.atoms is self.division.atoms:
            return self
        for known in self.cuts:
            if _same_atoms(known.division.atoms, division.atoms, change):
                return known
        return self._with_cut(division, change.before.key, change.after.key)

    def cut(self, rows: Whole, line: BaseGeometry, pieces: Geometries) -> tuple[Plan, dict[int, int]]:
        """Return the plan with atoms cut along a line, and the piece of each new one, by key: see `cut`."""
        found = cut(self, rows, line, pieces)
        if found is None:
            return self, {}
        plan = self._with_cut(found.division, found.gone, found.come)
        # Requests share this list: what lies in it a moment later may be another's cut.
        self.cuts[:] = [plan]
        return plan, found.side_of

    def _with_cut(self, division: Division, gone: Whole, come: Whole) -> Plan:
        """Return the plan with other atoms; who stands on them and who touches them is found out again."""
        atoms = division.atoms
        moved = np.isin(self.home, gone)
        home = self.home.copy()
        new = np.searchsorted(atoms.key, come)
        home[moved] = _homes(self.body, atoms.polygon[new], come, moved)
        found = borders_after(
            self.borders, self.division.atoms, atoms, gone=gone, come=come, ground=self.ground
        )
        return replace(self, division=division, home=home, borders=found, cuts=[], outlines={})

    @cached_property
    def figures(self) -> Figures:
        """What the division comes to, grid by grid."""
        return figures(self.division.atoms, self.borders, self.division.label, self.limits)

    @cached_property
    def between_m(self) -> Floats:
        """Metres over no barrier that grids share (g, g), in the order of `figures`."""
        grid = self.figures.label
        place = np.where(self.division.label == GAP, -1, np.searchsorted(grid, self.division.label))
        return border_m(self.borders, place, count=len(grid), walkable=True)

    def near(self, geometry: BaseGeometry, within_m: float = 0.0) -> Whole:
        """Return the rows of atoms whose box a geometry's box comes near to."""
        west, south, east, north = shapely.bounds(geometry)
        box = self.division.atoms.bounds
        apart = (
            (box[:, 0] > east + within_m)
            | (box[:, 1] > north + within_m)
            | (box[:, 2] < west - within_m)
            | (box[:, 3] < south - within_m)
        )
        rows: Whole = np.flatnonzero(~apart)
        return rows

    def outline(self, label: int) -> BaseGeometry:
        """Return the ground of a draft grid, sharing every vertex with its neighbours."""
        if label not in self.outlines:
            atoms = self.division.atoms.polygon[self.division.rows(label)]
            self.outlines[label] = shapely.normalize(shapely.coverage_union_all(atoms))
        return self.outlines[label]


def _homes(body: Bodies, polygon: Geometries, key: Whole, of: Flags | slice = slice(None)) -> Whole:
    row = standing_on(polygon, body.inside[of])
    return np.where(row < 0, NOWHERE, key[row])


def _same_atoms(one: Atoms, other: Atoms, change: Change) -> bool:
    """Return whether two sets of atoms, that differ by a change at most, are the same."""
    if not np.array_equal(one.key, other.key):
        return False
    new = np.searchsorted(one.key, change.after.key)
    return bool(shapely.equals_identical(one.polygon[new], change.after.polygon).all())
