"""Dividing drawn and real towns: within limits, in one piece, compact, along what people see."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from planning.real import present, real_town
from planning.town import town

from gis_grid.core.plan.atomise import make_atoms
from gis_grid.core.plan.borders import borders
from gis_grid.core.plan.limits import Limits, Size
from gis_grid.core.plan.outlines import outlines
from gis_grid.core.plan.partition import partition
from gis_grid.core.plan.proposal import Cause


@pytest.fixture(scope="module")
def drawn():
    ground = town(2_500, seed=3)
    atoms = make_atoms(ground).atoms
    return atoms, borders(atoms, ground)


@pytest.mark.parametrize("limits", [Limits(), Limits(1350, 1650, 1500, Size.PEOPLE)], ids=["homes", "people"])
def test_a_drawn_town_is_divided_along_its_roads_into_compact_grids(drawn, limits):
    atoms, shared = drawn

    found = partition(atoms, shared, limits, seed=1)

    sums = found.figures
    assert sums.in_range.all()
    assert found.exceptions == ()
    assert (sums.parts == 1).all()
    assert (sums.sides == 1).all()
    assert sums.compactness.mean() > 0.6
    assert np.quantile(sums.compactness, 0.05) > 0.4
    assert sums.on_ground > 0.7
    _, outline = outlines(atoms, found.label)
    assert shapely.coverage_is_valid(outline)
    assert shapely.area(outline).sum() == pytest.approx(shapely.area(atoms.polygon).sum())


def test_monaco_is_divided_but_for_houses_that_are_too_large_themselves():
    if not present("monaco"):
        pytest.skip("shared/data is not here: real towns are not part of the project")
    ground = real_town("monaco")
    atoms = make_atoms(ground).atoms

    found = partition(atoms, borders(atoms, ground), Limits(), seed=1)

    assert {told.cause for told in found.exceptions} <= {Cause.BODY}
    assert (atoms.households > 500).sum() == len(found.exceptions)
    assert (found.figures.parts == 1).all()
    assert found.figures.compactness.mean() >= 0.5
    assert found.figures.on_ground >= 0.5
