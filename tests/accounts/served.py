"""The program on a database of its own, where requests commit: what a failed one leaves behind is there."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from answering import app_on
from as_described import AsDescribed
from fastapi.testclient import TestClient
from sqlalchemy import text

from gis_grid.accounts import passwords
from gis_grid.accounts.http import CSRF_HEADER
from gis_grid.accounts.service.links import make_link
from gis_grid.kit.clock import now
from gis_grid.kit.database import Engines, make_engine
from gis_grid.kit.logins import LOGINS
from gis_grid.kit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import httpx2
    from sqlalchemy import Engine

    from gis_grid.accounts.service.links import Purpose

PASSWORD = "correct-horse battery"
ANOTHER = "staple of 9 vineyards"


class Served:
    """The program, its database, and browsers in networks of their own."""

    def __init__(self, started: TestClient, owner: Engine) -> None:
        self._started = started
        self.owner = owner

    def browser(self, address: str = "192.0.2.1") -> TestClient:
        """Return a browser that has never been here."""
        browser = TestClient(self._started.app, base_url="https://localhost", client=(address, 50000))
        browser.portal = self._started.portal  # all in the one loop of the program, as when it is served
        return browser

    def add(self, name: str, password: str | None = PASSWORD) -> int:
        """Add a planner."""
        values = {"name": name, "hash": None if password is None else _hashed(password)}
        query = (
            "WITH added AS (INSERT INTO account (name, display_name, password_hash, created_at) "
            "VALUES (:name, upper(:name), :hash, now()) RETURNING id), given AS (INSERT INTO account_role "
            "(account_id, role) SELECT id, 'planner' FROM added) SELECT id FROM added"
        )
        with self.owner.begin() as conn:
            return int(conn.execute(text(query), values).scalar_one())

    def link(self, account_id: int, purpose: Purpose, valid_for: timedelta = timedelta(hours=1)) -> str:
        """Make a link."""
        with self.owner.begin() as conn:
            return make_link(conn, account_id, purpose, now(), valid_for)

    def ask(self, query: str, **values: Any) -> Sequence[Any]:
        """Return rows; or change something behind the program's back."""
        with self.owner.begin() as conn:
            answer = conn.execute(text(query), values)
            return answer.all() if answer.returns_rows else []

    def noted(self, name: str) -> list[tuple[str, dict[str, Any]]]:
        """Return actions and details of the ledger about an account."""
        rows = self.ask(
            "SELECT action, detail FROM ledger WHERE subject = :subject ORDER BY id",
            subject=f"account:{name}",
        )
        return [(row.action, row.detail) for row in rows]


@cache
def _hashed(password: str) -> str:
    return passwords.hashed(password)


@contextmanager
def served(url: str, **settings: str) -> Iterator[Served]:
    """Yield the program on a migrated database."""
    owner = make_engine(url)
    engines = Engines(*(make_engine(url, role=role) for role in LOGINS))
    try:
        with app_on(Settings(**settings), engines) as app:
            app.add_middleware(AsDescribed)
            with TestClient(app) as started:
                yield Served(started, owner)
    finally:
        engines.dispose()
        owner.dispose()


def sign_in(browser: TestClient, name: str, password: str = PASSWORD, **headers: str) -> httpx2.Response:
    """Sign in as our own page does; what changes something carries the session's word from now on."""
    answer = browser.post("/api/session", json={"name": name, "password": password}, headers=headers)
    if answer.status_code == 200:
        browser.headers[CSRF_HEADER] = answer.json()["csrf"]
    return answer
