"""A draft looks at the map anew after an import: an edit that leaves alone what was not touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import planned_town
import pytest
import shapely
from planned_town import COMMUNITY, NOW, RULES, block, do, objects, open_draft
from sqlalchemy import text

from gis_grid.grids import service as grids
from gis_grid.kit.errors import Conflict
from gis_grid.planning import service as planning
from gis_grid.planning import wire
from gis_grid.planning.service import states

if TYPE_CHECKING:
    from sqlalchemy import Connection


@pytest.fixture
def town(conn: Connection) -> Connection:
    planned_town.build(conn)
    return conn


def build_houses(conn: Connection, **places: tuple[int, shapely.Polygon]) -> None:
    count = len(places)
    grids.load_buildings(
        conn,
        [
            grids.BuildingRows(
                objects(*places),
                objects(*["apartments"] * count),
                objects(*[None] * count),
                np.full(count, np.nan),
                np.array([households for households, _ in places.values()]),
                np.full(count, np.nan),
                np.zeros(count, dtype=bool),
                objects(*[shape for _, shape in places.values()]),
            )
        ],
        source=COMMUNITY,
    )


def refresh(conn: Connection, scenario: int) -> planning.Edited:
    revision = planning.open_draft(conn, scenario).row.revision
    return planning.refresh(conn, scenario, revision=revision, who="ann", now=NOW, rules=RULES)


def as_bytes(draft: planning.Draft) -> bytes:
    return wire.atoms_to_bytes(draft.plan.division.atoms, draft.plan.division.label)


def test_new_households_are_counted_where_they_stand_and_can_be_taken_back(town: Connection) -> None:
    scenario = open_draft(town)
    do(town, scenario, "lock", grid=0, locked=True)
    before = as_bytes(planning.open_draft(town, scenario))
    changed = shapely.box(*block(0, 0).buffer(-2e-4).bounds)
    build_houses(town, B00=(70, changed), N1=(5, block(5, 2).buffer(-4e-4)))
    edited = refresh(town, scenario)
    division = edited.draft.plan.division
    assert [int(division.atoms.households[division.label == label].sum()) for label in (0, 1)] == [470, 455]
    told = planning.summary(town, edited.draft)["history"][-1]
    assert (told["op"], told["en"]) == ("refresh", "Brought atoms up to date with new buildings and roads")
    revision = edited.draft.row.revision
    undone = planning.undo(town, scenario, revision=revision, who="ann", now=NOW)
    assert as_bytes(undone.draft) == before
    assert undone.draft.plan.ground.buildings.households.sum() == 900
    again = planning.redo(town, scenario, revision=revision + 1, who="ann", now=NOW)
    assert again.draft.plan.ground.buildings.households.sum() == 925


def test_another_process_reads_the_same_state(town: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = open_draft(town)
    do(town, scenario, "draw", polygon=shapely.geometry.mapping(block(2, 0, 2, 3).buffer(1e-4)), exact=True)
    build_houses(town, N1=(5, block(5, 2).buffer(-4e-4)))
    refresh(town, scenario)
    do(town, scenario, "merge", grids=[0, 2])
    here = planning.open_draft(town, scenario)
    monkeypatch.setattr(states, "_kept", states._Kept())
    there = planning.open_draft(town, scenario)
    assert there.plan is not here.plan
    assert as_bytes(there) == as_bytes(here)
    assert (there.plan.borders.by_class_m == here.plan.borders.by_class_m).all()


def test_a_map_that_is_as_it_was_is_told(town: Connection) -> None:
    with pytest.raises(Conflict, match="Nothing to bring up to date"):
        refresh(town, open_draft(town))


def test_residents_that_were_counted_count_and_others_are_estimated(town: Connection) -> None:
    town.execute(text("UPDATE building SET people = 7 WHERE source_ref = 'B00'"))
    told = planning.read(town, open_draft(town))
    assert told["totals"]["people"] == 7 + 17 * 131, "50 households by 2.62"


def ground_changed(conn: Connection, scenario: int) -> tuple[int, int] | None:
    told = planning.read(conn, scenario)
    found = told["ground_changed"]
    said = [check for check in told["checks"] if check["code"] == "ground_changed"]
    if found is None:
        assert said == []
        return None
    assert [(one["severity"], one["choices"][0]["edit"]) for one in said] == [("note", {"op": "refresh"})]
    return found["buildings"], found["lines"]


def test_a_draft_tells_unasked_what_was_imported_since_it_looked_at_the_ground(town: Connection) -> None:
    scenario = open_draft(town)
    assert ground_changed(town, scenario) is None
    house = shapely.box(*block(0, 0).buffer(-2e-4).bounds)
    build_houses(town, B00=(70, house), N1=(5, block(5, 2).buffer(-4e-4)))
    build_houses(town, B00=(70, house))
    assert ground_changed(town, scenario) == (2, 0), "what comes again as it was is no change"
    build_houses(town, FAR=(70, shapely.box(0, 0, 0.001, 0.001)))
    town.execute(text("UPDATE building SET floors = 3"))
    town.execute(text("UPDATE road SET name = 'x'"))
    assert ground_changed(town, scenario) == (2, 0), "nor what lies elsewhere or is not looked at"
    town.execute(text("DELETE FROM road WHERE source_ref IN ('R0', 'R1')"))
    town.execute(text("UPDATE road SET class = 'main' WHERE source_ref = 'R2'"))
    assert ground_changed(town, scenario) == (2, 3)
    assert ground_changed(town, open_draft(town)) is None, "a draft opened now has seen it"
    revision = refresh(town, scenario).draft.row.revision
    assert ground_changed(town, scenario) is None
    do(town, scenario, "lock", grid=0, locked=True)
    assert ground_changed(town, scenario) is None
    for step in range(2):
        planning.undo(town, scenario, revision=revision + 1 + step, who="ann", now=NOW)
    assert ground_changed(town, scenario) == (2, 3), "with the refresh taken back it has the ground of before"


def test_a_community_with_another_outline_is_other_ground(town: Connection) -> None:
    scenario = open_draft(town)
    town.execute(text("UPDATE area SET name = 'x'"))
    assert ground_changed(town, scenario) is None
    town.execute(text("UPDATE area SET geom = ST_Multi(ST_Buffer(geom, 1e-5, 'join=mitre'))"))
    assert ground_changed(town, scenario) == (0, 1)
