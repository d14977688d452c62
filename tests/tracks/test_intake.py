"""What phones send: the reply means committed, nothing is lost, nothing is kept twice or off duty."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from intake_town import TODAY, Program, Town, program_on, settle
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from walking_ground import INSIDE, OUTSIDE, at, hire

from gis_grid.accounts.service import devices
from gis_grid.core import Datum, from_wgs84
from gis_grid.kit import bus
from gis_grid.kit.clock import now
from gis_grid.tracks import service
from gis_grid.tracks.intake.group import DutyBy
from gis_grid.tracks.intake.pipeline import TOPIC

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def program(module_database: str) -> Iterator[Program]:
    with program_on(module_database) as program:
        yield program


@pytest.fixture
def town(program: Program) -> Town:
    return settle(program)


def test_the_reply_means_that_another_connection_sees_the_fix(town: Town) -> None:
    answer = town.send(town.at(9))
    assert (answer.status_code, answer.content) == (200, b"")
    assert town.fixes() == [(town.worker, *INSIDE)]
    assert town.query("SELECT worker_id, local_date FROM touched_day") == [(town.worker, TODAY)]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer ggd_short"}, {"Authorization": f"Bearer ggd_{'x' * 43}"}],
    ids=["none", "no token", "unknown"],
)
def test_without_a_known_token_nothing_is_kept(town: Town, headers: dict[str, str]) -> None:
    answer = town.client.post("/ingest/traccar?lat=30&lon=120&timestamp=1793500000", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert town.fixes() == [] == town.query("SELECT id FROM quarantine")


def test_a_revoked_token_ends_at_once(town: Town) -> None:
    assert town.send(town.at(9)).status_code == 200
    with town.owner.begin() as conn:
        (token,) = devices.listed(conn, "phone")
        devices.revoke(conn, token.id, actor="test", now=now())
    assert town.send(town.at(10)).status_code == 401
    assert len(town.fixes()) == 1


@pytest.mark.parametrize("where", ["bearer", "basic", "query", "form", "json", "path"])
def test_a_token_is_taken_wherever_an_app_can_put_it_and_kept_nowhere(town: Town, where: str) -> None:
    sent = {"timestamp": round(town.at(9).timestamp()), "lon": 116.3, "lat": "north"}
    broken = {"coords": {"latitude": "north"}}
    basic = ("any user", town.token)
    post = town.client.post
    answer = {
        "bearer": lambda: town.send(town.at(9), ("116.3", "north")),
        "basic": lambda: post("/ingest/traccar", params=sent, auth=basic),
        "query": lambda: post("/ingest/traccar", params={"id": town.token, **sent}),
        "form": lambda: post("/ingest/traccar", data={"id": town.token, **sent}),
        "json": lambda: post("/ingest/traccar", json={"device_id": town.token, "location": broken}),
        "path": lambda: post(f"/ingest/gpslogger/{town.token}", params=sent),
    }[where]()
    assert answer.status_code == 200
    ((kept,),) = town.query("SELECT quarantine::text || convert_from(body, 'UTF8') FROM quarantine")
    assert "north" in kept
    assert "ggd_" not in kept
    assert town.token[4:] not in kept


def test_the_same_fix_is_one_row_and_the_same_time_elsewhere_another(town: Town) -> None:
    for _ in range(3):
        assert town.send(town.at(9)).status_code == 200
    assert town.fixes() == [(town.worker, *INSIDE)]
    assert len(town.query("SELECT worker_id FROM touched_day")) == 1
    assert town.send(town.at(9), OUTSIDE).status_code == 200
    assert town.fixes() == [(town.worker, *INSIDE), (town.worker, *OUTSIDE)]


def test_a_batch_with_known_and_new_fixes_adds_the_new_ones(town: Town) -> None:
    start = town.at(9)
    first = [start + timedelta(seconds=10 * n) for n in range(100)]
    assert town.send_batch(first).status_code == 200
    longer = [start + timedelta(seconds=10 * n) for n in range(50, 200)]
    assert town.send_batch([*longer, *longer]).json() == {"result": "ok"}
    assert town.query("SELECT count(*), count(DISTINCT t) FROM fix") == [(200, 200)]


def test_a_fix_belongs_to_who_held_the_phone_at_its_time(town: Town) -> None:
    noon = town.at(12)
    with town.owner.begin() as conn:
        other = hire(conn, "W2", grid=None)
        service.sign_in(conn, other, [(town.at(8), town.at(18))])
        conn.execute(text("UPDATE device_holder SET valid = tstzrange(NULL, :noon)"), {"noon": noon})
        conn.execute(
            text("INSERT INTO device_holder VALUES (:device, :other, tstzrange(:noon, :night))"),
            {"device": town.device, "other": other, "noon": noon, "night": town.at(17)},
        )
    moments = [noon - timedelta(seconds=1), noon, town.at(17)]
    assert town.send_batch(moments).status_code == 200
    assert [row[0] for row in town.fixes()] == [town.worker, other]
    assert town.errors() == ["positions[2]: nobody held the device then"]


def test_what_is_off_duty_is_counted_and_its_place_is_nowhere(town: Town) -> None:
    assert town.send(town.at(7, 59), OUTSIDE).status_code == 200
    assert town.send(town.at(18), OUTSIDE).status_code == 200
    assert town.query("SELECT worker_id, local_date, fixes FROM off_duty_count") == [(town.worker, TODAY, 2)]
    assert town.fixes() == [] == town.query("SELECT id FROM quarantine")
    assert town.query("SELECT count(*) FROM touched_day") == [(0,)]


def test_a_message_with_a_fault_and_a_fix_off_duty_is_kept_without_what_it_said(town: Town) -> None:
    answer = town.send_batch([town.at(9), town.at(7), now() + timedelta(days=3)], OUTSIDE)
    assert answer.status_code == 200
    assert len(town.fixes()) == 1
    (kept,) = town.query("SELECT error, body, query FROM quarantine")
    assert "positions[2]: more than 24 hours in the future" in kept[0]
    assert kept[1:] == (b"", "")


def test_a_session_that_nobody_ends_counts_for_twelve_hours(town: Town) -> None:
    with town.owner.begin() as conn:
        conn.execute(text("UPDATE duty SET during = tstzrange(lower(during), NULL)"))
    town.send(town.at(19, 59))
    town.send(town.at(20))
    assert len(town.fixes()) == 1


def test_what_was_sent_stays_beside_its_wgs_84(town: Town) -> None:
    with town.owner.begin() as conn:
        conn.execute(text("UPDATE device SET datum = 'gcj02'"))
    (lon,), (lat,) = from_wgs84([INSIDE[0]], [INSIDE[1]], Datum.GCJ02)
    assert town.send(town.at(9), (lon, lat)).status_code == 200
    ((x, y, sent_lon, sent_lat),) = town.query("SELECT lon, lat, sent_lon, sent_lat FROM fix")
    assert (sent_lon, sent_lat) == (lon, lat)
    assert (x, y) == pytest.approx(INSIDE, abs=1e-7)


def test_wrong_clocks_go_to_quarantine_and_the_rest_is_stored(town: Town) -> None:
    with town.owner.begin() as conn:
        conn.execute(text("UPDATE device SET issued_at = :eight"), {"eight": town.at(8, 30)})
    wrong = [now() + timedelta(hours=25), at(TODAY.replace(year=1985), 9), town.at(8, 15)]
    assert town.send_batch([wrong[0], town.at(9), wrong[1], wrong[2]]).status_code == 200
    assert len(town.fixes()) == 1
    (error,) = town.errors()
    assert "positions[0]: more than 24 hours in the future" in error
    assert "positions[2]: before 1990" in error
    assert "positions[3]: before the device was issued" in error


def test_a_place_off_the_globe_goes_to_quarantine(town: Town) -> None:
    assert town.send(town.at(9), (116.3, 99)).status_code == 200
    assert town.fixes() == []
    assert len(town.errors()) == 1


@pytest.mark.parametrize("query", ["lat=%ff&lon=%00", "\u00ff=1&lat=no"])
def test_an_address_that_is_no_text_does_not_block_the_phone(town: Town, query: str) -> None:
    headers = {"Authorization": f"Bearer {town.token}", "User-Agent": b"\xff"}
    assert town.client.post(f"/ingest/traccar?{query}", headers=headers).status_code == 200
    assert len(town.errors()) == 1


def test_a_fix_of_years_ago_gets_the_partition_of_its_week(town: Town) -> None:
    day = TODAY - timedelta(weeks=200)
    with town.owner.begin() as conn:
        service.sign_in(conn, town.worker, [(at(day, 8), at(day, 18))])
    assert town.send(at(day, 9)).status_code == 200
    assert town.query("SELECT tableoid::regclass::text FROM fix") == [(f"fix_{at(day, 9):%Gw%V}",)]


def test_the_login_of_the_phones_reads_no_fix_and_no_other_one_gets_in_by_it(town: Town) -> None:
    assert town.send(town.at(9)).status_code == 200
    ((partition,),) = town.query("SELECT tableoid::regclass::text FROM fix")
    statements = [
        "SELECT * FROM fix",
        f"SELECT lon FROM {partition}",
        f"DELETE FROM {partition}",
        f"UPDATE {partition} SET mock = true",
        f"INSERT INTO {partition} SELECT 1, now(), 0, 0, 1 ON CONFLICT DO NOTHING RETURNING lon",
        "SELECT * FROM touched_day",
        "SELECT body FROM quarantine",
        "SELECT * FROM account",
        "SELECT * FROM track_day",
        "SELECT lon FROM signature",
    ]
    for statement in statements:
        with town.engines.intake.connect() as conn, pytest.raises(ProgrammingError) as refused:
            conn.execute(text(statement))
        assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege), statement


def test_what_is_new_is_told_once_it_is_committed_and_nothing_else_is(town: Town) -> None:
    with bus.listening(town.owner, TOPIC) as hear:
        town.send(town.at(9))
        town.send(town.at(9))
        town.send(town.at(7))
        heard = list(hear(patience_s=0.5))
    assert heard == [[town.worker, TODAY.isoformat(), round(town.at(9).timestamp() * 1000)]]


def test_a_phone_without_a_position_is_heard_of(town: Town) -> None:
    headers = {"Authorization": f"Bearer {town.token}"}
    sent = {"timestamp": round(town.at(9).timestamp()), "batt": 87}
    assert town.client.post("/ingest/traccar", params=sent, headers=headers).status_code == 200
    ((device, client, battery),) = town.query("SELECT device_id, client, battery_share FROM device_state")
    assert (device, client, battery) == (town.device, "traccar", pytest.approx(0.87))
    assert town.fixes() == [] == town.errors()


@pytest.fixture
def by_tracking(town: Town) -> Iterator[Town]:
    """Let the phone itself make duty known, on a day without a sign-in."""
    intake = town.app.state.intake
    before, intake._policy = intake._policy, replace(intake._policy, duty_by=DutyBy.TRACKING)
    with town.owner.begin() as conn:
        conn.execute(text("DELETE FROM duty"))
    yield town
    intake._policy = before


def test_by_tracking_a_day_without_a_sign_in_is_duty_while_the_phone_sends(by_tracking: Town) -> None:
    town = by_tracking
    assert town.send_batch([town.at(9), town.at(9, 10)]).status_code == 200
    assert town.send_batch([town.at(9, 20), town.at(11), town.at(11, 5)]).status_code == 200
    town.send(town.at(9, 12))
    assert len(town.fixes()) == 6
    spans = town.query("SELECT lower(during), upper(during), declared_by FROM duty ORDER BY during")
    assert spans == [
        (town.at(9), town.at(9, 20), "import"),
        (town.at(11), town.at(11, 5), "import"),
    ]


def test_by_tracking_a_day_with_a_sign_in_is_judged_by_it(by_tracking: Town) -> None:
    town = by_tracking
    with town.owner.begin() as conn:
        service.sign_in(conn, town.worker, [(town.at(8), town.at(10))])
    assert town.send_batch([town.at(9), town.at(11), town.at(9) - timedelta(days=1)]).status_code == 200
    assert len(town.fixes()) == 2
    assert town.query("SELECT local_date, fixes FROM off_duty_count") == [(TODAY, 1)]


def test_by_tracking_a_forgotten_sign_out_between_days_of_a_batch_is_ended(by_tracking: Town) -> None:
    town = by_tracking
    with town.owner.begin() as conn:
        service.sign_in(conn, town.worker, [(town.at(8) - timedelta(days=3), None)])
    assert town.send_batch([town.at(9) - timedelta(days=4), town.at(9)]).status_code == 200
    assert town.errors() == []
    assert len(town.fixes()) == 2


def test_by_tracking_many_phones_at_once_declare_what_each_shows(by_tracking: Town) -> None:
    town = by_tracking
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: town.send(town.at(9, n)), range(59, -1, -1)))
    assert {answer.status_code for answer in answers} == {200}
    assert town.query("SELECT lower(during), upper(during) FROM duty") == [(town.at(9), town.at(9, 59))]


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE"])
def test_another_method_is_refused_and_stores_nothing(town: Town, method: str) -> None:
    headers = {"Authorization": f"Bearer {town.token}"}
    sent = {"timestamp": round(town.at(9).timestamp()), "lon": INSIDE[0], "lat": INSIDE[1]}
    answer = town.client.request(method, "/ingest/traccar", params=sent, headers=headers)
    assert answer.status_code in {404, 405}  # the pages answer what no route takes
    assert town.fixes() == []


def test_news_of_thousands_of_days_comes_in_several_notices(town: Town) -> None:
    items = [[worker, TODAY.isoformat()] for worker in range(3_000)]
    with bus.listening(town.owner, TOPIC) as hear:
        with town.owner.begin() as conn:
            bus.publish(conn, TOPIC, items)
            bus.publish(conn, TOPIC, [])
        with town.owner.connect() as conn:
            bus.publish(conn, TOPIC, [["rolled back"]])
        assert list(hear(patience_s=0.5)) == items


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("traccar", "GET, POST"), ("overland", "POST"), ("tracks", "POST"), ("duty", "POST")],
)
def test_other_methods_are_told_which_ones_are_known(town: Town, path: str, allowed: str) -> None:
    for method in {"HEAD", "GET", "PUT", "OPTIONS"} - set(allowed.split(", ")):
        answer = town.client.request(method, f"/ingest/{path}")
        assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
