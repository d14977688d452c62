"""Who may do what with an incident: by role, by area, by what the caller shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from followed_town import REPORT, Town
from sqlalchemy import text

from gis_grid.accounts.secrets import digest, new_secret

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

WHY: Final = {"why": "已处理"}


@pytest.fixture
def town(anonymous: TestClient, conn: Connection) -> Town:
    return Town(anonymous, conn)


def test_roles_hold_where_they_are_held(town: Town) -> None:
    code = town.report()["code"]
    assert town.move("neighbour", code, "take_up").status_code == 404
    assert town.call("neighbour", "GET", f"/incidents/{code}").status_code == 404
    assert town.move("auditor", code, "take_up").status_code == 403
    assert town.call("consumer", "POST", "/incidents", json=REPORT).status_code == 403
    assert town.move("helper", code, "take_up").status_code == 409, "for commanders"
    assert {one["by"] for one in town.read(code, "consumer")["history"]} == {None}
    assert town.call("auditor", "GET", "/incidents/no-such").status_code == 404


def test_the_token_of_a_phone_only_sends_positions(town: Town) -> None:
    """A device is no person: its worker signs in to report."""
    code = town.report()["code"]
    secret = new_secret()
    town.conn.execute(
        text(
            "WITH phone AS (INSERT INTO device (code) VALUES ('P9') RETURNING id)"
            " INSERT INTO device_token (device_id, secret_digest, created_at)"
            " SELECT id, :digest, now() FROM phone"
        ),
        {"digest": digest(secret)},
    )
    town.client.cookies.clear()
    for method, path in (
        ("GET", "/incidents"),
        ("GET", f"/incidents/{code}"),
        ("POST", "/incidents"),
        ("POST", f"/incidents/{code}/moves"),
        ("POST", f"/incidents/{code}/attachments"),
    ):
        headers = {"Authorization": f"Bearer {secret}"}
        answer = town.client.request(method, f"/api{path}", headers=headers, json={"move": "take_up"})
        assert answer.status_code == 401, (method, path)


def test_a_report_over_the_border_goes_to_whom_it_concerns(town: Town) -> None:
    """A worker sees nothing next door but what one reported oneself, and handles nothing there."""
    incident = town.report("worker", lon=118.795, category="emergency.fire")
    code = incident["code"]
    own = town.read(code, "worker")
    assert (own["allowed"], own["area_code"]) == ([], None)
    for move in ("take_up", "close_on_spot"):
        assert town.move("worker", code, move, **WHY).status_code == 403
    assert town.call("helper", "GET", f"/incidents/{code}").status_code == 404
    listed = town.call("worker", "GET", "/incidents").json()
    assert listed["numberMatched"] == 0
    mine = town.call("worker", "GET", "/incidents", params={"mine": True}).json()
    assert [one["properties"]["code"] for one in mine["features"]] == [code]
    assert town.call("commander", "GET", "/incidents", params={"mine": True}).status_code == 400
    (alert,) = town.call("neighbour", "GET", "/incidents/alerts").json()["alerts"]
    path = f"/incidents/alerts/{alert['id']}/acknowledge"
    assert town.call("worker", "POST", path).status_code == 404
    assert town.call("neighbour", "POST", path).status_code == 204
    assert town.read(incident["code"], "neighbour")["state"]["name"] == "sent_up"
    assert town.call("commander", "GET", f"/incidents/{incident['code']}").status_code == 404
    body = {**REPORT, "lon": 118.795, "lat": 32.0525}
    assert town.call("commander", "POST", "/incidents", json=body).status_code == 400


def test_what_is_between_a_resident_and_the_town_is_not_given_to_who_takes_the_towns_data(town: Town) -> None:
    town.report(code="quarrel", category="disputes.neighbours", title="楼上漏水争执")
    town.report(code="stairs")
    for who, seen in (("consumer", {"stairs"}), ("commander", {"quarrel", "stairs"})):
        listed = town.call(who, "GET", "/incidents").json()
        assert {one["properties"]["code"] for one in listed["features"]} == seen
        assert listed["numberMatched"] == len(seen)
    assert town.call("consumer", "GET", "/incidents/quarrel").status_code == 404
    assert town.call("auditor", "GET", "/incidents/quarrel").status_code == 200
