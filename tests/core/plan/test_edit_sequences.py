"""Any sequence of edits leaves an exact division, and can be taken back byte for byte.

`GIS_GRID_EDIT_SEQUENCES` says how many sequences are tried, of each kind of ground.
"""

from __future__ import annotations

import os

import numpy as np
import pytest
import shapely
from edits import EDITS, as_bytes, assert_whole, lattice_plans, parameters, town_plans
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gis_grid.core.plan.checks import check_ground, checks
from gis_grid.core.plan.errors import Refused
from gis_grid.core.plan.operations import OPERATIONS
from gis_grid.core.plan.words import said

SEQUENCES = int(os.environ.get("GIS_GRID_EDIT_SEQUENCES", "60"))
QUICK = settings(
    max_examples=SEQUENCES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def carried_out(start, edits):
    """Do edits one after the other, with undo and redo, looking at everything after each."""
    states, changes, at = [start], [], 0
    for edit in edits:
        plan = states[at]
        if edit[0] == "undo":
            at = max(at - 1, 0)
        elif edit[0] == "redo":
            at = min(at + 1, len(changes))
        elif (asked := parameters(plan, edit)) is not None and (
            change := attempted(plan, *asked)
        ) is not None:
            del states[at + 1 :], changes[at:]
            states.append(plan.after(change))
            changes.append(change)
            at += 1
            assert_whole(states[at], start)
            assert_locked_kept(plan, states[at])
            assert as_bytes(states[at].after(change.inverted())) == as_bytes(plan)
    return states, changes


def attempted(plan, operation, given_parameters):
    """Return the change, or None where it was refused: in words, with choices that can be made."""
    try:
        return OPERATIONS[operation](plan, **given_parameters)
    except Refused as caught:
        refused = caught
    assert said(refused.code, refused.numbers).zh
    for choice in refused.choices:
        assert said(choice.code, choice.numbers).en
        OPERATIONS[choice.operation](plan, **choice.parameters)
    return None


def assert_locked_kept(before, after):
    """Atoms of locked grids are the same, but for vertices on their borders."""
    for grid in before.division.locked & after.division.locked:
        was, now = (plan.division.rows(grid) for plan in (before, after))
        atoms = before.division.atoms, after.division.atoms
        assert np.array_equal(atoms[0].key[was], atoms[1].key[now])
        moved = shapely.hausdorff_distance(atoms[0].polygon[was], atoms[1].polygon[now])
        assert moved.max() < 0.001


def assert_taken_back(states, changes):
    """Undo everything and do it again, through changes alone."""
    plan = states[-1]
    for change, before in zip(changes[::-1], states[-2::-1], strict=True):
        plan = plan.after(change.inverted())
        assert as_bytes(plan) == as_bytes(before)
    for change, after in zip(changes, states[1:], strict=True):
        plan = plan.after(change)
        assert as_bytes(plan) == as_bytes(after)


@QUICK
@given(number=st.integers(0, 2), edits=st.lists(EDITS, min_size=6, max_size=14))
def test_edits_of_a_town_keep_it_whole_and_can_be_taken_back(number, edits):
    states, changes = carried_out(town_plans()[number], edits)
    assert_taken_back(states, changes)
    assert check_ground(states[-1]) == ()


@QUICK
@given(plan=lattice_plans(), edits=st.lists(EDITS, min_size=6, max_size=14))
def test_edits_on_a_lattice_where_all_coincides_keep_it_whole_and_can_be_taken_back(plan, edits):
    states, changes = carried_out(plan, edits)
    assert_taken_back(states, changes)
    for check in checks(states[-1]):
        assert said(check.code, check.numbers).zh
        for choice in check.choices:
            assert said(choice.code, choice.numbers).zh
            if choice.operation not in {"split", "partition"}:  # whether the machine finds a way is not known
                states[-1].after(OPERATIONS[choice.operation](states[-1], **choice.parameters))


@pytest.mark.parametrize("number", range(3))
def test_a_town_to_edit_begins_within_limits(number):
    plan = town_plans()[number]
    assert_whole(plan, plan)
    assert len(plan.division.labels()) > 1
