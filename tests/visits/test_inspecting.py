"""Key places of a day, each with how near the track came and how long it stayed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import shapely
from sqlalchemy import text
from visited_town import IN_G1, LONG_AGO, SHANGHAI, at, build
from walking_ground import objects, record, straight

from gis_grid.grids import service as grids
from gis_grid.patrols.visiting.inspecting import inspections
from gis_grid.patrols.visiting.rules import Stay

if TYPE_CHECKING:
    from sqlalchemy import Connection

DAY = date(2026, 11, 3)


def test_each_key_place_has_its_distance_and_stay(conn: Connection) -> None:
    build(conn)
    lon, lat = IN_G1
    points = [shapely.Point(lon, lat), shapely.Point(lon, lat + 0.001), shapely.Point(lon + 0.002, lat)]
    rows = grids.KeyPlaceRows(
        objects("K1", "K2", "K3"), objects(*"ABC"), objects(*["place"] * 3), objects(*points)
    )
    grids.load_key_places(conn, rows, valid_from=LONG_AGO)
    ids = dict(conn.execute(text("SELECT code, id FROM worker")).all())
    stand = straight(at(DAY, 9), 600, IN_G1, IN_G1)
    away = straight(at(DAY, 9, 10) + timedelta(seconds=10), 300, IN_G1, (lon + 0.002, lat))
    record(conn, ids["W1"], stand, away)
    found = inspections(
        conn, list(ids.values()), DAY, Stay(50, 120), tz=SHANGHAI, now=at(DAY + timedelta(days=1))
    )
    assert [(one.worker_id, one.place, one.is_inspected) for one in found] == [
        (ids["W1"], "A", True),
        (ids["W1"], "B", False),
        (ids["W1"], "C", False),  # reached, and left at once
    ]
    first, second, third = found
    assert (first.nearest_m, third.nearest_m) == (0.0, 0.0)
    assert first.stayed_s > 600
    assert 100 < (second.nearest_m or 0) < 120
    assert 0 < third.stayed_s < 120


def test_without_a_track_nothing_is_said(conn: Connection) -> None:
    build(conn)
    rows = grids.KeyPlaceRows(objects("K1"), objects("A"), objects("place"), objects(shapely.Point(*IN_G1)))
    grids.load_key_places(conn, rows, valid_from=LONG_AGO)
    worker = conn.execute(text("SELECT id FROM worker WHERE code = 'W1'")).scalar_one()
    (one,) = inspections(conn, [worker], DAY, Stay(50, 120), tz=SHANGHAI, now=at(DAY + timedelta(days=1)))
    assert (one.nearest_m, one.stayed_s, one.is_inspected) == (None, 0.0, False)
