"""Two who write at once, and files that wait: on a database where requests commit."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from written_town import HERE, ITEMS, Planner, build, feature, grid

from gis_grid.app import create_app
from gis_grid.grids.service import sent_files
from gis_grid.kit.database import Engines, make_engine
from gis_grid.kit.logins import LOGINS
from gis_grid.kit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx2
    from sqlalchemy import Engine

BULK: Final = "/ogc/collections/buildings/bulk?source=C-HERE:survey"


class Town:
    """The program, its database, and planners."""

    def __init__(self, client: TestClient, owner: Engine, headers: dict[str, dict[str, str]], data: Path):
        self.owner = owner
        self.here, self.there = Planner(client, headers["here"]), Planner(client, headers["next"])
        self.folder = sent_files.folder_of(Settings(data_dir=data))

    def work(self) -> None:
        """Let the job run."""
        sent_files.write_waiting(self.owner, self.folder, lambda: False)


@pytest.fixture(scope="module")
def town(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    owner = make_engine(module_database)
    engines = Engines(*(make_engine(module_database, role=role) for role in LOGINS))
    data = tmp_path_factory.mktemp("data")
    with owner.begin() as conn:
        headers = build(conn)
    try:
        with TestClient(create_app(Settings(data_dir=data), engines)) as client:
            yield Town(client, owner, headers, data)
    finally:
        engines.dispose()
        owner.dispose()


def at_once(*calls: Any) -> list[httpx2.Response]:
    """Make calls side by side; return their answers in order."""
    answers: dict[int, httpx2.Response] = {}
    threads = [
        threading.Thread(target=lambda n=n, call=call: answers.__setitem__(n, call()))
        for n, call in enumerate(calls)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return [answers[n] for n in range(len(calls))]


def collection(*refs: str) -> dict[str, Any]:
    features = [feature(HERE, source_ref=ref, households=1) for ref in refs]
    return {"type": "FeatureCollection", "features": features}


def test_of_two_who_read_the_same_state_one_writes(town: Town) -> None:
    fid, tag = town.here.add(households=1)
    answers = at_once(
        *(
            lambda n=n: town.here.ask(
                "PATCH", f"{ITEMS}/{fid}", {"properties": {"households": n}}, If_Match=tag
            )
            for n in range(2, 6)
        )
    )
    assert sorted(one.status_code for one in answers) == [204, 412, 412, 412]
    winner = next(n for n, one in enumerate(answers, start=2) if one.status_code == 204)
    assert town.here.get(fid).json()["properties"]["households"] == winner


def test_whoever_comes_while_another_writes_waits_and_is_stale(town: Town) -> None:
    fid, tag = town.here.add(households=1)
    answers: list[httpx2.Response] = []
    with town.owner.connect() as conn, conn.begin():
        conn.execute(text("UPDATE building SET name = 'x' WHERE id = :id"), {"id": fid})
        thread = threading.Thread(
            target=lambda: answers.append(town.here.ask("DELETE", f"{ITEMS}/{fid}", If_Match=tag))
        )
        thread.start()
        thread.join(0.3)
        assert not answers, "it has to wait for the other"
    thread.join()
    assert answers[0].status_code == 412
    assert town.here.get(fid).status_code == 200


def test_buildings_added_side_by_side_are_all_counted(town: Town) -> None:
    with town.owner.connect() as conn:
        households, buildings = grid(conn, "G-HERE")
    at_once(*(lambda: town.here.add(households=2) for _ in range(6)))
    with town.owner.connect() as conn:
        assert grid(conn, "G-HERE") == (households + 12, buildings + 6)


def test_the_same_key_sent_twice_at_once_is_done_once(town: Town) -> None:
    body = collection("k1", "k2")
    first, second = at_once(*[lambda: town.here.ask("POST", BULK, body, Idempotency_Key="twice")] * 2)
    assert (first.status_code, second.content) == (200, first.content)
    assert first.json()["created"] == 2


def test_a_file_that_waits_outlives_the_program_and_is_written_by_the_job(town: Town) -> None:
    asked = {"Prefer": "respond-async", "Idempotency_Key": "later"}
    answer = town.here.ask("POST", BULK, collection("a1", "a2"), **asked)
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (202, "respond-async")
    where = answer.headers["Location"]
    assert answer.json()["state"] == "waiting"
    assert len(list(town.folder.glob("*.geojson"))) == 1

    town.work()

    done = town.here.ask("GET", where).json()
    assert (done["state"], done["written"]["created"]) == ("done", 2)
    again = town.here.ask("POST", BULK, collection("a1", "a2"), **asked)
    assert (again.status_code, again.headers["Location"]) == (202, where)
    assert again.json() == done
    assert list(town.folder.glob("*")) == []
    assert town.there.ask("GET", where).status_code == 404
    with town.owner.connect() as conn:
        query = "SELECT actor FROM ledger WHERE subject = 'source:C-HERE:survey' ORDER BY id DESC LIMIT 1"
        assert conn.execute(text(query)).scalar_one() == "plan-here"


def test_a_file_that_waits_is_written_within_the_areas_of_then(town: Town) -> None:
    waiting = town.there.ask(
        "POST", BULK.replace("HERE", "NEXT"), collection("b1"), Prefer="respond-async"
    ).headers["Location"]
    town.work()
    failed = town.there.ask("GET", waiting).json()
    assert failed["state"] == "failed"
    assert failed["fault"]["errors"][0]["message"] == "expected a place in a community in which you write"

    waiting = town.there.ask("POST", BULK, collection("b2"), Prefer="respond-async").headers["Location"]
    with town.owner.begin() as conn:
        conn.execute(
            text(
                "DELETE FROM account_role USING account "
                "WHERE account.id = account_id AND account.name = 'plan-next'"
            )
        )
    town.work()
    with town.owner.begin() as conn:
        answer = conn.execute(
            text("SELECT state, answer FROM bulk_write WHERE id = :id"), {"id": waiting.rpartition("/")[2]}
        ).one()
        assert (answer.state, answer.answer["title"]) == ("failed", "Not allowed")
        assert (
            conn.execute(text("SELECT count(*) FROM building WHERE source_ref IN ('b1', 'b2')")).scalar_one()
            == 0
        )


def test_what_came_of_a_file_is_forgotten_after_a_day(town: Town) -> None:
    where = town.here.ask("POST", BULK, collection("c1"), Prefer="respond-async").headers["Location"]
    town.work()
    with town.owner.begin() as conn:
        conn.execute(text("UPDATE bulk_write SET ended_at = ended_at - interval '25 hours'"))
    town.work()
    assert town.here.ask("GET", where).status_code == 404
