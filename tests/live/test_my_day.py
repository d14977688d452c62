"""One's own day: what a worker is told of oneself, and of nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import live_rows
import pytest
from live_rows import WEST
from signed_in import give_token, signed_in
from sqlalchemy import text

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role
from gis_grid.kit import clock
from gis_grid.live.schemas import MyDay

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection


@pytest.fixture
def now() -> datetime:
    """Return this moment, to the second."""
    return clock.now().replace(microsecond=0, tzinfo=UTC)


@pytest.fixture
def mine(anonymous: TestClient, conn: Connection, now: datetime) -> TestClient:
    """Return the worker W1, signed in, in a community where W2 is on duty too."""
    live_rows.build(conn, now)
    anonymous.cookies.set(COOKIE, signed_in(conn, "me", [(Role.WORKER, "C1")], worker="W1"))
    return anonymous


def told(client: TestClient) -> MyDay:
    answer = client.get("/api/my/day")
    assert answer.status_code == 200, answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    return MyDay.model_validate_json(answer.content)


def test_a_worker_is_told_the_state_and_what_is_owed(
    mine: TestClient, conn: Connection, now: datetime
) -> None:
    conn.execute(text("UPDATE live_worker SET owed_day_s = worker_id, owed_week_s = 7200, grid_id = grid_id"))
    (worker_id,) = conn.execute(text("SELECT id FROM worker WHERE code = 'W1'")).one()
    found = told(mine)
    assert found.live is not None
    assert (found.live.state, found.live.grid, found.live.expected) == ("in_grid", "G1", True)
    assert (found.live.owed_day_s, found.live.owed_week_s, found.live.inside_s) == (worker_id, 7200, 60)
    assert (found.live.heard_at, found.live.seen_at, found.live.duty_since) == (now, now, now)
    assert found.beat is not None
    assert (found.beat.at, found.beat.behind_ms) == (now, 40)


def test_where_one_is_is_not_told_so_nothing_is_noted(mine: TestClient, conn: Connection) -> None:
    answer = mine.get("/api/my/day").text
    assert str(WEST[0]) not in answer
    assert '"lon"' not in answer
    assert not conn.execute(text("SELECT id FROM ledger WHERE action = 'look_at_track'")).all()


def test_amounts_of_another_day_are_not_told_as_those_of_today(mine: TestClient, conn: Connection) -> None:
    conn.execute(text("UPDATE live_worker SET local_date = local_date - 1"))
    found = told(mine)
    assert found.live is None
    assert found.beat is not None


def test_before_any_engine_has_run_that_is_told(mine: TestClient, conn: Connection) -> None:
    conn.execute(text("DELETE FROM live_worker; DELETE FROM live_beat"))
    found = told(mine)
    assert found.live is found.beat is None


def test_a_worker_without_a_grid_today_has_no_row(mine: TestClient, conn: Connection, now: datetime) -> None:
    conn.execute(text("INSERT INTO worker (code, name) VALUES ('W9', '新来的')"))
    mine.cookies.set(COOKIE, signed_in(conn, "new", [(Role.WORKER, "C1")], worker="W9"))
    found = told(mine)
    assert found.live is None
    assert found.now - now < timedelta(minutes=5)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.WORKER}))
def test_whoever_is_no_worker_has_no_such_day(mine: TestClient, conn: Connection, role: Role) -> None:
    mine.cookies.set(COOKIE, signed_in(conn, f"one-{role}", [(role, "C1")], worker="W2"))
    assert mine.get("/api/my/day").status_code == 403


def test_an_account_of_no_worker_is_told_so(mine: TestClient, conn: Connection) -> None:
    mine.cookies.set(COOKIE, signed_in(conn, "nobody", [(Role.WORKER, "C1")]))
    answer = mine.get("/api/my/day")
    assert answer.status_code == 403
    assert answer.json()["title"] == "Not a grid worker"


def test_a_token_needs_the_permission_of_duty(mine: TestClient, conn: Connection) -> None:
    mine.cookies.clear()
    for permissions, status in ((["see_verdicts", "take_own_data"], 403), (["sign_duty"], 200)):
        secret = give_token(conn, "me", permissions)
        answer = mine.get("/api/my/day", headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == status, answer.text
