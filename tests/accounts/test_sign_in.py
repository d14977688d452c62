"""Signing in by password and by link: who gets in, and the attacks that do not."""

from __future__ import annotations

import logging
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from served import ANOTHER, PASSWORD, Served, served, sign_in

from gis_grid.accounts import passwords
from gis_grid.accounts.http import COOKIE, CSRF_HEADER, csrf_token
from gis_grid.accounts.roles import MAY, Role
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Server


@pytest.fixture(scope="module")
def town(server: Server, migrated: str) -> Iterator[Served]:
    """Return the program on a database of this file's own; each test has accounts and networks of its own."""
    with server.database(migrated) as name, served(server.url(name)) as program:
        yield program


def test_the_right_password_opens_a_session(town: Served) -> None:
    town.add("mei")
    browser = town.browser()
    answer = sign_in(browser, "mei")
    assert answer.status_code == 200
    assert answer.json() == {
        "name": "mei",
        "display_name": "MEI",
        "demo": False,
        "worker": None,
        "has_password": True,
        "roles": [{"role": "planner", "area": None, "area_name": None}],
        "permissions": sorted(MAY[Role.PLANNER]),
        "csrf": csrf_token(browser.cookies[COOKIE]),
    }
    assert browser.get("/api/session").json() == answer.json()
    assert browser.get("/api/incidents").status_code == 200
    assert town.noted("mei") == [("sign_in", {"method": "password", "browser": ""})]


def test_a_name_is_taken_as_people_type_it(town: Served) -> None:
    town.add("typed")
    assert sign_in(town.browser(), " ＴＹped ").status_code == 200


def test_the_cookies_are_out_of_reach_of_scripts_and_of_other_sites(town: Served) -> None:
    town.add("cookies")
    for cookie in sign_in(town.browser(), "cookies").headers.get_list("set-cookie"):
        flags = set(cookie.split("; ")[1:])
        assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= flags
        assert not any(flag.startswith("Domain") for flag in flags)


def test_who_is_unknown_closed_without_password_or_wrong_is_told_the_same(town: Served) -> None:
    town.add("known")
    town.add("closed")
    town.add("no-password", None)
    town.ask("UPDATE account SET disabled_at = now() WHERE name = 'closed'")
    tries = [("known", "not the password"), ("closed", PASSWORD), ("no-password", PASSWORD)]
    tries += [("unknown", PASSWORD), ("nul\0", PASSWORD), ("", ""), ("x" * 5000, PASSWORD)]
    browser = town.browser("198.51.100.1")
    answers = [sign_in(browser, *one) for one in tries]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert {tuple(sorted(answer.headers)) for answer in answers} == {tuple(sorted(answers[0].headers))}
    assert not browser.cookies


def test_an_unknown_name_takes_as_long_as_a_known_one(town: Served) -> None:
    known = [f"timed-{number}" for number in range(7)]
    town.add("timed-closed")
    for name in known:
        town.add(name)

    def seconds(name: str) -> float:
        browser = town.browser("198.51.101.1")
        started = time.perf_counter()
        assert sign_in(browser, name, "not the password").status_code == 401
        return time.perf_counter() - started

    seconds("timed-warm-up")
    pairs = [(seconds(name), seconds(f"no-{name}")) for name in known]
    of_known, of_unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.5 < of_known / of_unknown < 2


def test_what_is_checked_in_place_of_a_hash_is_made_like_one() -> None:
    match = passwords.check("anything", None)
    assert not match.right
    made_now = passwords.hashed("anything").rpartition("$")[0].rpartition("$")[0]
    assert passwords.NOBODYS_HASH.startswith(made_now)


def test_a_hash_of_an_older_kind_is_made_anew_at_sign_in(town: Served) -> None:
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    older = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8192, parallelism=1),)).hash(PASSWORD)
    town.add("older")
    town.ask("UPDATE account SET password_hash = :hash WHERE name = 'older'", hash=older)
    assert sign_in(town.browser(), "older").status_code == 200
    kept = town.ask("SELECT password_hash FROM account WHERE name = 'older'")[0][0]
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert sign_in(town.browser(), "older").status_code == 200


def test_a_session_that_somebody_planted_is_ended_and_never_taken_over(town: Served) -> None:
    town.add("attacker")
    town.add("victim")
    attacker, victim = town.browser(), town.browser()
    sign_in(attacker, "attacker")
    planted = attacker.cookies[COOKIE]
    victim.cookies.set(COOKIE, planted, domain="localhost.local", path="/")
    sign_in(victim, "victim")
    assert victim.cookies[COOKIE] != planted
    assert attacker.get("/api/session").status_code == 401
    made_up = town.browser()
    made_up.cookies.set(COOKIE, "chosen-by-the-attacker", domain="localhost.local", path="/")
    sign_in(made_up, "victim")
    assert made_up.cookies[COOKIE] != "chosen-by-the-attacker"
    before = made_up.cookies[COOKIE]
    sign_in(made_up, "victim")
    assert made_up.cookies[COOKIE] != before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "https://localhost:8000"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/api/session", "/api/session/link", "/api/password/link"])
