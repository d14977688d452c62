"""Grids: published, checked against each other and their community, counted, shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from towns import MONDAY, community, grids, houses, square

from gis_grid.grids import service
from gis_grid.kit.errors import BadInput, Conflict

if TYPE_CHECKING:
    from sqlalchemy import Connection

LATER = MONDAY + timedelta(days=7)


@pytest.fixture
def town(conn: Connection) -> Connection:
    """One community of 2 x 1 squares without grids."""
    service.load_areas(conn, community("C1", shapely.box(0, 0, 0.02, 0.01)))
    return conn


def _properties(conn: Connection, at: datetime) -> dict[str, dict[str, object]]:
    collection = json.loads(service.grids_geojson(conn, at))
    return {feature["properties"]["code"]: feature["properties"] for feature in collection["features"]}


def test_households_of_a_grid_are_those_of_the_buildings_whose_point_it_covers(town: Connection) -> None:
    service.load_grids(town, grids("C1", A=square(0, 0), B=square(1, 0)), valid_from=MONDAY)
    service.load_buildings(
        town, [houses([(0.005, 0.005), (0.006, 0.005), (0.015, 0.005)], [200, 150, 600])], source="t"
    )

    shown = _properties(town, LATER)

    assert (shown["A"]["households"], shown["A"]["buildings"], shown["A"]["band"]) == (350, 2, "in")
    assert (shown["B"]["households"], shown["B"]["band"]) == (600, "over")
    assert shown["A"]["community_code"] == "C1"
    assert shown["A"]["worker_code"] is None


def test_a_building_on_the_border_of_two_grids_counts_once(town: Connection) -> None:
    service.load_grids(town, grids("C1", A=square(0, 0), B=square(1, 0)), valid_from=MONDAY)
    service.load_buildings(town, [houses([(0.01, 0.005)], [7])], source="t")

    shown = _properties(town, LATER)

    assert [shown[code]["households"] for code in "AB"] == [7, 0]


def test_two_grids_that_overlap_are_refused_with_both_codes_the_area_and_a_place(town: Connection) -> None:
    with pytest.raises(BadInput, match="Grids overlap") as refused:
        service.load_grids(
            town, grids("C1", A=shapely.box(0, 0, 0.011, 0.01), B=square(1, 0)), valid_from=MONDAY
        )

    (error,) = refused.value.errors
    assert error.row == "grid A"
    assert "overlaps grid B by 123," in error.message
    assert "at 0.0105" in error.message


def test_a_grid_that_overlaps_one_in_force_is_refused(town: Connection) -> None:
    service.load_grids(town, grids("C1", A=square(0, 0)), valid_from=MONDAY)

    with pytest.raises(BadInput, match="Grids overlap") as refused:
        service.load_grids(town, grids("C1", B=square(0, 0)), valid_from=LATER)

    assert "overlaps grid A" in refused.value.errors[0].message


def test_a_grid_may_lie_a_drawing_error_over_its_community_but_not_more(town: Connection) -> None:
    service.load_grids(town, grids("C1", A=shapely.box(-0.00002, 0, 0.01, 0.01)), valid_from=MONDAY)

    with pytest.raises(BadInput, match="leaves its community") as refused:
        service.load_grids(town, grids("C1", B=shapely.box(0.011, 0, 0.021, 0.01)), valid_from=MONDAY)

    assert "10.0%" in refused.value.errors[0].message


def test_ground_in_no_grid_is_told_with_its_area(town: Connection) -> None:
    loaded = service.load_grids(town, grids("C1", A=square(0, 0)), valid_from=MONDAY)

    (gap,) = loaded.gaps
    assert gap.community_code == "C1"
    assert gap.pieces == 1
    assert gap.area_m2 == pytest.approx(1_230_000, rel=0.01)
    assert 0.01 < gap.lon < 0.02


def test_publishing_the_same_grids_again_changes_nothing(town: Connection) -> None:
    drawn = grids("C1", A=square(0, 0), B=square(1, 0))
    service.load_grids(town, drawn, valid_from=MONDAY)

    again = service.load_grids(town, drawn, valid_from=LATER)

    assert (again.new, again.changed, again.same) == (0, 0, 2)


def test_a_changed_outline_ends_the_old_boundary_and_begins_a_new_one(town: Connection) -> None:
    service.load_grids(town, grids("C1", A=square(0, 0)), valid_from=MONDAY)
    changed = service.load_grids(town, grids("C1", A=shapely.box(0, 0, 0.02, 0.01)), valid_from=LATER)

    assert (changed.new, changed.changed, changed.same) == (0, 1, 0)
    before = service.grid_at(town, np.array([0.015]), np.array([0.005]), LATER - timedelta(seconds=1))
    after = service.grid_at(town, np.array([0.015]), np.array([0.005]), LATER)
    assert before[0] == -1
    assert after[0] > 0


def test_a_boundary_before_or_at_the_start_of_another_is_a_conflict(town: Connection) -> None:
    service.load_grids(town, grids("C1", A=square(0, 0)), valid_from=LATER)

    with pytest.raises(Conflict, match="from that time or later") as refused:
        service.load_grids(town, grids("C1", A=shapely.box(0, 0, 0.02, 0.01)), valid_from=MONDAY)

    assert LATER.isoformat() in refused.value.errors[0].message


def test_an_unknown_community_is_refused_unless_it_may_be_made_of_its_grids(conn: Connection) -> None:
    drawn = grids("NEW", A=square(0, 0), B=square(1, 0))
    with pytest.raises(BadInput, match="community is not known"), conn.begin_nested():
        service.load_grids(conn, drawn, valid_from=MONDAY)

    loaded = service.load_grids(conn, drawn, valid_from=MONDAY, create=True)

    assert loaded.created_communities == ("NEW",)
    assert loaded.gaps == ()


def test_a_grid_code_that_comes_twice_is_refused(town: Connection) -> None:
    rows = grids("C1", A=square(0, 0), B=square(1, 0))
    rows.code[1] = "A"

    with pytest.raises(BadInput, match="more than once"):
        service.load_grids(town, rows, valid_from=MONDAY)


def test_each_position_is_looked_up_at_its_own_time(town: Connection) -> None:
    service.load_grids(town, grids("C1", A=square(0, 0)), valid_from=MONDAY)
    times = [MONDAY - timedelta(days=1), MONDAY, datetime(2030, 1, 1, tzinfo=UTC)]

    ids = service.grid_at(town, np.full(3, 0.005), np.full(3, 0.005), times)

    assert ids[0] == -1
    assert ids[1] == ids[2] > 0


def test_a_buildings_community_is_the_one_that_covers_its_point(conn: Connection) -> None:
    service.load_buildings(conn, [houses([(0.005, 0.005), (5, 5)], [1, 1])], source="t")
    service.load_areas(conn, community("C1", square(0, 0)))

    placed = conn.exec_driver_sql(
        "SELECT source_ref, area.code FROM building LEFT JOIN area ON area.id = area_id ORDER BY source_ref"
    ).all()

    assert [tuple(row) for row in placed] == [("0", "C1"), ("1", None)]


def test_a_building_that_moved_is_put_into_its_new_community_and_grid(conn: Connection) -> None:
    service.load_grids(conn, grids("C1", A=square(0, 0)), valid_from=MONDAY, create=True)
    service.load_grids(conn, grids("C2", B=square(1, 0)), valid_from=MONDAY, create=True)
    service.load_buildings(conn, [houses([(0.005, 0.005)], [8])], source="t")

    service.load_buildings(conn, [houses([(0.015, 0.005)], [8])], source="t")

    assert (
        conn.exec_driver_sql("SELECT area.code FROM building JOIN area ON area.id = area_id").scalar_one()
        == "C2"
    )
    shown = _properties(conn, LATER)
    assert [shown[code]["households"] for code in "AB"] == [0, 8]


def test_a_building_on_the_border_of_two_communities_goes_to_the_lower_code(conn: Connection) -> None:
    service.load_areas(conn, community("C2", square(0, 0)))
    service.load_areas(conn, community("C1", square(1, 0)))
    service.load_buildings(conn, [houses([(0.01, 0.005)], [8])], source="t")

    assert (
        conn.exec_driver_sql("SELECT area.code FROM building JOIN area ON area.id = area_id").scalar_one()
        == "C1"
    )
