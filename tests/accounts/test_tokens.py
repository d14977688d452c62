"""What a program's token may do, for how long, and what a phone's may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from signed_in import signed_in
from sqlalchemy import text
from walking_ground import MONDAY, at, hire, publish, record, stroll

from gis_grid.accounts.http import COOKIE, CSRF_HEADER, csrf_token
from gis_grid.accounts.roles import Permission, Role
from gis_grid.accounts.service import devices
from gis_grid.kit.errors import NotFound

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from httpx2 import Response
    from sqlalchemy import Connection


@pytest.fixture
def commander(anonymous: TestClient, conn: Connection) -> TestClient:
    """Return a client signed in as a commander of C-G1, where W1 walks."""
    publish(conn)
    record(conn, hire(conn), stroll(at(MONDAY, 9), 3600))
    return sign_in(anonymous, signed_in(conn, "commander", [(Role.COMMANDER, "C-G1")]))


def sign_in(client: TestClient, secret: str) -> TestClient:
    client.cookies.set(COOKIE, secret)
    client.headers[CSRF_HEADER] = csrf_token(secret)
    return client


def make(client: TestClient, *permissions: str, **more: object) -> dict[str, Any]:
    answer = client.post("/api/tokens", json={"name": "dashboard", "permissions": permissions, **more})
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, Any] = answer.json()
    return found


def ask(client: TestClient, secret: str, path: str, method: str = "GET", body: object = None) -> Response:
    """Ask as a program does: with the token and without a cookie."""
    client.cookies.clear()
    client.headers.pop(CSRF_HEADER, None)
    return client.request(method, path, headers={"Authorization": f"Bearer {secret}"}, json=body)


TRACK = f"/api/workers/W1/track?date={MONDAY}"


def test_a_token_may_do_what_it_was_given_of_what_its_account_may(commander: TestClient) -> None:
    assert commander.get(TRACK).status_code == 200
    secret = make(commander, "see_map", "see_verdicts")["secret"]
    assert secret.startswith("ggt_")
    assert ask(commander, secret, "/api/areas").status_code == 200
    assert ask(commander, secret, "/api/workers").status_code == 200
    refused = ask(commander, secret, TRACK)
    assert refused.status_code == 403
    assert refused.json()["detail"] == "the token lacks the permission see_tracks"


def test_a_token_sees_the_areas_of_its_account_and_its_looks_are_written_down(
    commander: TestClient, conn: Connection
) -> None:
    publish(conn, "G2", shapely.box(116.304, 39.900, 116.308, 39.903))
    hire(conn, "W2", "G2")
    secret = make(commander, "see_tracks", "see_verdicts")["secret"]
    assert ask(commander, secret, TRACK).status_code == 200
    assert ask(commander, secret, TRACK.replace("W1", "W2")).status_code == 404
    looks = conn.execute(text("SELECT actor FROM ledger WHERE action = 'look_at_track'")).scalars().all()
    assert looks == ["commander"]


def test_a_role_that_is_taken_from_the_account_is_taken_from_its_tokens(
    commander: TestClient, conn: Connection
) -> None:
    secret = make(commander, "see_tracks", "see_map")["secret"]
    conn.execute(text("UPDATE account_role SET role = 'planner'"))
    assert ask(commander, secret, TRACK).status_code == 403
    assert ask(commander, secret, "/api/areas").status_code == 200


@pytest.mark.parametrize("permission", ["see_looks", "take_own_data", "own_account", "manage_accounts"])
def test_a_token_is_not_given_what_the_account_may_not_or_only_people_may(
    commander: TestClient, permission: str
) -> None:
    body = {"name": "dashboard", "permissions": ["see_map", permission]}
    answer = commander.post("/api/tokens", json=body)
    assert (answer.status_code, answer.json()["title"]) == (400, "The token cannot be given that")
    listed = commander.get("/api/tokens").json()
    assert listed["tokens"] == []
    assert listed["grantable"] == [
        *("see_map", "see_incidents", "report_incidents", "handle_incidents", "see_attachments"),
        *("see_reports", "see_verdicts", "see_tracks", "see_visits", "correct_visits"),
        *("count_visits", "see_live", "handle_alerts"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "a\0b"},
        {"name": "a" * 101},
        {"permissions": []},
        {"permissions": ["fly"]},
        {"days": 0},
        {"days": 366},
        {"secret": "ggt_mine"},
    ],
)
def test_a_token_that_cannot_be_made_is_refused(commander: TestClient, wrong: dict[str, object]) -> None:
    body = {"name": "dashboard", "permissions": ["see_map"], **wrong}
    assert commander.post("/api/tokens", json=body).status_code in {400, 422}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/session", None),
        ("DELETE", "/api/session", None),
        ("GET", "/api/sessions", None),
        ("GET", "/api/accounts", None),
        ("POST", "/api/accounts", {"name": "wang", "roles": [{"role": "admin", "area": None}]}),
        ("PATCH", "/api/accounts/commander", {"disabled": True}),
        ("POST", "/api/accounts/commander/link", None),
        ("GET", "/api/tokens", None),
        ("POST", "/api/tokens", {"name": "more", "permissions": ["see_map"]}),
        ("DELETE", "/api/tokens/1", None),
    ],
)
def test_no_token_reaches_accounts_sessions_or_tokens(
    anonymous: TestClient, conn: Connection, method: str, path: str, body: object
) -> None:
    sign_in(anonymous, signed_in(conn, "boss", [(Role.ADMIN, None)]))
    secret = make(anonymous, "see_map")["secret"]
    conn.execute(text("UPDATE api_token SET permissions = :all"), {"all": list(Permission)})
    answer = ask(anonymous, secret, path, method, body)
    assert (answer.status_code, answer.json()["title"]) == (403, "Not with a token")


def test_a_token_ends_on_its_day(commander: TestClient, conn: Connection) -> None:
    made = make(commander, "see_map")
    for_a_year = make(commander, "see_map", days=365)
    kept = [datetime.fromisoformat(one["expires_at"]) - datetime.now(UTC) for one in (made, for_a_year)]
    assert [round(span / timedelta(days=1)) for span in kept] == [90, 365]
    conn.execute(text("UPDATE api_token SET expires_at = now() WHERE id = :id"), {"id": made["id"]})
    assert ask(commander, made["secret"], "/api/areas").status_code == 401
    assert ask(commander, for_a_year["secret"], "/api/areas").status_code == 200


def test_a_revoked_token_is_not_good_any_more(commander: TestClient, conn: Connection) -> None:
    made = make(commander, "see_map")
    assert commander.delete(f"/api/tokens/{made['id']}").status_code == 204
    assert commander.delete(f"/api/tokens/{made['id']}").status_code == 404
    assert commander.get("/api/tokens").json()["tokens"][0]["revoked_at"] is not None
    assert ask(commander, made["secret"], "/api/areas").status_code == 401
    entries = conn.execute(
        text("SELECT action, detail ->> 'token' FROM ledger WHERE subject = 'account:commander' ORDER BY id")
    ).all()
    assert entries == [("token_made", str(made["id"])), ("token_revoked", str(made["id"]))]


def test_another_ones_token_is_not_there(commander: TestClient, conn: Connection) -> None:
    made = make(commander, "see_map")
    sign_in(commander, signed_in(conn, "other", [(Role.ADMIN, None)]))
    assert commander.get("/api/tokens").json()["tokens"] == []
    for token in (made["id"], 10**15, 2**63 - 1):
        assert commander.delete(f"/api/tokens/{token}").status_code == 404
    assert commander.delete(f"/api/tokens/{2**63}").status_code == 422
    assert ask(commander, made["secret"], "/api/areas").status_code == 200


def test_tokens_are_listed_without_their_secrets_and_with_their_last_use(
    commander: TestClient, conn: Connection
) -> None:
    made = make(commander, "see_verdicts", "see_map")
    session = commander.cookies[COOKIE]
    listed = commander.get("/api/tokens")
    (token,) = listed.json()["tokens"]
    assert token == {key: value for key, value in made.items() if key != "secret"}
    assert (token["permissions"], token["last_used_at"]) == (["see_map", "see_verdicts"], None)
    assert made["secret"] not in listed.text
    ask(commander, made["secret"], "/api/areas")
    commander.cookies.set(COOKIE, session)
    assert commander.get("/api/tokens").json()["tokens"][0]["last_used_at"] is not None
    stored = conn.execute(
        text(
            "SELECT (SELECT string_agg(t::text, '') FROM api_token t) || string_agg(e::text, '') "
            "FROM ledger e"
        )
    ).scalar_one()
    assert made["secret"] not in stored


def test_an_account_has_so_many_tokens_and_not_more(commander: TestClient) -> None:
    tokens = [make(commander, "see_map") for _ in range(50)]
    answer = commander.post("/api/tokens", json={"name": "more", "permissions": ["see_map"]})
    assert (answer.status_code, answer.json()["title"]) == (409, "Too many tokens")
    commander.delete(f"/api/tokens/{tokens[0]['id']}")
    make(commander, "see_map")


@pytest.mark.parametrize("name", ["token", "access_token", "bearer", "Authorization"])
def test_a_token_in_a_url_is_not_looked_at(commander: TestClient, name: str) -> None:
    secret = make(commander, "see_map")["secret"]
    commander.cookies.clear()
    for value in (secret, f"Bearer {secret}"):
        assert commander.get("/api/areas", params={name: value}).status_code == 401


@pytest.mark.parametrize("scheme", ["Basic", "Token", "ggt_", ""])
def test_a_token_goes_under_the_word_bearer(commander: TestClient, scheme: str) -> None:
    secret = make(commander, "see_map")["secret"]
    commander.cookies.clear()
    answer = commander.get("/api/areas", headers={"Authorization": f"{scheme} {secret}"})
    assert answer.status_code == 401


def test_a_session_and_a_token_do_not_stand_in_for_each_other(commander: TestClient) -> None:
    session = commander.cookies[COOKIE]
    secret = make(commander, "see_map")["secret"]
    assert ask(commander, session, "/api/areas").status_code == 401
    commander.cookies.set(COOKIE, secret)
    assert commander.get("/api/areas").status_code == 401


def test_a_bad_token_is_not_mended_by_a_good_session(commander: TestClient) -> None:
    answer = commander.get("/api/areas", headers={"Authorization": "Bearer ggt_wrong"})
    assert answer.status_code == 401


def test_a_phones_token_opens_nothing_of_the_api(commander: TestClient, conn: Connection) -> None:
    code = conn.execute(text("SELECT code FROM device")).scalar_one()
    made = devices.make(conn, code, actor="test", now=at(MONDAY, 9))
    assert made.secret.startswith("ggd_")
    assert made.secret not in repr(made)
    for path in ("/api/areas", "/api/workers", TRACK, "/api/tokens"):
        assert ask(commander, made.secret, path).status_code == 401


def test_a_phones_tokens_are_listed_and_revoked_for_it_alone(conn: Connection) -> None:
    publish(conn)
    hire(conn, "W2")
    record(conn, hire(conn), stroll(at(MONDAY, 9), 60), device="p1")
    record(conn, hire(conn, "W3"), stroll(at(MONDAY, 9), 60), device="p2")
    first, second = (devices.make(conn, code, actor="test", now=at(MONDAY, 9)).token for code in ("p1", "p2"))
    devices.revoke(conn, first.id, actor="test", now=at(MONDAY, 10))
    (listed,) = devices.listed(conn, "p1")
    assert listed.revoked_at == at(MONDAY, 10)
    assert devices.listed(conn, "p2") == [second]
    assert devices.listed(conn) == [second, listed]
    for wrong in (first.id, 10**15):
        with pytest.raises(NotFound):
            devices.revoke(conn, wrong, actor="test", now=at(MONDAY, 10))
    with pytest.raises(NotFound):
        devices.make(conn, "p9", actor="test", now=at(MONDAY, 9))
    entries = conn.execute(
        text("SELECT action FROM ledger WHERE subject = 'device:p1' ORDER BY id")
    ).scalars()
    assert list(entries) == ["device_token_made", "token_revoked"]
