"""Drafts are kept as what they began with and their changes; undo goes back byte by byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import planned_town
import pytest
import shapely
from planned_town import COMMUNITY, NOW, open_draft
from sqlalchemy import text

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


def redraw(conn: Connection, **outlines: shapely.Polygon) -> None:
    """Import other outlines of the grids, as they were drawn somewhere else."""
    codes = {name: f"{COMMUNITY}00{name[-1]}" for name in outlines}
    for name, outline in outlines.items():
        conn.execute(
            text(
                "UPDATE boundary SET geom = ST_Multi(ST_GeomFromWKB(:wkb, 4326)) FROM grid "
                "WHERE grid.id = grid_id AND code = :code"
            ),
            {"wkb": outline.wkb, "code": codes[name]},
        )


def test_grids_that_overlap_or_leave_slivers_are_mended_and_what_changes_hands_is_told(
    town: Connection,
) -> None:
    sliver = 2e-5
    redraw(
        town,
        grid1=shapely.box(116.3, 39.9, 116.303 + sliver, 39.903),
        grid2=shapely.box(116.303, 39.9, 116.306, 39.903 - sliver),
    )
    told = planning.read(town, open_draft(town))
    assert {one["code"] for one in told["told"]} >= {"gap", "moved"}
    assert all(one["zh"] and one["en"] for one in told["told"])
    assert told["totals"]["gap_m2"] == 0
    assert [grid["households"] for grid in told["grids"]] == [450, 450]


def test_wide_ground_that_no_grid_holds_stays_open_and_is_told(town: Connection) -> None:
    redraw(town, grid2=shapely.box(116.303, 39.9, 116.305, 39.903))
    told = planning.read(town, open_draft(town))
    (gap,) = told["told"]
    assert (gap["code"], gap["households"]) == ("open", 150)
    assert 116.305 < gap["at"][0] < 116.306
    assert "gap" in {check["code"] for check in told["checks"] if check["severity"] == "error"}


def test_a_corner_of_a_grid_on_a_long_side_of_the_community_leaves_no_sliver(town: Connection) -> None:
    """Sides that are straight in degrees bend in metres: here by four millimetres over half a kilometre."""
    whole = shapely.box(116.3, 39.9, 116.306, 39.903)
    town.execute(text("UPDATE area SET geom = ST_Multi(ST_GeomFromWKB(:wkb, 4326))"), {"wkb": whole.wkb})
    redraw(
        town,
        grid1=shapely.box(116.3, 39.9, 116.303, 39.903),
        grid2=shapely.box(116.303, 39.9, 116.306, 39.903),
    )
    draft = planning.open_draft(town, open_draft(town))
    west, _, east, _ = shapely.bounds(draft.plan.division.atoms.polygon).T
    assert (east - west).max() < 90, "no atom is wider than its block"
    assert draft.row.told == []
