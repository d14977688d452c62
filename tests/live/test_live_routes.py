"""HTTP of the live map on rows that were written by hand: what is told to whom, and what people do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import live_rows
import pytest
from live_rows import BOX, WEST
from signed_in import signed_in
from sqlalchemy import text

from gis_grid.accounts.http import COOKIE, CSRF_HEADER, csrf_token
from gis_grid.accounts.roles import Role
from gis_grid.kit import clock
from gis_grid.live.schemas import LiveNews

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

    from gis_grid.live.schemas import LiveAlert


@pytest.fixture
def now() -> datetime:
    """Return this moment, to the millisecond."""
    return clock.now().replace(microsecond=0, tzinfo=UTC)


@pytest.fixture
def chief(anonymous: TestClient, conn: Connection, now: datetime) -> TestClient:
    """Return the commander of the community, signed in."""
    live_rows.build(conn, now)
    return as_(anonymous, signed_in(conn, "chief", [(Role.COMMANDER, "C1")]))


def as_(client: TestClient, secret: str) -> TestClient:
    client.cookies.set(COOKIE, secret)
    client.headers[CSRF_HEADER] = csrf_token(secret)
    return client


def told(client: TestClient, **query: Any) -> LiveNews:
    answer = client.get("/api/live", params=query)
    assert answer.status_code == 200, answer.text
    return LiveNews.model_validate_json(answer.content)


def looks(conn: Connection, code: str) -> list[Any]:
    query = "SELECT actor, detail ->> 'reason' AS reason FROM ledger WHERE subject = :who AND action = :what"
    return list(conn.execute(text(query), {"who": f"worker:{code}", "what": "look_at_track"}).all())


def test_the_whole_is_all_in_scope_and_no_position_without_a_box(chief: TestClient, conn: Connection) -> None:
    found = told(chief)
    assert found.whole
    assert {(one.code, one.grid, one.community, one.state) for one in found.workers} == {
        ("W1", "G1", "C1", "in_grid"),
        ("W2", "G2", "C1", "in_grid"),
    }
    assert all(one.lon is one.lat is one.accuracy_m is None for one in found.workers)
    assert {one.code for one in found.grids} == {"G1", "G2"}
    assert not found.cells
    assert [(one.kind, one.worker and one.worker.code, one.grid) for one in found.alerts] == [
        ("silent", "W2", "G2")
    ]
    assert found.beat is not None
    assert found.beat.behind_ms == 40
    assert found.version > 0
    assert not looks(conn, "W1")


def test_within_a_box_positions_and_cells_are_told(chief: TestClient) -> None:
    found = told(chief, bbox=BOX)
    assert {one.code: (one.lon, one.lat) for one in found.workers} == {"W1": WEST, "W2": (None, None)}
    assert [(one.cell, one.grid, one.seconds) for one in found.cells] == [(f"{live_rows.CELL:x}", "G1", 30.0)]


def test_whose_position_is_told_is_looked_at_once_an_hour(chief: TestClient, conn: Connection) -> None:
    for _ in range(3):
        told(chief, bbox=BOX)
    assert looks(conn, "W1") == [("chief", "live map")]
    assert not looks(conn, "W2")
    conn.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    conn.execute(
        text("ALTER TABLE ledger DISABLE TRIGGER USER; UPDATE ledger SET at = at - interval '1 hour'")
    )
    told(chief, bbox=BOX)
    assert len(looks(conn, "W1")) == 2


def test_the_worker_reads_who_looked(chief: TestClient, conn: Connection) -> None:
    told(chief, bbox=BOX)
    as_(chief, signed_in(conn, "me", [(Role.WORKER, "C1")], worker="W1"))
    (look,) = chief.get("/api/workers/W1/looks").json()["looks"]
    assert (look["actor"], look["reason"], look["from"]) == ("chief", "live map", look["to"])


@pytest.mark.parametrize("how", ["off duty", "a day ago"])
def test_who_is_off_duty_or_long_unseen_has_no_position(
    chief: TestClient, conn: Connection, now: datetime, how: str
) -> None:
    if how == "off duty":
        live_rows.see(conn, "W1", "G1", WEST, now, on_duty=False)
    else:
        live_rows.see(conn, "W1", "G1", WEST, now - timedelta(hours=25))
    conn.execute(text("UPDATE live_cell SET local_date = local_date - 1"))
    found = told(chief, bbox=BOX)
    assert all(one.lon is None for one in found.workers)
    assert [one.seconds for one in found.cells] == [0]
    assert not looks(conn, "W1")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"bbox": "1,2,3"}, 400),
        ({"bbox": "1,2,1.4,x"}, 400),
        ({"bbox": "1,2,1.4,nan"}, 400),
        ({"bbox": "1.4,2,1,2.4"}, 400),
        ({"bbox": "116.3,39,116.81,39.1"}, 400),
        ({"bbox": "116.3,39,116.8,39.5"}, 200),
        ({"community": "C-NONE"}, 404),
        ({"community": ["C1", "C1"]}, 200),
        ({"colour": "red"}, 422),
    ],
)
def test_what_cannot_be_asked_is_refused(chief: TestClient, query: Any, status: int) -> None:
    for path in ("/api/live", "/api/live/events"):
        answer = chief.get(path, params=query)
        assert answer.status_code == status, answer.text
        assert answer.headers["Cache-Control"] in {"no-store", "private, no-store"}


def test_of_alerts_the_open_ones_and_those_of_the_last_day_are_told(
    chief: TestClient, conn: Connection, now: datetime
) -> None:
    before = {one.id for one in told(chief).alerts}
    recent = live_rows.raise_alert(conn, "W1", "G1", now - timedelta(hours=23), cleared_at=now)
    live_rows.raise_alert(conn, "W1", "G1", now - timedelta(hours=25), cleared_at=now)
    old = live_rows.raise_alert(conn, "W1", "G1", now - timedelta(days=5))
    assert {one.id for one in told(chief).alerts} - before == {recent, old}


def test_a_community_or_what_is_above_it_can_be_asked_for(chief: TestClient, conn: Connection) -> None:
    conn.execute(
        text(
            "INSERT INTO area (code, name, kind, geom) SELECT 'T', '镇', 'subdistrict', geom FROM area;"
            "INSERT INTO area (code, name, kind, geom, parent_id) SELECT 'C2', '旁边', 'community', geom, id "
            "FROM area WHERE code = 'T';"
            "UPDATE area SET parent_id = (SELECT id FROM area WHERE code = 'T') WHERE code = 'C1'"
        )
    )
    as_(chief, signed_in(conn, "above", [(Role.COMMANDER, "T")]))
    assert len(told(chief, community="T").workers) == 2
    assert len(told(chief, community="C1").grids) == 2
    other = told(chief, community="C2", bbox=BOX)
    assert (other.workers, other.grids, other.cells, other.alerts, other.version) == ([], [], [], [], 0)


def emergency(conn: Connection, now: datetime, place: tuple[float, float], area: str | None) -> None:
    """Report one and let its alert be raised."""
    conn.execute(
        text(
            "INSERT INTO incident (code, kind, category, title, state, severity, reported_at, geom, area_id, "
            "h3_r7, h3_r9, h3_r10, h3_r11) VALUES ('I1', 'hazard', '火情', '楼道冒烟', 'reported', 3, :now, "
            "ST_Point(:lon, :lat, 4326), (SELECT id FROM area WHERE code = :area), 1, 1, 1, 1)"
        ),
        {"now": now, "lon": place[0], "lat": place[1], "area": area},
    )
    conn.execute(
        text(
            "INSERT INTO live_alert (kind, incident_id, area_id, raised_at, since, version) "
            "SELECT 'emergency', id, area_id, :now, :now, gis_grid_live_version() FROM incident"
        ),
        {"now": now},
    )


def emergencies(client: TestClient) -> list[LiveAlert]:
    return [one for one in told(client).alerts if one.kind == "emergency"]


def test_an_emergency_says_what_and_where(chief: TestClient, conn: Connection, now: datetime) -> None:
    emergency(conn, now, (118.782, 32.052), "C1")
    (found,) = emergencies(chief)
    assert found.incident is not None
    assert (found.incident.code, found.incident.title, found.incident.severity) == ("I1", "楼道冒烟", 3)
    assert (found.lon, found.lat, found.worker) == (118.782, 32.052, None)


def test_an_emergency_in_no_area_is_for_those_who_command_everywhere(
    chief: TestClient, conn: Connection, now: datetime
) -> None:
    emergency(conn, now, (118.9, 32.2), None)
    assert emergencies(chief) == []
    as_(chief, signed_in(conn, "above", [(Role.COMMANDER, None)]))
    (found,) = emergencies(chief)
    assert (found.community, found.grid, found.lon) == (None, None, 118.9)
    path = f"/api/live/alerts/{found.id}"
    assert [one["name"] for one in chief.get(f"{path}/takers").json()] == ["above"]
    assert chief.post(f"{path}/acknowledge").json()["acknowledged_by"] == "above"


def test_an_alert_is_acknowledged_once_and_handed_on(chief: TestClient, conn: Connection) -> None:
    (alert,) = told(chief).alerts
    path = f"/api/live/alerts/{alert.id}"
    signed_in(conn, "second", [(Role.COMMANDER, "C1")])
    signed_in(conn, "auditor", [(Role.AUDITOR, "C1")])
    assert chief.get(f"{path}/takers").json() == [
        {"name": "chief", "display_name": "chief"},
        {"name": "second", "display_name": "second"},
    ]
    before = told(chief).version
    first = chief.post(f"{path}/acknowledge").json()
    assert (first["acknowledged_by"], first["assigned_to"]) == ("chief", None)
    assert told(chief).version > before
    handed = chief.post(f"{path}/assign", json={"to": "second"}).json()
    assert (handed["assigned_to"], handed["assigned_by"]) == ("second", "chief")
    as_(chief, signed_in(conn, "third", [(Role.COMMANDER, "C1")]))
    again = chief.post(f"{path}/acknowledge").json()
    assert (again["acknowledged_by"], again["acknowledged_at"]) == ("chief", first["acknowledged_at"])
    assert told(chief).alerts[0].assigned_to == "second"
    noted = conn.execute(
        text("SELECT actor, subject, detail FROM ledger WHERE action = 'assign_alert'")
    ).all()
    assert noted == [("chief", f"alert:{alert.id}", {"to": "second"})]


@pytest.mark.parametrize("to", ["auditor", "elsewhere", "nobody"])
def test_an_alert_is_handed_only_to_who_may_handle_it(chief: TestClient, conn: Connection, to: str) -> None:
    (alert,) = told(chief).alerts
    signed_in(conn, "auditor", [(Role.AUDITOR, "C1")])
    conn.execute(
        text("INSERT INTO area (code, name, kind, geom) SELECT 'C2', '旁', 'community', geom FROM area")
    )
    signed_in(conn, "elsewhere", [(Role.COMMANDER, "C2")])
    answer = chief.post(f"/api/live/alerts/{alert.id}/assign", json={"to": to})
    assert answer.status_code == 409, answer.text


def test_an_alert_out_of_sight_is_none(chief: TestClient, conn: Connection) -> None:
    (alert,) = told(chief).alerts
    conn.execute(
        text("INSERT INTO area (code, name, kind, geom) SELECT 'C2', '旁', 'community', geom FROM area")
    )
    as_(chief, signed_in(conn, "elsewhere", [(Role.COMMANDER, "C2")]))
    for number in (alert.id, alert.id + 1000):
        path = f"/api/live/alerts/{number}"
        assert chief.post(f"{path}/acknowledge").status_code == 404
        assert chief.post(f"{path}/assign", json={"to": "elsewhere"}).status_code == 404
        assert chief.get(f"{path}/takers").status_code == 404


def test_where_nothing_listens_a_stream_tells_the_whole_and_ends(chief: TestClient) -> None:
    answer = chief.get("/api/live/events", params={"bbox": BOX})
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["X-Accel-Buffering"] == "no"
    news, end, rest = answer.text.split("\n\n")
    name, identity, data = news.split("\n")
    assert name == "event: news"
    found = LiveNews.model_validate_json(data.removeprefix("data: "))
    assert found.whole
    assert identity.startswith(f"id: {found.version}-")
    assert (end, rest) == ('event: end\ndata: {"reason": "stopping"}', "")


def events(client: TestClient, **asked: Any) -> LiveNews | None:
    """Return the first news of a stream; ``None`` if it begins without."""
    text_ = client.get("/api/live/events", **asked).text
    if not text_.startswith("event: news"):
        return None
    return LiveNews.model_validate_json(text_.split("\n")[2].removeprefix("data: "))


def last_id(client: TestClient, **query: Any) -> str:
    return client.get("/api/live/events", params=query).text.split("\n")[1].removeprefix("id: ")


def test_who_comes_back_is_told_what_changed_meanwhile(
    chief: TestClient, conn: Connection, now: datetime
) -> None:
    known = last_id(chief, bbox=BOX)
    assert events(chief, params={"bbox": BOX, "after": known}) is None
    live_rows.see(conn, "W2", "G2", WEST, now)
    raised = live_rows.raise_alert(conn, "W1", "G1", now, cleared_at=now)
    for asked in (
        {"params": {"bbox": BOX, "after": known}},
        {"params": {"bbox": BOX, "after": "nonsense"}, "headers": {"Last-Event-ID": known}},
    ):
        found = events(chief, **asked)
        assert found is not None
        assert not found.whole
        assert [(one.code, one.lon) for one in found.workers] == [("W2", WEST[0])]
        assert [(one.id, one.cleared_at) for one in found.alerts] == [(raised, now)]
        assert (found.grids, found.cells) == ([], [])


@pytest.mark.parametrize(
    "what", ["another box", "gone", "moved", "restored", "an engine", "a role", "an older id", "another's"]
)
def test_who_comes_back_to_something_else_is_told_the_whole(
    chief: TestClient, conn: Connection, now: datetime, what: str
) -> None:
    known, box = last_id(chief, bbox=BOX), BOX
    if what == "another box":
        box = "118.78,32.05,118.79,32.055"
    elif what == "gone":
        conn.execute(
            text("DELETE FROM live_worker WHERE worker_id = (SELECT id FROM worker WHERE code = 'W1')")
        )
        conn.execute(text("DELETE FROM live_grid WHERE version = (SELECT min(version) FROM live_grid)"))
    elif what == "moved":
        conn.execute(
            text("INSERT INTO area (code, name, kind, geom) SELECT 'C2', '旁', 'community', geom FROM area")
        )
        conn.execute(
            text("UPDATE live_grid SET area_id = (SELECT id FROM area WHERE code = 'C2'), version = version")
        )
    elif what == "restored":
        known = "999999999-" + known.partition("-")[2]
    elif what == "an engine":
        live_rows.beat(conn, now + timedelta(seconds=1))
    elif what == "a role":
        conn.execute(text("INSERT INTO account_role (account_id, role) SELECT id, 'commander' FROM account"))
    elif what == "an older id":
        known = known.partition("-")[0]
    elif what == "another's":
        as_(chief, signed_in(conn, "second", [(Role.COMMANDER, "C1")]))
    found = events(chief, params={"bbox": box, "after": known})
    assert found is not None
    assert found.whole


def test_without_the_permission_nothing_is_told(chief: TestClient, conn: Connection) -> None:
    for role in set(Role) - {Role.COMMANDER}:
        as_(chief, signed_in(conn, f"one-{role}", [(role, "C1")]))
        for path in ("/api/live", "/api/live/grids", "/api/live/events"):
            assert chief.get(path).status_code == 403


def test_each_grid_in_scope_has_a_place_within_the_box_of_its_outline(chief: TestClient) -> None:
    answer = chief.get("/api/live/grids")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/geo+json")
    found = {one["properties"]["code"]: one for one in answer.json()["features"]}
    assert {code: one["properties"]["name"] for code, one in found.items()} == {
        "G1": "第一网格",
        "G2": "第二网格",
    }
    for one in found.values():
        (west, south, east, north), (lon, lat) = one["bbox"], one["geometry"]["coordinates"]
        assert west < lon < east
        assert south < lat < north
