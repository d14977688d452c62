"""Which grid a point is in: by the half-open rule, at its own moment, one or many, and what is nearest."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from towns import MONDAY, community, grids, square

from gis_grid.grids import service
from gis_grid.grids.service import kept_indexes, locating
from gis_grid.kit.days import microseconds_of
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from sqlalchemy import Connection

LATER = MONDAY + timedelta(days=7)
NOW = microseconds_of(LATER)


@pytest.fixture
def town(conn: Connection) -> Connection:
    """Four squares around a corner; a week later the two western ones become one."""
    service.load_areas(conn, community("C1", shapely.box(0, 0, 0.02, 0.02)))
    squares = {"A": square(0, 0), "B": square(1, 0), "C": square(0, 1), "D": square(1, 1)}
    service.load_grids(conn, grids("C1", **squares), valid_from=MONDAY)
    return conn


def _codes(conn: Connection, places: list[tuple[float, float]], at_us: object = NOW) -> list[str | None]:
    lon, lat = np.array(places).T
    found = locating.locate(conn, lon, lat, at_us)
    named = locating.grids_named(conn, found)
    return [named[one].code if one >= 0 else None for one in found.tolist()]


def test_a_border_belongs_to_the_grid_west_of_it_and_to_the_one_north_of_it(town: Connection) -> None:
    assert _codes(town, [(0.01, 0.005), (0.005, 0.01), (0.01, 0.01)]) == ["A", "C", "C"]


def test_the_western_and_northern_rim_is_outside_the_eastern_and_southern_one_inside(
    town: Connection,
) -> None:
    assert _codes(town, [(0, 0.005), (0.005, 0.02), (0.02, 0.005), (0.005, 0)]) == [None, None, "B", "A"]


def test_every_point_has_its_own_moment(town: Connection) -> None:
    town.exec_driver_sql(
        "UPDATE boundary SET valid = tstzrange(lower(valid), %(at)s) FROM grid WHERE grid.id = grid_id "
        "AND code IN ('A', 'C')",
        {"at": LATER},
    )
    service.load_grids(town, grids("C1", E=shapely.box(0, 0, 0.01, 0.02)), valid_from=LATER)
    places = [(0.005, 0.005), (0.015, 0.005), (0.005, 0.015)]
    before, founded = NOW - 1, microseconds_of(MONDAY)

    assert _codes(town, places, before) == ["A", "B", "C"]
    assert _codes(town, places, NOW) == ["E", "B", "E"]
    assert _codes(town, places, [founded - 1, founded, NOW]) == [None, "B", "E"]


def test_few_points_and_many_are_told_the_same(town: Connection) -> None:
    steps = np.arange(-2, 24) / 1000
    lon, lat = (column.ravel() for column in np.meshgrid(steps, steps))
    times = np.where(np.arange(len(lon)) % 3, NOW, microseconds_of(MONDAY) - 1)

    many = locating.locate(town, lon, lat, times)
    few = [
        locating.locate(town, lon[n : n + 100], lat[n : n + 100], times[n : n + 100])
        for n in range(0, len(lon), 100)
    ]

    assert len(lon) > locating.FEW
    assert many.tolist() == np.concatenate(few).tolist()
    assert (many >= 0).sum() > 200


def test_the_index_is_kept_until_a_boundary_changes(
    town: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    of = kept_indexes.Index.of
    monkeypatch.setattr(kept_indexes.Index, "of", lambda rows: made.append(len(rows)) or of(rows))
    lon = lat = np.full(locating.FEW + 1, 0.005)

    for _ in range(3):
        locating.locate(town, lon, lat, NOW)
    assert made == [4]

    town.exec_driver_sql("UPDATE boundary SET households = 1 WHERE id = (SELECT min(id) FROM boundary)")
    locating.locate(town, lon, lat, NOW)
    assert made == [4, 4], "written anew within the same transaction, it is another version"


def test_no_more_indexes_are_kept_than_there_is_room_for(
    town: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_indexes, "MOST_BYTES", 1)
    kept = kept_indexes.KeptIndexes()
    for days in range(3):
        at = LATER + timedelta(days=days)
        kept.of(town, (at, at))
    town.exec_driver_sql("UPDATE boundary SET households = 1")
    kept.of(town, (LATER, LATER))

    (indexes,) = kept._kept.values()
    assert len(indexes) == 1


def test_a_wrong_position_is_named_by_its_row(town: Connection) -> None:
    with pytest.raises(BadInput, match="A position is wrong") as refused:
        locating.locate(town, [0.5, 181.0], [0.5, 0.5], NOW)
    assert refused.value.errors[0].row == 2
    assert "181.0" in str(refused.value.errors[0].value)


def test_without_points_and_without_grids_nothing_is_found(conn: Connection) -> None:
    assert locating.locate(conn, [], [], NOW).tolist() == []
    assert locating.locate(conn, [0.5] * 1000, [0.5] * 1000, NOW).tolist() == [-1] * 1000
    assert locating.nearest_grids(conn, [0.5], [0.5], [NOW]) == [None]


def test_outside_of_all_grids_the_nearest_is_named_with_its_distance_in_metres(town: Connection) -> None:
    (nearest,) = locating.nearest_grids(town, [0.025], [0.005], [NOW])

    assert nearest is not None
    assert locating.grids_named(town, np.array([nearest.boundary_id]))[nearest.boundary_id].code == "B"
    assert nearest.metres == pytest.approx(556.6, abs=0.1)  # 0.005 degrees along the equator
    assert locating.nearest_grids(town, [0.025], [0.005], [microseconds_of(MONDAY) - 1]) == [None]


def test_nearest_is_nearest_in_metres_and_not_in_degrees(conn: Connection) -> None:
    """At 60 degrees north a degree of longitude is half a degree of latitude."""
    service.load_areas(conn, community("C1", shapely.box(10, 60, 10.1, 60.1)))
    west = shapely.box(10.000, 60.0, 10.01, 60.01)
    north = shapely.box(10.022, 60.015, 10.04, 60.02)
    service.load_grids(conn, grids("C1", N=north, W=west), valid_from=MONDAY)

    (nearest,) = locating.nearest_grids(conn, [10.024], [60.005], [NOW])

    assert nearest is not None
    assert locating.grids_named(conn, np.array([nearest.boundary_id]))[nearest.boundary_id].code == "W"
    assert nearest.metres == pytest.approx(781, abs=2)


def test_a_place_in_no_grid_still_has_its_community_and_what_is_above(town: Connection) -> None:
    town.exec_driver_sql(
        "INSERT INTO area (code, name, kind, geom) SELECT 'T', '镇', 'subdistrict', geom FROM area"
    )
    town.exec_driver_sql(
        "UPDATE area SET parent_id = (SELECT id FROM area WHERE code = 'T') WHERE code = 'C1'"
    )
    town.exec_driver_sql("DELETE FROM boundary")

    here, away = locating.areas_around(town, [0.005, 1.0], [0.005, 1.0])

    assert (here.community, here.subdistrict, here.county) == (
        locating.AreaNamed("C1", "社区C1"),
        locating.AreaNamed("T", "镇"),
        None,
    )
    assert away == locating.Above()


def test_communities_around_many_places_are_those_around_few(conn: Connection) -> None:
    two = {"C2": shapely.box(0.02, 0, 0.04, 0.02), "C1": shapely.box(0, 0, 0.02, 0.02)}
    for code, outline in two.items():
        service.load_areas(conn, community(code, outline))
    places = [(x / 100, y / 100) for x in (0, 1, 2, 3, 4, 5) for y in (0, 1, 2, 3)]
    lon, lat = np.array(places).T.tolist()
    few = locating.areas_around(conn, lon, lat)
    again = locating.FEW // len(places) + 1
    assert locating.areas_around(conn, lon * again, lat * again) == few * again
    border = few[places.index((0.02, 0.01))]
    assert border.community is not None
    assert border.community.code == "C1"
