"""The accounts of the sample town: one of each role, that only links sign in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from walking_ground import publish

from gis_grid.accounts.roles import Role
from gis_grid.accounts.secrets import digest
from gis_grid.accounts.service import accounts
from gis_grid.accounts.service.accounts import Change, Keeper, Wanted
from gis_grid.kit.database import make_engine
from gis_grid.kit.errors import Conflict
from gis_grid.sample.accounts import make_links
from gis_grid.sample.load import load_sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import FirstDemo
    from sqlalchemy import Connection

    from gis_grid.accounts.rows import Account

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
OPERATOR = Keeper("cli:somebody")


def load(conn: Connection) -> bool:
    return load_sample(conn, now=NOW, progress=lambda *_: None)


def stored(conn: Connection) -> dict[str, Account]:
    return {account.name: account for account in accounts.listed(conn, OPERATOR)}


def open_links(conn: Connection) -> set[bytes]:
    query = text("SELECT secret_digest FROM one_time_link WHERE used_at IS NULL AND expires_at > :now")
    return {bytes(row) for row in conn.execute(query, {"now": NOW}).scalars()}


@pytest.fixture
def town(first_demo: FirstDemo) -> Iterator[Connection]:
    """Return a connection to a database with the sample town."""
    with first_demo.copied() as url:
        engine = make_engine(url)
        with engine.begin() as conn:
            yield conn
        engine.dispose()


@pytest.mark.slow
def test_the_town_has_an_account_of_each_role_that_links_sign_in(town: Connection) -> None:
    found = stored(town)
    assert {name: account.roles[0].area_name for name, account in found.items()} == {
        "demo-admin": None,
        "demo-planner": None,
        "demo-commander": "示例镇",
        "demo-auditor": None,
        "demo-worker": "河西社区",
        "demo-consumer": "河西社区",
    }
    assert {account.roles[0].role for account in found.values()} == set(Role)
    assert all(account.demo and not account.has_password for account in found.values())
    assert found["demo-worker"].worker == "W001"

    # Loading again changes nothing, and adds what a town from before has not.
    town.execute(text("DELETE FROM account WHERE name = 'demo-auditor'"))
    assert not load(town)
    again = stored(town)
    assert again.keys() == found.keys()
    assert again["demo-admin"] == found["demo-admin"]

    # New links end those from before; a stranger's and a disabled account get none.
    accounts.add(town, OPERATOR, "somebody", [Wanted(Role.ADMIN)], now=NOW)
    accounts.change(town, OPERATOR, "demo-planner", Change(disabled=True), now=NOW)
    make_links(town, now=NOW)
    made = make_links(town, now=NOW)
    assert {account.name for account, _ in made} == found.keys() - {"demo-planner"}
    assert open_links(town) == {digest(secret) for _, secret in made}
    stored_words = town.execute(text("SELECT string_agg(ledger::text, ' ') FROM ledger")).scalar_one()
    assert "account:demo-commander" in stored_words
    assert not any(secret in stored_words for _, secret in made)


def test_a_real_town_never_gets_accounts_of_the_demo(conn: Connection) -> None:
    publish(conn)
    with pytest.raises(Conflict, match="real town"):
        load(conn)
    assert stored(conn) == {}
