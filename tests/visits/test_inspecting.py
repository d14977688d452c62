"""Key places of a day, each with how near the track came and how long it stayed: asked by a job."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
import shapely
from answering import client_on
from sqlalchemy import text
from visited_town import IN_G1, IN_G2, LONG_AGO, SHANGHAI, Asker, at, build, excuse, sign_in
from walking_ground import objects, record, straight

from gis_grid.grids import service as grids
from gis_grid.patrols.visiting.inspecting import inspect_day
from gis_grid.patrols.visiting.rules import VisitRules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from gis_grid.kit.settings import Settings

DAY = date(2026, 11, 3)
SUNDAY = date(2026, 11, 8)
NIGHT = at(DAY + timedelta(days=1), 2)
LON, LAT = IN_G1


@pytest.fixture
def town(conn: Connection) -> Connection:
    """Three key places in G1, as many metres apart as their names say, and one in G2."""
    build(conn)
    points = [IN_G1, (LON, LAT + 0.001), (LON + 0.002, LAT), IN_G2]
    names = ["A", "B 111 m", "C 189 m", "D"]
    rows = grids.KeyPlaceRows(
        objects("K1", "K2", "K3", "K4"),
        objects(*names),
        objects(*["place"] * 4),
        objects(*(shapely.Point(*point) for point in points)),
    )
    grids.load_key_places(conn, rows, valid_from=LONG_AGO)
    return conn


@pytest.fixture(scope="module")
def rules() -> VisitRules:
    settings = cast("Settings", SimpleNamespace(tz=SHANGHAI, rules_file=None, work_days_file=None))
    return VisitRules.read(settings, at(DAY))


def worker(conn: Connection, code: str) -> int:
    return int(conn.execute(text("SELECT id FROM worker WHERE code = :code"), {"code": code}).scalar_one())


def walk(conn: Connection, code: str = "W1") -> None:
    """Stand at A from nine for ten minutes, then go to C and leave at once."""
    stand = straight(at(DAY, 9), 600, IN_G1, IN_G1)
    away = straight(at(DAY, 9, 10) + timedelta(seconds=10), 300, IN_G1, (LON + 0.002, LAT))
    record(conn, worker(conn, code), stand, away)


def told(conn: Connection, who: str = "W1") -> list[tuple[Any, ...]]:
    query = (
        "SELECT p.name, i.revision, i.nearest_m, i.stayed_s, i.is_inspected FROM place_inspection i"
        " JOIN key_place p ON p.id = place_id JOIN worker w ON w.id = worker_id WHERE w.code = :who"
        " ORDER BY p.name, revision"
    )
    return [tuple(row) for row in conn.execute(text(query), {"who": who})]


def test_each_key_place_has_its_distance_and_stay(town: Connection, rules: VisitRules) -> None:
    walk(town)
    assert inspect_day(town, rules, DAY, tz=SHANGHAI, now=NIGHT) == 4
    a, b, c = told(town)
    assert (a[:3], a[4]) == (("A", 1, 0.0), True)
    assert a[3] == 4 * 120, "that the worker stayed on is nobody's business"
    # 111 m away is told in tenths of the 50 m that are asked.
    assert b == ("B 111 m", 1, 115.0, 0.0, False)
    # Reached, and left at once.
    assert (c[2], c[4]) == (0.0, False)
    assert 0 < c[3] < 120
    # W2 had a working day, and no track.
    assert told(town, "W2") == [("D", 1, None, 0.0, False)]


def test_what_is_far_is_not_told_in_metres(town: Connection, rules: VisitRules) -> None:
    record(town, worker(town, "W2"), straight(at(DAY, 9), 600, IN_G1, IN_G1))
    inspect_day(town, rules, DAY, tz=SHANGHAI, now=NIGHT)
    assert told(town, "W2") == [("D", 1, 200.0, 0.0, False)]


def test_what_is_known_is_not_written_again_and_late_fixes_make_a_revision(
    town: Connection, rules: VisitRules
) -> None:
    assert inspect_day(town, rules, DAY, tz=SHANGHAI, now=NIGHT) == 4
    assert inspect_day(town, rules, DAY, tz=SHANGHAI, now=NIGHT) == 0
    walk(town)
    assert inspect_day(town, rules, DAY, tz=SHANGHAI, now=NIGHT + timedelta(days=1)) == 3
    assert [(row[0], row[1], row[4]) for row in told(town)][:2] == [("A", 1, False), ("A", 2, True)]


def test_without_a_track_nothing_is_said_of_days_off(town: Connection, rules: VisitRules) -> None:
    excuse(town, "W1", DAY, DAY)
    inspect_day(town, rules, DAY, tz=SHANGHAI, now=NIGHT)
    assert told(town) == []
    inspect_day(town, rules, SUNDAY, tz=SHANGHAI, now=at(SUNDAY + timedelta(days=1)))
    assert told(town, "W2") == [("D", 1, None, 0.0, False)], "of the working day alone"


def test_who_stands_in_inspects_for_the_grid_and_only_meanwhile(town: Connection, rules: VisitRules) -> None:
    excuse(town, "W1", DAY, DAY, stand_in="W2")
    walk(town, "W2")
    inspect_day(town, rules, DAY, tz=SHANGHAI, now=NIGHT)
    assert [(row[0], row[4]) for row in told(town, "W2")] == [
        ("A", True), ("B 111 m", False), ("C 189 m", False), ("D", False),
    ]  # fmt: skip
    assert told(town) == []


@pytest.fixture
def ask(town: Connection, rules: VisitRules) -> Iterator[Asker]:
    walk(town)
    inspect_day(town, rules, DAY, tz=SHANGHAI, now=NIGHT)
    with client_on(town) as client:
        yield Asker(client, sign_in(town))


def test_each_sees_the_places_of_their_grids(ask: Asker) -> None:
    path, day = "/api/visits/key-places", {"day": str(DAY)}
    own = ask.get("W1", path, **day).json()
    assert (own["from"], own["to"], own["numberMatched"]) == (str(DAY), str(DAY), 3)
    assert own["places"][0] | {"stayed_s": 0} == {
        "date": str(DAY), "grid": "G1", "worker_code": "W1", "place": "A", "nearest_m": 0.0, "stayed_s": 0,
        "is_inspected": True, "asked": {"within_m": 50.0, "at_least_s": 120.0},
    }  # fmt: skip
    everything = ask.get("commander", path, **day).json()
    assert [one["place"] for one in everything["places"]] == ["A", "B 111 m", "C 189 m", "D"]
    assert [one["place"] for one in ask.get("commander", path, grid="G2", **day).json()["places"]] == ["D"]
    cut = ask.get("commander", path, limit=1, **day).json()
    assert (cut["numberMatched"], cut["numberReturned"]) == (4, 1)
    assert ask.get("W1", path, grid="G2", **day).status_code == 404
    assert ask.get("consumer", path, **day).status_code == 403
    assert ask.get("W1", path, **{"from": "2026-01-01", "to": "2026-12-31"}).status_code == 400
    assert ask.get("W1", path, **{"from": "2026-02-01", "to": "2026-01-01"}).status_code == 400


def test_asking_is_no_look_at_a_track(ask: Asker, town: Connection) -> None:
    ask.get("commander", "/api/visits/key-places", day=str(DAY))
    assert town.execute(text("SELECT count(*) FROM ledger WHERE action = 'look_at_track'")).scalar_one() == 0
    columns = town.execute(
        text("SELECT column_name FROM information_schema.columns WHERE table_name = 'place_inspection'")
    ).scalars()
    assert not {"lon", "lat", "geom", "cell", "fix_id", "t", "at", "first_ms", "start", "end"} & set(columns)
