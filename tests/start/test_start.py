"""How far an installation is, told to those who set it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import two_grids
from signed_in import give_token, signed_in
from sqlalchemy import text

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection


def told(client: TestClient, secret: str) -> dict[str, object] | None:
    client.cookies.set(COOKIE, secret)
    answer = client.get("/api/start")
    assert answer.status_code == 200, answer.text
    found: dict[str, object] | None = answer.json()["started"]
    return found


def test_an_empty_installation_has_nothing_but_its_administrator(
    anonymous: TestClient, conn: Connection
) -> None:
    found = told(anonymous, signed_in(conn, "first", [(Role.ADMIN, None)]))

    assert found is not None
    assert found.pop("accounts") == {"admin": 1}
    assert not any(found.values())


def test_what_there_is_is_counted_in_the_areas_that_one_sets_up_and_nowhere_else(
    anonymous: TestClient, conn: Connection
) -> None:
    two_grids.build(conn)
    conn.execute(text("INSERT INTO area (code, name, kind, geom) SELECT 'E1', 'b', kind, geom FROM area"))
    conn.execute(
        text(
            "INSERT INTO assignment (worker_id, grid_id, valid) SELECT worker.id, grid.id, '[2026-11-01,)' "
            "FROM worker, grid WHERE worker.code = 'W1' AND grid.code = 'G1'"
        )
    )
    everywhere = told(anonymous, signed_in(conn, "all", [(Role.ADMIN, None)]))
    here = told(anonymous, signed_in(conn, "here", [(Role.PLANNER, "C1")]))
    elsewhere = told(anonymous, signed_in(conn, "there", [(Role.COMMANDER, "E1")]))

    assert everywhere is not None
    assert here is not None
    assert elsewhere is not None
    assert everywhere["grids"] == here["grids"] == 2
    assert everywhere["communities"] == 2
    assert (here["communities"], elsewhere["communities"]) == (1, 1)
    assert (here["workers"], everywhere["workers"]) == (1, 2)
    assert (elsewhere["grids"], elsewhere["workers"], elsewhere["buildings"]) == (0, 0, 0)
    assert here["accounts"] == {"planner": 1}
    assert elsewhere["accounts"] == {"commander": 1}


def test_who_walks_or_reads_data_is_told_nothing_and_a_token_may_not_ask(
    anonymous: TestClient, conn: Connection
) -> None:
    assert told(anonymous, signed_in(conn, "reads", [(Role.CONSUMER, None)])) is None

    signed_in(conn, "plans", [(Role.PLANNER, None)])
    anonymous.cookies.clear()
    token = give_token(conn, "plans", ["own_account"])
    assert anonymous.get("/api/start", headers={"Authorization": f"Bearer {token}"}).status_code == 403
    assert anonymous.get("/api/start").status_code == 401
