"""Sessions: how long they last, how they end, and that they are one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from served import ANOTHER, PASSWORD, Served, served, sign_in
from signed_in import give_token

from gis_grid.accounts.door import browser_name
from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Server
    from fastapi.testclient import TestClient


@pytest.fixture(scope="module")
def town(server: Server, migrated: str) -> Iterator[Served]:
    """Return the program on a database of this file's own; each test has accounts of its own."""
    with server.database(migrated) as name, served(server.url(name)) as program:
        yield program


def entered(town: Served, name: str) -> TestClient:
    """Return a browser in which an account is signed in."""
    browser = town.browser()
    assert sign_in(browser, name).status_code == 200
    return browser


def age(town: Served, name: str, column: str, interval: str) -> None:
    town.ask(
        f"UPDATE session SET {column} = {column} - CAST(:interval AS interval) "
        "WHERE account_id = (SELECT id FROM account WHERE name = :name)",
        interval=interval,
        name=name,
    )


@pytest.mark.parametrize(
    ("column", "interval", "status"),
    [
        ("last_seen_at", "11:59:00", 200),
        ("last_seen_at", "12:00:01", 401),
        ("expires_at", "6 days 23:59:00", 200),
        ("expires_at", "7 days 00:00:01", 401),
    ],
)
def test_the_door_and_the_database_let_a_session_end_at_the_same_time(
    town: Served, column: str, interval: str, status: int
) -> None:
    name = f"aged-{column.replace('_', '-')}-{status}"
    town.add(name)
    browser = entered(town, name)
    age(town, name, column, interval)
    at_the_door = browser.get("/api/session")
    assert at_the_door.status_code == status
    assert browser.get("/api/incidents").status_code == status
    if status == 401:
        assert at_the_door.headers["content-type"] == "application/problem+json"


def test_who_signs_out_is_out_even_with_a_copy_of_the_cookie(town: Served) -> None:
    town.add("leaver")
    browser = entered(town, "leaver")
    copy = town.browser()
    copy.cookies.set(COOKIE, browser.cookies[COOKIE])
    assert copy.get("/api/session").status_code == 200
    assert browser.delete("/api/session").status_code == 204
    assert COOKIE not in browser.cookies
    assert copy.get("/api/session").status_code == 401
    assert copy.get("/api/incidents").status_code == 401
    assert [action for action, _ in town.noted("leaver")] == ["sign_in", "sign_out"]


def test_signing_out_after_a_while_does_not_wait_for_itself(town: Served) -> None:
    # After five minutes a request notes that the session is in use, and holds its row until it is answered.
    town.add("idler")
    browser = entered(town, "idler")
    age(town, "idler", "last_seen_at", "00:10:00")
    assert browser.delete("/api/session").status_code == 204


def test_one_sees_and_ends_ones_own_sessions_only(town: Served) -> None:
    town.add("own")
    town.add("other")
    here, there, stranger = entered(town, "own"), entered(town, "own"), entered(town, "other")
    listed = here.get("/api/sessions").json()["sessions"]
    assert [one["current"] for one in listed].count(True) == 1
    assert len(listed) == 2
    assert not {"secret", "secret_digest", "csrf"} & set(listed[0])
    of_there = next(one["id"] for one in listed if not one["current"])
    theirs = stranger.delete(f"/api/sessions/{of_there}")
    nobodys = stranger.delete("/api/sessions/999999")
    assert (theirs.status_code, theirs.content) == (404, nobodys.content)
    assert here.delete(f"/api/sessions/{of_there}").status_code == 204
    assert there.get("/api/session").status_code == 401
    assert here.get("/api/session").status_code == 200
    assert here.delete(f"/api/sessions/{of_there}").status_code == 404
    assert len(here.get("/api/sessions").json()["sessions"]) == 1


def test_changing_the_password_ends_all_other_sessions_and_links(town: Served) -> None:
    account = town.add("changer")
    here, there = entered(town, "changer"), entered(town, "changer")
    link = town.link(account, "set_password")
    assert here.post("/api/password", json={"old": PASSWORD, "new": ANOTHER}).status_code == 204
    assert here.get("/api/session").status_code == 200
    assert there.get("/api/session").status_code == 401
    body = {"secret": link, "password": PASSWORD}
    assert town.browser().post("/api/password/link", json=body).status_code == 401
    assert sign_in(town.browser(), "changer").status_code == 401
    assert sign_in(town.browser(), "changer", ANOTHER).status_code == 200
    assert ("password_set", {"by": "oneself"}) in town.noted("changer")


def test_the_password_is_not_changed_without_the_old_one(town: Served) -> None:
    town.add("stolen")
    town.add("never-had-one", None)
    thief = entered(town, "stolen")
    weak = thief.post("/api/password", json={"old": PASSWORD, "new": "stolen-stolen-stolen"})
    assert weak.status_code == 400
    for _ in range(5):
        assert thief.post("/api/password", json={"old": "a guess", "new": ANOTHER}).status_code == 403
    held_back = thief.post("/api/password", json={"old": PASSWORD, "new": ANOTHER})
    assert held_back.status_code == 429
    assert int(held_back.headers["retry-after"]) > 0
    assert sign_in(town.browser(), "stolen").status_code == 200  # whose account it is comes in all the same
    assert ("sign_in_refused", {"why": "too many failures"}) in town.noted("stolen")


def test_a_token_has_no_sessions_and_no_password(town: Served) -> None:
    town.add("program")
    with town.owner.begin() as conn:
        token = give_token(conn, "program", [Permission.OWN_ACCOUNT])
    headers = {"Authorization": f"Bearer {token}"}
    for method, path in (("GET", "/api/session"), ("GET", "/api/sessions"), ("DELETE", "/api/session")):
        assert town.browser().request(method, path, headers=headers).status_code == 403
    change = {"old": PASSWORD, "new": ANOTHER}
    assert town.browser().post("/api/password", json=change, headers=headers).status_code == 403


def test_a_closed_account_is_out_at_once(town: Served) -> None:
    town.add("dismissed")
    browser = entered(town, "dismissed")
    town.ask("UPDATE account SET disabled_at = now() WHERE name = 'dismissed'")
    assert browser.get("/api/session").status_code == 401
    assert browser.get("/api/incidents").status_code == 401


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/143.0 Safari/537.36 Edg/143.0",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iOS"),
        (
            "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537.36 MicroMessenger/8",
            "WeChat, Android",
        ),
        ("curl/8.0", ""),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_of_a_browser_only_its_name_and_system_are_kept(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