def test_another_sites_page_signs_nobody_in(town: Served, path: str, headers: dict[str, str]) -> None:
    body = {"name": "mei", "password": PASSWORD, "secret": "s"}
    answer = town.browser("198.51.102.1").post(path, json=body, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["title"] == "Not sent by our own page"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_form_signs_nobody_in(town: Served, kind: str) -> None:
    town.add(f"form-{len(kind)}")
    answer = town.browser("198.51.103.1").post(
        "/api/session",
        content=f'{{"name": "form-{len(kind)}", "password": "{PASSWORD}"}}',
        headers={"Content-Type": kind},
    )
    assert answer.status_code == 400
    assert not answer.cookies


def test_our_own_page_signs_in(town: Served) -> None:
    town.add("own-page")
    headers = {"Origin": "https://localhost", "Sec-Fetch-Site": "same-origin"}
    assert sign_in(town.browser(), "own-page", **headers).status_code == 200


def test_behind_tls_the_cookies_are_bound_to_the_host(server: Server, migrated: str) -> None:
    public = "https://grid.example"
    with server.database(migrated) as name, served(server.url(name), public_url=public) as program:
        program.add("public")
        browser = program.browser()
        answer = sign_in(browser, "public", Origin=public)  # the proxy calls the program by another name
        assert answer.status_code == 200
        assert set(browser.cookies) == {"__Host-gis-grid-session", "__Host-gis-grid-browser"}
        assert browser.get("/api/session").status_code == 200
        assert browser.get("/api/incidents").status_code == 200
        by_plain_name = program.browser()
        by_plain_name.cookies.set(COOKIE, browser.cookies["__Host-gis-grid-session"])
        assert by_plain_name.get("/api/session").status_code == 401
        assert browser.delete("/api/session").status_code == 204
        assert set(browser.cookies) == {"__Host-gis-grid-browser"}
        assert sign_in(program.browser(), "public", Origin="https://evil.example").status_code == 403


def test_a_link_signs_in_once(town: Served) -> None:
    secret = town.link(town.add("linked"), "sign_in")
    browser = town.browser()
    answer = browser.post("/api/session/link", json={"secret": secret})
    assert answer.status_code == 200
    assert browser.get("/api/session").json()["name"] == "linked"
    again = town.browser().post("/api/session/link", json={"secret": secret})
    assert again.status_code == 401
    assert town.noted("linked") == [
        ("link_used", {"purpose": "sign_in"}),
        ("sign_in", {"method": "link", "browser": ""}),
    ]


def test_of_two_uses_of_one_link_at_once_one_gets_in(town: Served) -> None:
    secret = town.link(town.add("twice"), "set_password")
    body = {"secret": secret, "password": ANOTHER}
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: town.browser().post("/api/password/link", json=body).status_code, range(4))
        )
    assert sorted(answers) == [200, 401, 401, 401]


def test_a_link_is_good_for_its_time_its_purpose_and_an_open_account_only(town: Served) -> None:
    account = town.add("link-limits")
    over = town.link(account, "sign_in", timedelta(seconds=-1))
    other_purpose = town.link(account, "set_password")
    of_closed = town.link(account, "sign_in")
    browser = town.browser()
    town.ask("UPDATE account SET disabled_at = now() WHERE name = 'link-limits'")
    assert browser.post("/api/session/link", json={"secret": of_closed}).status_code == 401
    town.ask("UPDATE account SET disabled_at = NULL WHERE name = 'link-limits'")
    for secret in (over, other_purpose, "unknown", "\0"):
        assert browser.post("/api/session/link", json={"secret": secret}).status_code == 401
    assert browser.post("/api/session/link", json={"secret": of_closed}).status_code == 200


