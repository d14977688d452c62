"""The fixes of a worker as features: what came in is read back with its flags, and the look is written."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from walking_ground import MONDAY, OUTSIDE, at, hire, publish, record, stroll

from gis_grid.core import Fixes
from gis_grid.kit.errors import BadInput
from gis_grid.ogc.intervals import closed_interval

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

ITEMS = "/ogc/collections/track_points/items"
DAY = "2026-11-02T00:00:00+08:00/2026-11-03T00:00:00+08:00"


@pytest.fixture
def walk(conn: Connection) -> Fixes:
    """Record a morning with one fix far off."""
    publish(conn)
    worker = hire(conn)
    morning = stroll(at(MONDAY, 9), 600)
    wild = Fixes.of(morning.t_ms[30:31] + 5000, [OUTSIDE[0]], [OUTSIDE[1]], accuracy_m=[400])
    record(conn, worker, Fixes.concat([morning, wild]))
    return morning


def read(client: TestClient, **query: Any) -> dict[str, Any]:
    answer = client.get(ITEMS, params={"worker": "W1", "datetime": DAY, **query})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, Any] = answer.json()
    return found


def test_what_came_in_is_read_back_exactly_and_in_order(client: TestClient, walk: Fixes) -> None:
    found = read(client)
    points = [one for one in found["features"] if not one["properties"]["flags"]]
    assert [one["geometry"]["coordinates"] for one in points] == [
        [lon, lat] for lon, lat in zip(walk.lon.tolist(), walk.lat.tolist(), strict=True)
    ]
    assert [one["properties"]["time"] for one in found["features"]] == sorted(
        one["properties"]["time"] for one in found["features"]
    )
    assert found["numberMatched"] == found["numberReturned"] == len(walk) + 1
    assert len({one["id"] for one in found["features"]}) == len(walk) + 1


def test_a_fix_that_no_rule_uses_has_its_flag(client: TestClient, walk: Fixes) -> None:
    (wild,) = [one for one in read(client)["features"] if one["properties"]["flags"]]
    assert wild["properties"]["flags"] == ["bad_accuracy"]
    assert (wild["properties"]["accuracy"], wild["properties"]["speed_mps"]) == (400, None)


def test_pages_lead_on_to_each_other_and_hold_every_point_once(client: TestClient, walk: Fixes) -> None:
    page = read(client, limit=25)
    ids = [one["id"] for one in page["features"]]
    while following := [link["href"] for link in page["links"] if link["rel"] == "next"]:
        page = client.get(following[0]).json()
        ids += [one["id"] for one in page["features"]]
    assert len(ids) == len(set(ids)) == page["numberMatched"]


def test_each_page_is_a_look_to_be_read_by_the_worker(
    client: TestClient, conn: Connection, walk: Fixes
) -> None:
    read(client, reason="复核11月2日")
    details = conn.execute(
        text("SELECT detail FROM ledger WHERE action = 'look_at_track' AND subject = 'worker:W1'")
    ).scalars()
    assert list(details) == [{"from": "2026-11-02", "to": "2026-11-03", "reason": "复核11月2日"}]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"datetime": ".."}, "both ends"),
        ({"datetime": "2026-11-02T00:00:00Z/.."}, "both ends"),
        ({"datetime": "2026-11-02"}, "expected an interval"),
        ({"datetime": "2026-11-02T00:00:00"}, "expected an interval"),
        ({"datetime": "2026-11-03T00:00:00Z/2026-11-02T00:00:00Z"}, "ends before it starts"),
        ({"datetime": "2026-01-01T00:00:00Z/2026-11-02T00:00:00Z"}, "at most 31 days"),
        ({"datetime": "1950-01-01T00:00:00Z"}, "expected one from 1990"),
    ],
)
def test_an_interval_that_cannot_be_used_is_refused_by_name(
    client: TestClient, walk: Fixes, query: dict[str, str], words: str
) -> None:
    answer = client.get(ITEMS, params={"worker": "W1", **query})
    assert answer.status_code == 400
    assert words in answer.text


def test_an_instant_is_an_interval_of_no_length() -> None:
    start, end = closed_interval("2026-11-02T09:00:00+08:00", longest=timedelta(days=1))
    assert start == end == at(MONDAY, 9)
    with pytest.raises(BadInput):
        closed_interval("a/b/c", longest=timedelta(days=1))
