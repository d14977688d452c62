"""Drafts are kept as what they began with and their changes; undo goes back byte by byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import planned_town
import pytest
from planned_town import NOW, open_draft

from gis_grid.planning import service as planning
from gis_grid.planning import wire

if TYPE_CHECKING:
    from sqlalchemy import Connection


@pytest.fixture
def town(conn: Connection) -> Connection:
    planned_town.build(conn)
    return conn


def as_bytes(draft: planning.Draft) -> bytes:
    return wire.atoms_to_bytes(draft.plan.division.atoms, draft.plan.division.label)


def test_a_draft_begins_with_todays_grids_exactly(town: Connection) -> None:
    draft = planning.open_draft(town, open_draft(town))
    division = draft.plan.division
    assert len(division.atoms) == 18
    assert division.labels().tolist() == [0, 1]
    assert [int(division.atoms.households[division.label == label].sum()) for label in (0, 1)] == [450, 450]
    assert draft.row.told == []


def test_an_edit_is_undone_and_done_again_byte_by_byte(town: Connection) -> None:
    scenario = open_draft(town)
    before = as_bytes(planning.open_draft(town, scenario))
    edited = planning.edit(town, scenario, "merge", {"grids": [0, 1]}, revision=1, who="ann", now=NOW)
    merged = as_bytes(edited.draft)
    assert merged != before
    undone = planning.undo(town, scenario, revision=2, who="ann", now=NOW)
    assert as_bytes(undone.draft) == before
    assert as_bytes(planning.redo(town, scenario, revision=3, who="ann", now=NOW).draft) == merged