def test_setting_a_password_by_link_ends_older_sessions_and_links(town: Served) -> None:
    account = town.add("reset")
    older, newer = town.browser(), town.browser()
    sign_in(older, "reset")
    another_link = town.link(account, "sign_in")
    link = town.link(account, "set_password")
    refused = newer.post("/api/password/link", json={"secret": link, "password": "reset-12345"})
    assert refused.status_code == 400  # and the link is still good
    assert refused.json()["where"] == "password"
    answer = newer.post("/api/password/link", json={"secret": link, "password": ANOTHER})
    assert answer.status_code == 200
    assert newer.get("/api/session").json()["name"] == "reset"
    assert older.get("/api/session").status_code == 401
    assert older.get("/api/incidents").status_code == 401
    assert town.browser().post("/api/session/link", json={"secret": another_link}).status_code == 401
    assert sign_in(town.browser(), "reset").status_code == 401
    assert sign_in(town.browser(), "reset", ANOTHER).status_code == 200
    assert ("password_set", {"by": "link"}) in town.noted("reset")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short-one-1", "12 to 200 characters, not 11"),
        ("long" * 51, "12 to 200 characters, not 204"),
        ("i am Li.Mei in the grid", "name of the account"),
        ("ababababababab", "different characters"),
        ("qwertyuiopasdf", None),
        ("1qaz2wsx3edc", "commonest"),
        ("Password!2026", "commonest"),
        ("１２３４５６７８９０１２", "commonest"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(password: str, why: str | None) -> None:
    if why is None:
        passwords.require_good(password, "li.mei")
        return
    with pytest.raises(BadInput, match=why) as refused:
        passwords.require_good(password, "li.mei")
    assert password not in str(refused.value)


def test_a_password_of_any_characters_is_good() -> None:
    for password in (PASSWORD, ANOTHER, "网格里的路灯在夜里亮起来了呀", "🦀 walks the grid 🦀"):
        passwords.require_good(password, "li.mei")


def test_the_same_keys_on_another_system_are_the_same_password() -> None:
    assert passwords.check("café ｏｎ the corner", passwords.hashed("cafe\u0301 on the corner")).right


def test_no_secret_is_in_the_log_or_in_clear_in_the_database(
    town: Served, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    account = town.add("quiet")
    link = town.link(account, "set_password")
    browser = town.browser("203.0.113.77")
    sign_in(browser, "quiet", "a wrong password of quiet")
    sign_in(browser, "quiet")
    browser.post("/api/password/link", json={"secret": link, "password": ANOTHER})
    browser.post("/api/session/link", json={"secret": ["no text"]})
    secrets = {*browser.cookies.values(), link, PASSWORD, ANOTHER, "a wrong password of quiet"}
    secrets |= {"203.0.113"}
    said = caplog.text + repr([record.args for record in caplog.records]) + "".join(capfd.readouterr())
    tables = [row[0] for row in town.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    stored = "\n".join(
        row[0]
        for table in tables
        for row in town.ask(f'SELECT row_to_json(held.*)::text FROM "{table}" AS held LIMIT 10000')
    )
    in_hex = stored.lower()
    for secret in secrets:
        assert secret not in said
        assert secret not in stored
        assert secret.encode().hex() not in in_hex


def test_what_is_malformed_is_not_repeated(town: Served) -> None:
    for path, body in {
        "/api/session": {"password": PASSWORD},
        "/api/session/link": {"secret": [PASSWORD]},
        "/api/password/link": {"secret": {"a": PASSWORD}, "password": PASSWORD},
    }.items():
        answer = town.browser().post(path, json=body)
        assert answer.status_code == 422
        assert PASSWORD not in answer.text


def test_half_a_character_is_refused_and_no_fault(town: Served) -> None:
    """JSON can write half of a pair, which no encoding holds: everybody could fill the log with faults."""
    town.add("half")
    browser = town.browser()
    csrf = {CSRF_HEADER: sign_in(browser, "half").json()["csrf"]}
    for path, fields in {
        "/api/session": ("name", "password"),
        "/api/session/link": ("secret",),
        "/api/password/link": ("secret", "password"),
        "/api/password": ("old", "new"),
    }.items():
        for broken in fields:
            body = {field: r"\ud800" * 12 if field == broken else PASSWORD for field in fields}
            sent = "{" + ", ".join(f'"{field}": "{value}"' for field, value in body.items()) + "}"
            answer = browser.post(path, content=sent, headers={"Content-Type": "application/json"} | csrf)
            assert answer.status_code == 422, (path, broken)


def test_a_secret_in_an_address_is_worth_nothing(town: Served) -> None:
    town.add("in-address")
    browser = town.browser()
    sign_in(browser, "in-address")
    secret = browser.cookies[COOKIE]
    stranger = town.browser()
    for name in ("token", "access_token", "session", COOKIE, "secret"):
        assert stranger.get("/api/session", params={name: secret}).status_code == 401
        assert stranger.get("/api/incidents", params={name: secret}).status_code == 401
    link = town.link(town.ask("SELECT id FROM account WHERE name = 'in-address'")[0][0], "sign_in")
    assert stranger.post("/api/session/link", params={"secret": link}, json={}).status_code == 422


def test_a_session_without_its_word_changes_nothing(town: Served) -> None:
    town.add("csrf")
    browser = town.browser()
    sign_in(browser, "csrf")
    for wrong in (None, "", csrf_token("another"), browser.cookies[COOKIE]):
        browser.headers.pop(CSRF_HEADER, None)
        headers = {} if wrong is None else {CSRF_HEADER: wrong}
        assert browser.delete("/api/session", headers=headers).status_code == 403
        change = {"old": PASSWORD, "new": ANOTHER}
        assert browser.post("/api/password", json=change, headers=headers).status_code == 403
    assert browser.get("/api/session").status_code == 200
