"""Keeping accounts on connections of their own, as the served program does: nobody waits for themselves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient
from signed_in import signed_in
from sqlalchemy import text

from gis_grid.accounts.http import COOKIE, CSRF_HEADER, csrf_token
from gis_grid.accounts.roles import Role
from gis_grid.accounts.service import accounts
from gis_grid.accounts.service.accounts import Change, Keeper
from gis_grid.app import create_app
from gis_grid.kit.clock import now
from gis_grid.kit.database import Engines, make_engine, transaction
from gis_grid.kit.errors import Conflict
from gis_grid.kit.logins import LOGINS
from gis_grid.kit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine


@pytest.fixture
def owner(fresh_database: str) -> Iterator[Engine]:
    engine = make_engine(fresh_database)
    yield engine
    engine.dispose()


@pytest.fixture
def boss(fresh_database: str, owner: Engine) -> Iterator[TestClient]:
    """An administrator of everything, who comes back after ten minutes: the session's row is written."""
    with transaction(owner) as conn:
        secret = signed_in(conn, "boss", [(Role.ADMIN, None), (Role.PLANNER, None)])
        conn.execute(text("UPDATE session SET last_seen_at = now() - interval '10 minutes'"))
        conn.execute(text(f"ALTER DATABASE \"{conn.engine.url.database}\" SET lock_timeout = '10s'"))
    engines = Engines(*(make_engine(fresh_database, role=role) for role in LOGINS))
    with TestClient(create_app(Settings(), engines)) as client:
        client.cookies.set(COOKIE, secret)
        client.headers[CSRF_HEADER] = csrf_token(secret)
        yield client
    engines.dispose()


def test_no_request_about_accounts_or_tokens_waits_for_itself(boss: TestClient, owner: Engine) -> None:
    requests = [
        ("POST", "/accounts", {"name": "wang", "roles": [{"role": "admin", "area": None}]}),
        ("GET", "/accounts", None),
        ("PATCH", "/accounts/wang", {"disabled": True}),
        ("PATCH", "/accounts/wang", {"disabled": False}),
        ("PATCH", "/accounts/boss", {"display_name": "主任"}),
        ("POST", "/accounts/wang/link", None),
        ("POST", "/accounts/boss/link", None),
        ("POST", "/tokens", {"name": "dashboard", "permissions": ["see_map"]}),
        ("GET", "/tokens", None),
        ("DELETE", "/tokens/1", None),
    ]
    for method, path, body in requests:
        with transaction(owner) as conn:
            conn.execute(text("UPDATE session SET last_seen_at = now() - interval '10 minutes'"))
        answer = boss.request(method, f"/api{path}", json=body)
        assert answer.status_code in {200, 201, 204}, (method, path, answer.text)


def test_a_change_and_its_entry_in_the_ledger_are_stored_together_or_not_at_all(
    boss: TestClient, owner: Engine
) -> None:
    with transaction(owner) as conn:
        conn.execute(text("REVOKE EXECUTE ON FUNCTION gis_grid_note FROM gis_grid_door"))
    boss = TestClient(boss.app, cookies=boss.cookies, headers=boss.headers, raise_server_exceptions=False)
    body = {"name": "wang", "roles": [{"role": "planner", "area": None}]}
    assert boss.post("/api/accounts", json=body).status_code == 500
    with transaction(owner) as conn:
        assert conn.execute(text("SELECT array_agg(name) FROM account")).scalar_one() == ["boss"]


def test_two_administrators_who_end_each_other_at_once_leave_one(owner: Engine) -> None:
    names = ["boss", "boss-2"]
    with transaction(owner) as conn:
        for name in names:
            signed_in(conn, name, [(Role.ADMIN, None)])

    def end(name: str) -> str:
        try:
            with transaction(owner) as conn:
                accounts.change(conn, Keeper("test"), name, Change(disabled=True), now=now())
                conn.execute(text("SELECT pg_sleep(0.3)"))
        except Conflict:
            return "refused"
        return "ended"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(end, names)) == ["ended", "refused"]
