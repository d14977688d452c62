"""What was in force can be looked at, traced and brought back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import planned_town
import pytest
import shapely
from planned_town import COMMUNITY, NOW, RULES, block, do, in_force, merge_and_accept, open_draft, publish

from gis_grid.grids import service as grids
from gis_grid.kit.errors import Conflict, NotFound
from gis_grid.planning import service as planning

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

FIRST, SECOND, THIRD = (f"{COMMUNITY}00{number}" for number in (1, 2, 3))
TOMORROW = planning.next_midnight(NOW, RULES)
NEXT_WEEK = NOW + timedelta(days=7)


@pytest.fixture
def town(conn: Connection) -> Connection:
    """Return a town that is divided into thirds from tomorrow on."""
    planned_town.build(conn)
    scenario = open_draft(conn)
    do(conn, scenario, "draw", polygon=shapely.geometry.mapping(block(2, 0, 2, 3)))
    publish(conn, scenario)
    return conn


def merge_all(conn: Connection, now: datetime) -> int:
    scenario = planning.open_scenario(conn, planning.Wanted(COMMUNITY), who="ann", now=now, rules=RULES)
    merge_and_accept(conn, scenario, 0, 1, 2, now=now)
    return publish(conn, scenario, now=now)


def walkers(conn: Connection, at: datetime) -> dict[str, str]:
    features = json.loads(planning.division_at(conn, COMMUNITY, at))["features"]
    return {one["properties"]["code"]: one["properties"]["worker_code"] for one in features}


def test_the_next_draft_begins_with_the_atoms_that_were_published(town: Connection) -> None:
    scenario = planning.open_scenario(town, planning.Wanted(COMMUNITY), who="ann", now=NEXT_WEEK, rules=RULES)
    told = planning.read(town, scenario)
    assert [grid["code"] for grid in told["grids"]] == [FIRST, SECOND, THIRD]
    assert [grid["households"] for grid in told["grids"]] == [300, 300, 300]
    kept = town.exec_driver_sql(
        f"SELECT bool_and(atom_id IS NOT NULL) FROM scenario_atom WHERE scenario_id = {scenario}"
    )
    assert kept.scalar_one()


def test_a_division_is_rolled_back_by_publishing_its_predecessor(town: Connection) -> None:
    thirds = in_force(town, NEXT_WEEK)
    before = planning.divisions(town)[0]
    merge_all(town, NEXT_WEEK)
    later = NEXT_WEEK + timedelta(days=7)
    assert len(in_force(town, later)) == 1
    restored = planning.restore(town, before["id"], who="bob", now=later, rules=RULES)
    publish(town, restored, now=later, who="bob")
    back = in_force(town, later + timedelta(days=1))
    assert {code: shape.wkb for code, shape in back.items()} == {
        code: shape.wkb for code, shape in thirds.items()
    }
    assert planned_town.count(town, "atom") == 18, "the same atoms are held again"


def test_what_was_imported_comes_back_too(town: Connection) -> None:
    halves = in_force(town, NOW)
    restored = planning.restore(
        town, planning.divisions(town)[0]["id"], who="bob", now=NEXT_WEEK, rules=RULES, predecessor=True
    )
    publish(town, restored, now=NEXT_WEEK)
    back = in_force(town, NEXT_WEEK + timedelta(days=1))
    assert list(back) == [FIRST, SECOND]
    for code, shape in back.items():
        assert shape.symmetric_difference(halves[code]).area < 1e-9


def test_workers_come_back_with_the_grid_that_was_theirs(town: Connection) -> None:
    before = planning.divisions(town)[0]
    merge_all(town, NEXT_WEEK)
    later = NEXT_WEEK + timedelta(days=7)
    restored = planning.restore(town, before["id"], who="bob", now=later, rules=RULES)
    publish(town, restored, now=later, who="bob")
    assert walkers(town, later + timedelta(days=1)) == walkers(town, TOMORROW)


def test_workers_come_back_over_several_divisions(town: Connection) -> None:
    before = planning.divisions(town)[0]
    merge_all(town, NEXT_WEEK)
    later = NEXT_WEEK + timedelta(days=7)
    empty = planning.Wanted(COMMUNITY, start=planning.Start.EMPTY)
    scenario = planning.open_scenario(town, empty, who="ann", now=later, rules=RULES)
    whole = shapely.geometry.mapping(block(-1, -1, 8, 5))
    (label,) = do(town, scenario, "draw", polygon=whole, now=later).draft.plan.division.labels().tolist()
    do(town, scenario, "accept", grid=label, reason="one estate", now=later)
    publish(town, scenario, now=later)
    assert list(in_force(town, later + timedelta(days=1))) == [f"{COMMUNITY}004"]
    last = later + timedelta(days=7)
    publish(town, planning.restore(town, before["id"], who="bob", now=last, rules=RULES), now=last, who="bob")
    assert walkers(town, last + timedelta(days=1)) == walkers(town, TOMORROW)


def test_who_was_to_begin_later_comes_back_too(town: Connection) -> None:
    before, far = planning.divisions(town)[0], NEXT_WEEK + timedelta(days=30)
    grids.add_workers(town, [("W900", "x")])
    grids.assign(town, [("W900", THIRD, far, None)])
    merge_all(town, NEXT_WEEK)
    later = NEXT_WEEK + timedelta(days=7)
    publish(
        town, planning.restore(town, before["id"], who="bob", now=later, rules=RULES), now=later, who="bob"
    )
    assert walkers(town, far)[THIRD] == "W900"


def test_lineage_goes_back_to_what_was_imported_and_forward_to_today(town: Connection) -> None:
    merge_all(town, NEXT_WEEK)
    found = planning.lineage_of(town, THIRD)
    assert [one["code"] for one in found["boundaries"]][:3] == [FIRST, SECOND, THIRD]
    assert len(found["boundaries"]) == 4
    assert sorted(link["kind"] for link in found["links"]) == ["merge", "split", "split"]
    assert sum(link["households"] for link in found["links"] if link["kind"] == "split") == 300
    with pytest.raises(NotFound):
        planning.lineage_of(town, "nobody")


def test_publications_are_listed_newest_first_those_withdrawn_too(town: Connection) -> None:
    merge_all(town, NEXT_WEEK)
    merged = planning.drafts(town)[0]
    planning.withdraw(town, merged["id"], revision=merged["revision"], who="bob", now=NEXT_WEEK)
    told = planning.divisions(town, COMMUNITY)
    assert [(one["grids"], one["withdrawn_by"]) for one in told] == [(None, "bob"), (3, None)]
    with pytest.raises(Conflict, match="withdrawn"):
        planning.restore(town, told[0]["id"], who="bob", now=NEXT_WEEK, rules=RULES)


def test_a_comparison_says_what_moves_which_workers_and_how_many_households(town: Connection) -> None:
    scenario = planning.open_scenario(town, planning.Wanted(COMMUNITY), who="ann", now=NEXT_WEEK, rules=RULES)
    do(town, scenario, "merge", grids=[0, 2], now=NEXT_WEEK)
    told = planning.compare(town, scenario, now=NEXT_WEEK)
    assert not told["outdated"]
    assert told["totals"]["households_moved"] == 300
    changes = {
        row["code"]: (row["households_before"], row["households"], row["change"]) for row in told["grids"]
    }
    assert changes == {
        FIRST: (300, 600, "changed"),
        SECOND: (300, 300, "same"),
        THIRD: (300, None, "ends"),
    }
    assert [(move["from"], move["to"]["code"], move["households"]) for move in told["moves"]] == [
        (THIRD, FIRST, 300)
    ]
    assert {worker["from"] for worker in told["workers"]} == {FIRST, SECOND}
    assert told["without_worker"] == []
