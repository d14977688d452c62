"""What breaks while phones send: each is told the truth, one message never blocks another, and it goes on."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import own_loop
import pytest
from intake_town import Program, Town, program_on, settle
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool
from walking_ground import INSIDE, OUTSIDE

from gis_grid.accounts.secrets import digest
from gis_grid.kit.clock import now
from gis_grid.kit.errors import Unavailable
from gis_grid.tracks.intake import intake as queue
from gis_grid.tracks.intake import routes
from gis_grid.tracks.intake.commit import Outcome, commit
from gis_grid.tracks.intake.group import Entry, Policy
from gis_grid.tracks.intake.intake import Intake
from gis_grid.tracks.phones.clients import CLIENTS, Client
from gis_grid.tracks.phones.message import Message, Reported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Server

TRACCAR = next(client for client in CLIENTS if client.name == "traccar")


@pytest.fixture(scope="module")
def database(server: Server, migrated: str) -> Iterator[str]:
    with server.database(migrated) as name:
        yield name


@pytest.fixture(scope="module")
def program(server: Server, database: str) -> Iterator[Program]:
    with program_on(server.url(database)) as program:
        yield program


@pytest.fixture
def town(program: Program) -> Town:
    return settle(program)


@pytest.fixture
def refuse_north(town: Town) -> Iterator[None]:
    """Make the table refuse positions that no check of the program refuses."""
    with town.owner.begin() as conn:
        conn.execute(text("ALTER TABLE fix ADD CONSTRAINT south CHECK (lat < 60)"))
    yield
    with town.owner.begin() as conn:
        conn.execute(text("ALTER TABLE fix DROP CONSTRAINT south"))


def entry(
    town: Town, minute: int, *, lat: float = INSIDE[1], token: str = "", client: Client = TRACCAR
) -> Entry:
    moment = round(town.at(9, minute).timestamp())
    message = Message(query=f"timestamp={moment}&lon={INSIDE[0]}&lat={lat}")
    return Entry(client, message, digest(token or town.token), now())


def policy(town: Town) -> Policy:
    return town.app.state.intake._policy


@pytest.mark.usefixtures("refuse_north")
@pytest.mark.parametrize("poison", [{0}, {5}, {2, 3, 11}, set(range(12))])
def test_a_message_that_breaks_a_transaction_goes_to_quarantine_alone(town: Town, poison: set[int]) -> None:
    entries = [entry(town, n, lat=70.0 if n in poison else INSIDE[1]) for n in range(12)]
    entries.append(entry(town, 30, token="ggd_unknown"))
    outcomes = commit(town.engines.intake, entries, policy(town))
    assert outcomes == [Outcome.COMMITTED] * 12 + [Outcome.UNKNOWN_TOKEN]
    assert len(town.fixes()) == 12 - len(poison)
    assert len(town.errors()) == len(poison)
    assert all("CheckViolation [23514]" in error for error in town.errors())


def test_a_decoder_with_a_fault_costs_its_own_message_only(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(message: Message) -> Reported:
        raise RuntimeError(f"of {message.query}")

    entries = [
        entry(town, 0),
        entry(town, 1, client=Client("broken", "Broken", ("GET",), broken)),
        entry(town, 2),
    ]
    assert commit(town.engines.intake, entries, policy(town)) == [Outcome.COMMITTED] * 3
    assert len(town.fixes()) == 2
    assert town.errors() == ["the program has a fault (builtins.RuntimeError), it is in the log"]
    assert "the decoder of broken failed" in caplog.text


def test_a_database_that_is_away_is_a_503_until_it_is_back(town: Town, server: Server, database: str) -> None:
    admin = create_engine(server.admin_url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    town.send(town.at(9))

    def let_in(allowed: bool) -> None:
        with admin.connect() as conn:
            conn.execute(text(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS {str(allowed).lower()}'))
            if not allowed:
                conn.execute(
                    text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
                    {"name": database},
                )

    let_in(False)
    try:
        for minute in range(3):
            answer = town.send(town.at(10, minute))
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            assert answer.headers["Content-Type"] == "application/problem+json"
    finally:
        let_in(True)
    town.owner.dispose()
    assert town.send(town.at(10)).status_code == 200
    assert len(town.fixes()) == 2


def test_a_connection_that_is_cut_costs_no_more_than_its_own_group(town: Town) -> None:
    town.send(town.at(9))
    with town.owner.begin() as conn:
        conn.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert town.send(town.at(10)).status_code == 200
    assert len(town.fixes()) == 2


@pytest.mark.parametrize("limit", ["most_waiting", "most_held_bytes"])
def test_a_full_queue_is_a_503_and_the_next_one_is_taken(
    town: Town, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    with monkeypatch.context() as small:
        small.setattr(town.app.state.intake, limit, 0)
        answer = town.send_batch([town.at(9)])
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert town.send_batch([town.at(9)]).status_code == 200
    assert town.app.state.intake._held_bytes == 0


def test_a_body_over_the_limit_is_a_413_and_lets_go_of_its_bytes(town: Town) -> None:
    headers = {"Authorization": f"Bearer {town.token}"}
    assert town.client.post("/ingest/overland", content=bytes(2 << 20), headers=headers).status_code == 413
    parts = (bytes(1 << 18) for _ in range(8))
    assert town.client.post("/ingest/overland", content=parts, headers=headers).status_code == 413
    assert town.app.state.intake._held_bytes == 0
    assert town.errors() == []


def test_many_phones_at_once_are_all_answered_and_stored(town: Town) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: town.send(town.at(9 + n // 60, n % 60)), range(200)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(town.fixes()) == 200


def test_two_that_send_the_same_fixes_at_once_never_wait_in_a_circle(town: Town) -> None:
    with ThreadPoolExecutor(8) as pool:
        moments = [[town.at(9, n) for n in range(59)], [town.at(9, n) for n in range(58, -1, -1)]]
        answers = list(pool.map(lambda n: town.send_batch(moments[n % 2] * 2), range(32)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(town.fixes()) == 59


async def _run(town: Town, what: Callable[[Intake], object]) -> object:
    intake = Intake(town.engines.intake, policy(town))
    intake.start()
    try:
        return await what(intake)
    finally:
        await intake.stop()


def test_who_goes_away_while_waiting_breaks_nothing(town: Town) -> None:
    async def leave(intake: Intake) -> None:
        going = [asyncio.create_task(intake.submit(entry(town, n))) for n in range(20)]
        await asyncio.sleep(0)
        for one in going[::2]:
            one.cancel()
        await asyncio.gather(*going, return_exceptions=True)
        await intake.submit(entry(town, 40))

    own_loop.run(_run(town, leave))
    assert len(town.fixes()) == 21


def test_what_waits_when_the_program_ends_is_committed_and_nothing_more_is_taken(town: Town) -> None:
    async def end(intake: Intake) -> None:
        waiting = [asyncio.create_task(intake.submit(entry(town, n))) for n in range(30)]
        await asyncio.sleep(0)
        await intake.stop()
        await asyncio.gather(*waiting)
        with pytest.raises(Unavailable):
            await intake.submit(entry(town, 40))

    own_loop.run(_run(town, end))
    assert len(town.fixes()) == 30


def test_a_committer_that_dies_is_a_503_for_its_group_and_the_next_is_stored(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(queue, "commit", die)
        assert town.send(town.at(9)).status_code == 503
    assert town.send(town.at(9), OUTSIDE).status_code == 200


def test_what_waits_for_somebody_elses_transaction_keeps_no_other_message_waiting(town: Town) -> None:
    night = Message(query=f"timestamp={round(town.at(20).timestamp())}&lon={INSIDE[0]}&lat={INSIDE[1]}")
    entries = [entry(town, n) for n in range(3)]
    entries.insert(1, Entry(TRACCAR, night, digest(town.token), now()))
    commit(town.engines.intake, entries[1:2], policy(town))
    with town.owner.begin() as conn:  # as a large file of the same phone does until it is in
        conn.execute(text("UPDATE off_duty_count SET fixes = fixes"))
        with ThreadPoolExecutor(1) as pool:
            outcomes = pool.submit(commit, town.engines.intake, entries, policy(town)).result(timeout=20)
    expected = [Outcome.COMMITTED] * 4
    expected[1] = Outcome.NOT_STORED
    assert outcomes == expected
    assert len(town.fixes()) == 3
    assert commit(town.engines.intake, entries, policy(town)) == [Outcome.COMMITTED] * 4
    assert town.errors() == []


@pytest.mark.usefixtures("refuse_north")
def test_a_message_that_breaks_a_transaction_and_tells_of_time_off_duty_is_kept_without_its_body(
    town: Town,
) -> None:
    assert town.send_batch([town.at(9), town.at(20)], (INSIDE[0], 70.0)).status_code == 200
    ((body, error),) = town.query("SELECT body, error FROM quarantine")
    assert bytes(body) == b""
    assert "CheckViolation [23514]" in error


def test_what_nobody_waits_for_any_more_is_not_held(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_PATIENCE_S", 0.2)

    async def hang(intake: Intake) -> None:
        with town.owner.begin() as conn:
            conn.execute(text("LOCK TABLE device_token"))
            held = [asyncio.create_task(intake.submit(entry(town, n))) for n in range(2)]
            await asyncio.sleep(0.1)  # both committers hang
            left = [asyncio.create_task(intake.submit(entry(town, n))) for n in range(2, 9)]
            answers = await asyncio.gather(*held, *left, return_exceptions=True)
            assert {type(answer) for answer in answers} == {Unavailable}
            assert not intake._queue

    own_loop.run(_run(town, hang))


def test_a_body_that_does_not_come_in_is_let_go_of(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "_PATIENCE_S", 0.2)
    answers: list[dict[str, Any]] = []
    begun = iter([{"type": "http.request", "body": bytes(1000), "more_body": True}])

    async def receive() -> dict[str, Any]:
        part = next(begun, None)
        if part is None:
            await asyncio.sleep(60)
        return part or {}

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    scope = {"type": "http", "method": "POST", "path": "/ingest/overland", "query_string": b"", "headers": []}
    town.client.portal.call(town.app, {**scope, "raw_path": b"", "root_path": ""}, receive, send)
    assert answers[0]["status"] == 408
    assert (b"connection", b"close") in answers[0]["headers"]
    assert town.app.state.intake._held_bytes == 0
