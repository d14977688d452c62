"""Signing in and out: the same rows whatever the order, never two sessions at once, nothing past 12 hours."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signed_in import signed_in
from sqlalchemy import text
from starlette.requests import Request
from walking_ground import MONDAY, SHANGHAI, at, hire, publish

from gis_grid.accounts.http import COOKIE, CSRF_HEADER, csrf_token
from gis_grid.accounts.roles import Role
from gis_grid.attendance import duty
from gis_grid.attendance.duty import Sign
from gis_grid.attendance.signing import Session, Signed, sessions_of
from gis_grid.core.geometry.datum import Datum, from_wgs84
from gis_grid.core.rules.work import DutyKind, SignKind
from gis_grid.kit import clock
from gis_grid.kit.errors import BadInput, Conflict
from gis_grid.tracks import devices
from gis_grid.tracks import service as tracks
from gis_grid.tracks.intake import routes
from gis_grid.tracks.sessions import LONGEST_DUTY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

IN, OUT = SignKind.IN, SignKind.OUT
REGULAR, FLEXIBLE = DutyKind.REGULAR, DutyKind.FLEXIBLE
NOW = at(MONDAY, 23, 30)
TUESDAY = MONDAY + timedelta(days=1)


def session(start: datetime, end: datetime | None, kind: DutyKind = REGULAR) -> Session:
    return Session(start, end, kind)


@pytest.fixture
def worker(conn: Connection) -> int:
    publish(conn)
    return hire(conn)


def sign(
    conn: Connection,
    worker: int,
    kind: SignKind,
    moment: datetime,
    *,
    duty_kind: DutyKind = REGULAR,
    now: datetime = NOW,
) -> duty.Outcome:
    return duty.sign(conn, worker, Sign(kind, moment, duty_kind), tz=SHANGHAI, now=now)


def stored(conn: Connection) -> list[tuple[Any, ...]]:
    rows = conn.execute(text("SELECT lower(during), upper(during), kind FROM duty ORDER BY during"))
    return [tuple(row) for row in rows]


def touched(conn: Connection) -> set[str]:
    return set(map(str, conn.execute(text("SELECT local_date FROM touched_day")).scalars()))


def test_a_sign_in_opens_a_session_and_a_sign_out_ends_it(conn: Connection, worker: int) -> None:
    opened = sign(conn, worker, IN, at(MONDAY, 8), now=at(MONDAY, 8))
    assert opened == duty.Outcome(session(at(MONDAY, 8), None))
    assert stored(conn) == [(at(MONDAY, 8), None, "regular")]
    ended = sign(conn, worker, OUT, at(MONDAY, 12))
    assert ended == duty.Outcome(session(at(MONDAY, 8), at(MONDAY, 12)))
    assert stored(conn) == [(at(MONDAY, 8), at(MONDAY, 12), "regular")]
    signatures = conn.execute(
        text("SELECT at, kind, duty_kind, received_at FROM signature ORDER BY at")
    ).all()
    assert list(map(tuple, signatures)) == [
        (at(MONDAY, 8), "in", "regular", at(MONDAY, 8)),
        (at(MONDAY, 12), "out", None, NOW),
    ]
    assert touched(conn) == {str(MONDAY)}


def test_the_same_again_changes_nothing(conn: Connection, worker: int) -> None:
    for _ in range(2):
        sign(conn, worker, IN, at(MONDAY, 8))
        sign(conn, worker, OUT, at(MONDAY, 12))
    conn.execute(text("DELETE FROM touched_day"))
    before = stored(conn)
    again = sign(conn, worker, IN, at(MONDAY, 8), now=NOW + timedelta(hours=1))
    assert again.session == session(at(MONDAY, 8), at(MONDAY, 12))
    assert (stored(conn), touched(conn)) == (before, set())
    assert conn.execute(text("SELECT DISTINCT received_at FROM signature")).scalars().all() == [NOW]


def test_a_sign_out_before_its_sign_in_says_so_and_ends_in_the_same_rows(
    conn: Connection, worker: int
) -> None:
    early = sign(conn, worker, OUT, at(MONDAY, 12))
    assert early.session is None
    assert "no sign-in of the 12 hours before is known" in early.note
    assert stored(conn) == []
    assert sign(conn, worker, IN, at(MONDAY, 8)).session == session(at(MONDAY, 8), at(MONDAY, 12))
    assert touched(conn) == {str(MONDAY)}


def test_signing_in_again_while_on_duty_makes_no_second_session(conn: Connection, worker: int) -> None:
    sign(conn, worker, IN, at(MONDAY, 8))
    sign(conn, worker, IN, at(MONDAY, 8, 5))
    sign(conn, worker, OUT, at(MONDAY, 12))
    assert stored(conn) == [(at(MONDAY, 8), at(MONDAY, 12), "regular")]
    again = sign(conn, worker, IN, at(MONDAY, 9))
    assert again.session == session(at(MONDAY, 8), at(MONDAY, 12))
    assert "on duty since" in again.note


def test_another_kind_of_duty_ends_the_one_before(conn: Connection, worker: int) -> None:
    sign(conn, worker, IN, at(MONDAY, 8))
    sign(conn, worker, IN, at(MONDAY, 17), duty_kind=FLEXIBLE)
    sign(conn, worker, OUT, at(MONDAY, 19))
    assert [(row[0], row[2]) for row in stored(conn)] == [
        (at(MONDAY, 8), "regular"),
        (at(MONDAY, 17), "flexible"),
    ]
    with pytest.raises(Conflict, match=r"sign-in of .* is for flexible duty"):
        sign(conn, worker, IN, at(MONDAY, 17))


def test_a_forgotten_sign_out_ends_after_twelve_hours_and_stops_nobody(conn: Connection, worker: int) -> None:
    sign(conn, worker, IN, at(MONDAY, 8), now=at(MONDAY, 8))
    sign(conn, worker, IN, at(TUESDAY, 8), now=at(TUESDAY, 8))
    assert stored(conn) == [
        (at(MONDAY, 8), at(MONDAY, 20), "regular"),
        (at(TUESDAY, 8), None, "regular"),
    ]
    late = sign(conn, worker, OUT, at(MONDAY, 17), now=at(TUESDAY, 9))
    assert late.session == session(at(MONDAY, 8), at(MONDAY, 17))
    assert stored(conn)[0] == (at(MONDAY, 8), at(MONDAY, 17), "regular")


def test_one_that_arrives_a_day_late_is_not_open(conn: Connection, worker: int) -> None:
    sign(conn, worker, IN, at(MONDAY, 8), now=at(TUESDAY, 9))
    assert stored(conn) == [(at(MONDAY, 8), at(MONDAY, 20), "regular")]


def test_duty_over_midnight_touches_both_days(conn: Connection, worker: int) -> None:
    sign(conn, worker, IN, at(MONDAY, 22))
    sign(conn, worker, OUT, at(TUESDAY, 2))
    assert touched(conn) == {str(MONDAY), str(TUESDAY)}


def test_imported_duty_gives_way_and_that_of_a_list_does_not(conn: Connection, worker: int) -> None:
    def ms(moment: datetime) -> int:
        return round(moment.timestamp() * 1000)

    tracks.declare_duty(conn, worker, [(ms(at(MONDAY, 9)), ms(at(MONDAY, 10)))])
    sign(conn, worker, IN, at(MONDAY, 8))
    sign(conn, worker, OUT, at(MONDAY, 12))
    assert len(stored(conn)) == 1
    tracks.sign_in(conn, worker, [(at(MONDAY, 14), at(MONDAY, 16))])
    with pytest.raises(Conflict, match="overlaps another one"), conn.begin_nested():
        sign(conn, worker, IN, at(MONDAY, 15))
    assert len(stored(conn)) == 2
    assert conn.execute(text("SELECT count(*) FROM signature")).scalar_one() == 2


def test_a_signature_of_a_file_takes_part_only_when_it_is_signed_too(conn: Connection, worker: int) -> None:
    conn.execute(
        text("INSERT INTO signature (worker_id, at, kind) VALUES (:worker, :at, 'in')"),
        {"worker": worker, "at": at(MONDAY, 8)},
    )
    assert sign(conn, worker, OUT, at(MONDAY, 12)).session is None
    assert sign(conn, worker, IN, at(MONDAY, 8)).session == session(at(MONDAY, 8), at(MONDAY, 12))


@pytest.mark.parametrize("moment", [NOW + timedelta(hours=24, seconds=1), datetime(1980, 1, 1, tzinfo=UTC)])
def test_a_time_that_cannot_be_is_refused(conn: Connection, worker: int, moment: datetime) -> None:
    with pytest.raises(BadInput, match="The time cannot be"):
        sign(conn, worker, IN, moment)


SIGNATURES = st.lists(
    st.builds(
        lambda quarter, kind, kind_of_duty: Signed(
            at(MONDAY, 0) + timedelta(minutes=15 * quarter), kind, kind_of_duty if kind is IN else None
        ),
        st.integers(0, 200),
        st.sampled_from([IN, OUT]),
        st.sampled_from([REGULAR, FLEXIBLE]),
    ),
    max_size=12,
    unique_by=lambda one: (one.at, one.kind),
)


def counted(sessions: Iterable[Session]) -> list[tuple[datetime, datetime]]:
    return sorted((one.start, one.counts_until) for one in sessions)


@given(SIGNATURES)
def test_sessions_never_share_time_nor_last_longer_than_twelve_hours(signatures: list[Signed]) -> None:
    found = counted(sessions_of(signatures))
    assert all(timedelta(0) < end - start <= LONGEST_DUTY for start, end in found)
    assert all(end <= start for (_, end), (start, _) in pairwise(found))


@settings(deadline=None, max_examples=40)
@given(data=st.data(), signatures=SIGNATURES)
def test_any_order_of_arrival_ends_in_the_same_rows(
    data: st.DataObject, conn_of_module: Connection, signatures: list[Signed]
) -> None:
    order = data.draw(st.permutations([*signatures, *signatures[:2]]))
    now = at(MONDAY, 0) + timedelta(days=3)
    with conn_of_module.begin_nested() as part:
        worker = hire(conn_of_module, grid=None)
        for one in order:
            sign(conn_of_module, worker, one.kind, one.at, duty_kind=one.duty or REGULAR, now=now)
        rows = [Session(start, end, DutyKind(kind)) for start, end, kind in stored(conn_of_module)]
        part.rollback()
    assert counted(rows) == counted(sessions_of(signatures))
    assert {one.duty for one in rows} == {one.duty for one in sessions_of(signatures)}


@pytest.fixture(scope="module")
def conn_of_module(engine: Any) -> Any:
    with engine.connect() as conn, conn.begin() as transaction:
        yield conn
        transaction.rollback()


# Over HTTP.


def as_worker(client: TestClient, conn: Connection, worker: str | None = "W1") -> None:
    secret = signed_in(conn, "ling", [(Role.WORKER, None)], worker=worker)
    client.cookies.set(COOKIE, secret)
    client.headers[CSRF_HEADER] = csrf_token(secret)


def test_a_worker_signs_in_and_out_with_the_own_account(
    anonymous: TestClient, conn: Connection, worker: int
) -> None:
    as_worker(anonymous, conn)
    start = clock.now() - timedelta(hours=1)
    place = {"lon": 116.3, "lat": 39.9, "accuracy_m": 8}
    answer = anonymous.post("/api/duty", json={"action": "in", "at": start.isoformat(), **place})
    assert answer.status_code == 200, answer.text
    opened = answer.json()
    assert (opened["duty"]["until"], opened["duty"]["kind"], opened["note"]) == (None, "regular", "")
    listed = anonymous.get("/api/duty", params={"date": f"{start.astimezone(SHANGHAI):%Y-%m-%d}"}).json()
    assert listed == {"duty": [opened["duty"]]}
    ended = anonymous.post("/api/duty", json={"action": "out"}).json()
    assert ended["duty"]["until"] is not None
    signature = conn.execute(text("SELECT lon, lat, accuracy_m FROM signature WHERE kind = 'in'")).one()
    assert tuple(signature) == (116.3, 39.9, 8)


def test_what_is_malformed_says_where(anonymous: TestClient, conn: Connection, worker: int) -> None:
    as_worker(anonymous, conn)
    for body, field in [
        ({}, "body.action"),
        ({"action": "lunch"}, "body.action"),
        ({"action": "in", "at": "2026-11-02T08:00"}, "body.at"),
        ({"action": "in", "kind": "night"}, "body.kind"),
        ({"action": "in", "lon": 200, "lat": 1}, "body.lon"),
        ({"action": "in", "lon": 20}, "body"),
        ({"action": "in", "lon": 1, "lat": 1, "accuracy_m": "NaN"}, "body.accuracy_m"),
    ]:
        answer = anonymous.post("/api/duty", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    ahead = anonymous.post("/api/duty", json={"action": "in", "at": "2200-01-01T00:00:00Z"})
    assert (ahead.status_code, ahead.json()["title"]) == (400, "The time cannot be")


def test_an_address_that_is_no_text_shows_no_token(anonymous: TestClient) -> None:
    answer = anonymous.post("/ingest/duty?id=gg\xe4", json={"action": "in"})
    assert answer.status_code == 401


def test_a_body_that_does_not_come_in_is_not_waited_for(
    anonymous: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "_PATIENCE_S", 0.2)

    async def never(_: Request) -> bytes:
        return await asyncio.Event().wait() and b""

    monkeypatch.setattr(Request, "body", never)
    answer = anonymous.post("/ingest/duty", json={"action": "in"})
    assert (answer.status_code, answer.headers["Connection"]) == (408, "close")


def test_a_body_of_no_signature_is_refused_before_it_is_known_whose(anonymous: TestClient) -> None:
    assert anonymous.post("/ingest/duty", content=bytes(20_000)).status_code == 413


def test_an_account_that_is_no_worker_signs_nothing(anonymous: TestClient, conn: Connection) -> None:
    as_worker(anonymous, conn, worker=None)
    answer = anonymous.post("/api/duty", json={"action": "in"})
    assert (answer.status_code, answer.json()["title"]) == (403, "Not a grid worker")


def phone(conn: Connection, datum: Datum = Datum.WGS84) -> str:
    issued = clock.now() - timedelta(days=1)
    return devices.add(conn, "P1", "W1", datum, issued, actor="cli:x", now=clock.now()).secret


def test_a_phone_signs_its_holder_in_with_its_place_in_wgs_84(
    anonymous: TestClient, conn: Connection, worker: int
) -> None:
    secret = phone(conn, Datum.GCJ02)
    lon, lat = (float(degrees[0]) for degrees in from_wgs84([116.3], [39.9], Datum.GCJ02))
    body = {"action": "in", "kind": "appointment", "lon": lon, "lat": lat, "accuracy_m": 0}
    for shown in (
        {"headers": {"Authorization": f"Bearer {secret}"}, "json": body},
        {"headers": {}, "json": {**body, "id": secret}},
        {"headers": {}, "params": {"id": secret}, "json": body},
    ):
        answer = anonymous.post("/ingest/duty", **shown)  # type: ignore[arg-type]
        assert answer.status_code == 200, answer.text
    row = conn.execute(text("SELECT * FROM signature ORDER BY at LIMIT 1")).one()
    assert (row.worker_id, row.kind, row.duty_kind, row.accuracy_m) == (worker, "in", "appointment", None)
    assert (row.lon, row.lat) == pytest.approx((116.3, 39.9), abs=1e-7)


def test_a_phone_without_a_good_token_signs_nothing(
    anonymous: TestClient, conn: Connection, worker: int
) -> None:
    secret = phone(conn)
    body = {"action": "in"}
    assert anonymous.post("/ingest/duty", json=body).status_code == 401
    unknown = {"Authorization": f"Bearer ggd_{'x' * 43}"}
    assert anonymous.post("/ingest/duty", json=body, headers=unknown).status_code == 401
    devices.lost(conn, "P1", actor="cli:x", now=clock.now())
    revoked = anonymous.post("/ingest/duty", json=body, headers={"Authorization": f"Bearer {secret}"})
    assert (revoked.status_code, revoked.json()["title"]) == (401, "Unknown device")
    assert conn.execute(text("SELECT count(*) FROM signature")).scalar_one() == 0


def test_a_phone_signs_for_whoever_held_it_then(anonymous: TestClient, conn: Connection, worker: int) -> None:
    other = hire(conn, "W2", grid=None)
    headers = {"Authorization": f"Bearer {phone(conn)}"}
    now = clock.now()
    an_hour_ago = now - timedelta(hours=1)
    devices.hand_over(conn, "P1", "W2", an_hour_ago, hot_days=30, actor="cli:x", now=now)
    for hours in (2, 0):
        moment = (now - timedelta(hours=hours)).isoformat()
        signed = anonymous.post("/ingest/duty", json={"action": "in", "at": moment}, headers=headers)
        assert signed.status_code == 200
    workers = conn.execute(text("SELECT worker_id FROM signature ORDER BY at")).scalars().all()
    assert workers == [worker, other]
    early = {"action": "in", "at": (now - timedelta(days=2)).isoformat()}
    refused = anonymous.post("/ingest/duty", json=early, headers=headers)
    assert (refused.status_code, refused.json()["title"]) == (400, "The time cannot be")
