"""Trying passwords is held back, and nobody is locked out of their own account by it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from served import ANOTHER, Served, served, sign_in
from sqlalchemy.exc import ProgrammingError

from gis_grid.accounts import passwords
from gis_grid.accounts.cookies import BROWSER_COOKIE
from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.service.throttle import WINDOW, locked_until, network_of
from gis_grid.kit.database import MOST_DOOR_CONNECTIONS
from gis_grid.kit.logins import SERVICE_ROLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Server
    from fastapi.testclient import TestClient

WRONG = "not the password"
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def town(server: Server, migrated: str) -> Iterator[Served]:
    """Return the program on a database of this file's own; each test has accounts and networks of its own."""
    with server.database(migrated) as name, served(server.url(name)) as program:
        yield program


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a check of a password be wrong and take no time, where a test is about many of them."""
    monkeypatch.setattr(passwords, "check", lambda *_: passwords.Match(right=False))


def later(town: Served, interval: str) -> None:
    """Let time pass for all failures."""
    town.ask("UPDATE sign_in_failure SET at = at - CAST(:interval AS interval)", interval=interval)


def fail(browser: TestClient, name: str, times: int) -> None:
    for _ in range(times):
        assert sign_in(browser, name, WRONG).status_code == 401


def test_after_five_failures_even_the_right_password_waits(town: Served) -> None:
    town.add("five")
    browser = town.browser("192.0.2.1")
    fail(browser, "five", 5)
    refused = sign_in(browser, "five")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= WINDOW.total_seconds()
    assert refused.headers["content-type"] == "application/problem+json"
    assert ("sign_in_refused", {"why": "too many failures"}) in town.noted("five")
    later(town, "00:15:01")
    assert sign_in(browser, "five").status_code == 200


@pytest.mark.usefixtures("quick")
def test_a_refused_try_makes_the_wait_no_longer_and_the_ledger_no_fuller(town: Served) -> None:
    town.add("patience")
    browser = town.browser("192.0.3.1")
    fail(browser, "patience", 5)
    later(town, "00:10:00")
    waits = [int(sign_in(browser, "patience", WRONG).headers["retry-after"]) for _ in range(8)]
    assert max(waits) <= 5 * 60
    assert [action for action, _ in town.noted("patience")] == ["sign_in_refused"]


def test_a_refused_try_looks_at_no_password(town: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    town.add("unchecked")
    browser = town.browser("192.0.4.1")
    fail(browser, "unchecked", 5)
    monkeypatch.setattr(passwords, "check", lambda *_: pytest.fail("a password was looked at"))
    assert sign_in(browser, "unchecked").status_code == 429


@pytest.mark.usefixtures("quick")
def test_a_refused_try_does_not_say_whether_there_is_such_an_account(town: Served) -> None:
    town.add("existing")
    for number, name in enumerate(("existing", "not-existing")):
        fail(town.browser(f"192.0.{5 + number}.1"), name, 5)
    there = sign_in(town.browser("192.0.5.1"), "existing", WRONG)
    nowhere = sign_in(town.browser("192.0.6.1"), "not-existing", WRONG)
    assert there.status_code == nowhere.status_code == 429
    assert there.content == nowhere.content
    assert set(there.headers) == set(nowhere.headers)


@pytest.mark.usefixtures("quick")
def test_one_password_on_many_names_is_held_back_by_the_network(town: Served) -> None:
    for number in range(30):
        fail(town.browser(f"192.0.7.{number}"), f"sprayed-{number}", 1)
    assert sign_in(town.browser("192.0.7.200"), "sprayed-30", WRONG).status_code == 429
    assert sign_in(town.browser("192.0.8.200"), "sprayed-30", WRONG).status_code == 401


def test_a_right_password_forgives_the_name_and_not_the_network(
    town: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.add("inside-job")
    check = passwords.check
    wrong = passwords.Match(right=False)
    monkeypatch.setattr(passwords, "check", lambda one, stored: wrong if one == WRONG else check(one, stored))
    network = "192.0.9.1"
    for number in range(5):
        fail(town.browser(network), f"colleague-{number}", 4)
        fail(town.browser(network), "inside-job", 2)
        if number < 4:
            assert sign_in(town.browser(network), "inside-job").status_code == 200
    assert sign_in(town.browser(network), "colleague-9", WRONG).status_code == 429


def test_strangers_failures_do_not_lock_the_owners_browser_out(town: Served) -> None:
    town.add("owner")
    owners, stranger = town.browser("192.0.10.1"), town.browser("192.0.10.2")
    assert sign_in(owners, "owner").status_code == 200
    assert owners.delete("/api/session").status_code == 204
    fail(stranger, "owner", 5)
    assert sign_in(stranger, "owner").status_code == 429
    assert sign_in(owners, "owner").status_code == 200
    assert sign_in(town.browser("192.0.11.1"), "owner").status_code == 200  # nor elsewhere


def test_a_known_browser_has_a_count_of_its_own(town: Served) -> None:
    town.add("forgetful")
    town.add("neighbour")
    browser = town.browser("192.0.12.1")
    sign_in(browser, "forgetful")
    fail(browser, "forgetful", 5)
    assert sign_in(browser, "forgetful").status_code == 429
    assert sign_in(town.browser("192.0.12.1"), "forgetful").status_code == 200
    # To another account it is as good as unknown.
    fail(browser, "neighbour", 5)
    assert sign_in(browser, "neighbour").status_code == 429


def test_a_browser_is_known_by_a_secret_and_for_a_time(town: Served) -> None:
    account = town.add("remembered")
    browser = town.browser("192.0.13.1")
    sign_in(browser, "remembered")
    secret = browser.cookies[BROWSER_COOKIE]
    sign_in(browser, "remembered")
    assert browser.cookies[BROWSER_COOKIE] == secret != browser.cookies[COOKIE]
    made_up = town.browser("192.0.13.1")
    made_up.cookies.set(BROWSER_COOKIE, "made-up", domain="localhost.local", path="/")
    sign_in(made_up, "remembered")
    assert made_up.cookies[BROWSER_COOKIE] not in {"made-up", secret}
    town.ask("UPDATE known_browser SET last_used_at = last_used_at - interval '181 days'")
    sign_in(browser, "remembered")
    assert browser.cookies[BROWSER_COOKIE] != secret
    rows = town.ask("SELECT id FROM known_browser WHERE account_id = :account", account=account)
    assert len(rows) == 1


@pytest.mark.usefixtures("quick")
def test_tries_at_the_same_time_count_each_other(town: Served) -> None:
    town.add("rushed")
    with ThreadPoolExecutor(12) as pool:
        statuses = list(
            pool.map(lambda _: sign_in(town.browser("192.0.14.1"), "rushed", WRONG).status_code, range(24))
        )
    assert sorted(statuses) == [401] * 5 + [429] * 19


def test_five_passwords_at_most_are_checked_at_a_time(town: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once: list[int] = []
    running: set[object] = set()

    def slow(*_: object) -> passwords.Match:
        me = object()
        running.add(me)
        at_once.append(len(running))
        time.sleep(0.05)
        running.discard(me)
        return passwords.Match(right=False)

    monkeypatch.setattr(passwords, "check", slow)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda one: sign_in(town.browser(f"10.0.{one}.1"), f"many-{one}", WRONG), range(32)))
    assert len(at_once) == 32
    assert max(at_once) <= MOST_DOOR_CONNECTIONS


def test_a_password_changed_while_the_old_one_is_checked_lets_nobody_in(
    town: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.add("raced")
    check = passwords.check

    def slow(password: str, stored: str | None) -> passwords.Match:
        match = check(password, stored)
        town.ask(
            "UPDATE account SET password_hash = :hash WHERE name = 'raced'", hash=passwords.hashed(ANOTHER)
        )
        return match

    monkeypatch.setattr(passwords, "check", slow)
    assert sign_in(town.browser("192.0.15.1"), "raced").status_code == 401


@pytest.mark.usefixtures("quick")
def test_what_is_counted_names_nobody_and_goes_after_a_day(town: Served) -> None:
    town.ask("DELETE FROM sign_in_failure")
    fail(town.browser("192.0.16.1"), "unnamed", 2)
    rows = town.ask("SELECT bucket FROM sign_in_failure")
    assert len(rows) == 4
    assert {len(row.bucket) for row in rows} == {32}
    # The key is the database's own: the login that answers requests cannot try names out either.
    with pytest.raises(ProgrammingError, match="permission denied"), town.owner.begin() as conn:
        conn.exec_driver_sql(f"SET LOCAL ROLE {SERVICE_ROLE}; SELECT gis_grid_bucket('unnamed')")
    later(town, "1 day 00:00:01")
    fail(town.browser("192.0.17.1"), "unnamed", 1)
    assert town.ask("SELECT count(*) FROM sign_in_failure")[0][0] == 2


def test_each_further_lot_of_failures_waits_twice_as_long() -> None:
    def lock_after(lots: int) -> timedelta | None:
        until = locked_until([NOON] * (5 * lots), 5)
        return None if until is None else until - NOON

    assert locked_until([NOON] * 4, 5) is None
    minutes = [15, 30, 60, 120, 240, 240]
    assert [lock_after(lots) for lots in range(1, 7)] == [timedelta(minutes=one) for one in minutes]


def test_failures_far_apart_lock_nobody() -> None:
    failures = [NOON - timedelta(minutes=4 * number) for number in range(5)]
    until = locked_until(failures, 5)
    assert until is not None
    assert until < NOON


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.254", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8:1:1::1", "2001:db8:1:ffff::2", True),
        ("2001:db8:1::1", "2001:db8:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.9", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        (None, "no address", False),
    ],
)
def test_a_network_is_what_one_party_commonly_has(one: str | None, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same
