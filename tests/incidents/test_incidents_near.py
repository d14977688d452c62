"""Incidents near a point and in an H3 cell: exactly, within scope, each once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import h3
import pytest
from followed_town import IN_WEST, Town

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

METRE: Final = 1 / (111_320 * math.cos(math.radians(IN_WEST[1])))
"""In degrees of longitude there."""
HERE: Final = {"lon": IN_WEST[0], "lat": IN_WEST[1]}


@pytest.fixture
def town(anonymous: TestClient, conn: Connection) -> Town:
    town = Town(anonymous, conn)
    for code, metres in (("at", 0), ("beside", 90), ("over", 150), ("merged", 20), ("quarrel", 30)):
        category = "disputes.neighbours" if code == "quarrel" else "safety.stairway"
        town.report("commander", code=code, category=category, lon=IN_WEST[0] + metres * METRE)
    town.report("neighbour", code="next-door", lon=118.7902)
    town.report(code="nowhere", lon=None, lat=None)
    town.move("commander", "over", "close_on_spot", why="已清理")
    town.call("commander", "POST", "/incidents/merged/merge", json={"into": "at"})
    return town


def near(town: Town, name: str = "commander", **asked: Any) -> dict[str, Any]:
    answer = town.call(name, "GET", "/incidents/near", params={**HERE, **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def codes(found: dict[str, Any]) -> list[str]:
    assert found["matched"] == len(found["found"])
    return [one["code"] for one in found["found"]]


def test_incidents_within_a_distance_and_the_nearest_so_many(town: Town) -> None:
    assert codes(near(town, within_m=200)) == ["at", "quarrel", "beside", "over"]
    assert codes(near(town, within_m=91)) == ["at", "quarrel", "beside"]
    assert codes(near(town, within_m=0)) == ["at"]
    assert codes(near(town, k=2)) == ["at", "quarrel"]
    assert codes(near(town, k=200)) == ["at", "quarrel", "beside", "over"], "none of next door"
    assert codes(near(town, "neighbour", k=1)) == ["next-door"]
    assert codes(near(town, within_m=200, open=True)) == ["at", "quarrel", "beside"]
    assert codes(near(town, k=9, state="closed")) == ["over"]
    assert codes(near(town, "consumer", k=9)) == ["at", "beside", "over"], "no dispute"
    beside = near(town, within_m=91)["found"][2]
    assert beside["distance_m"] == pytest.approx(90, rel=0.01)
    assert (beside["state"]["zh"], beside["light"], beside["kind"]) == ("已上报", "none", "hazard")


def test_incidents_in_a_cell_are_those_that_h3_itself_says(town: Town) -> None:
    places = {"at": 0, "quarrel": 30, "beside": 90, "over": 150}
    for resolution in (7, 10, 12):
        cell = h3.latlng_to_cell(IN_WEST[1], IN_WEST[0], resolution)
        inside = {
            code
            for code, metres in places.items()
            if h3.latlng_to_cell(IN_WEST[1], IN_WEST[0] + metres * METRE, resolution) == cell
        }
        found = town.call("commander", "GET", f"/incidents/in-cell/{cell}").json()
        assert set(codes(found)) == inside
        assert {one["distance_m"] for one in found["found"]} == {None}
    large = h3.latlng_to_cell(IN_WEST[1], IN_WEST[0], 7)
    only_open = town.call("commander", "GET", f"/incidents/in-cell/{large}", params={"open": True}).json()
    assert codes(only_open) == ["quarrel", "beside", "at"], "the newest first"


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("near", {}, 400),
        ("near", {"k": 1, "within_m": 1}, 400),
        ("near", {"k": 1, "open": True, "state": "closed"}, 400),
        ("near", {"k": 201}, 422),
        ("near", {"within_m": 5001}, 422),
        ("near", {"within_m": "nan"}, 422),
        ("near", {"k": 1, "lat": 91}, 422),
        ("in-cell/8f", {}, 400),
        ("in-cell/网格", {}, 400),
        (f"in-cell/{h3.latlng_to_cell(0, 0, 6)}", {}, 400),
    ],
)
def test_what_cannot_be_looked_for_is_a_problem(
    client: TestClient, path: str, asked: dict[str, Any], status: int
) -> None:
    answer = client.get(f"/api/incidents/{path}", params={**HERE, **asked})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
