"""The stream of the live map on the real server, over sockets: what comes, when, and what ends it."""

from __future__ import annotations

import gc
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from live_rows import BOX, WEST
from streaming import PATIENCE_S, Page, served

from gis_grid.accounts.http import COOKIE, CSRF_HEADER, csrf_token
from gis_grid.kit.bounded_parser import BoundedParser
from gis_grid.live import hub, stream
from gis_grid.live.schemas import LiveBeat, LiveNews

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streaming import Served

    from gis_grid.live.news import News

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def town(module_database: str) -> Iterator[Served]:
    """Serve the two grids on a real port."""
    with served(module_database) as found:
        yield found


@pytest.fixture
def secret(town: Served, request: pytest.FixtureRequest) -> str:
    """Return a session of a commander of this test's own."""
    return town.account(f"chief-{abs(hash(request.node.name))}")


def page(town: Served, secret: str, **asked: Any) -> Page:
    return Page(town.place, secret, **asked)


def test_the_whole_comes_first_then_what_changes(town: Served, secret: str) -> None:
    with page(town, secret, bbox=BOX) as listening:
        assert listening.status == 200
        assert listening.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert listening.headers["cache-control"] == "no-store"
        assert listening.headers["x-accel-buffering"] == "no"
        assert listening.headers["x-content-type-options"] == "nosniff"
        first = LiveNews.model_validate(listening.wait_for("news").data)
        assert first.whole
        assert {one.code for one in first.workers} == {"W1", "W2"}
        begun, number = time.monotonic(), town.change()
        event = listening.wait_for("news")
        assert event.at - begun < 2.5
        found = LiveNews.model_validate(event.data)
        assert (found.whole, found.version) == (False, number)
        assert [(one.code, one.lon) for one in found.workers] == [("W1", WEST[0])]
        assert (found.grids, found.cells, found.alerts) == ([], [], [])
        assert event.id is not None
        assert event.id.startswith(f"{number}-")


def test_news_come_with_a_pause_between_and_the_last_of_them_holds(town: Served, secret: str) -> None:
    with page(town, secret) as listening, ThreadPoolExecutor(1) as beside:
        listening.wait_for("news")
        changing = beside.submit(lambda: [(town.change(), time.sleep(0.1)) for _ in range(25)][-1][0])
        news = [one for one in listening.during(4) if one.name == "news"]
        assert 2 <= len(news) <= 4 / stream.PACE_S
        assert median(b.at - a.at for a, b in pairwise(news)) > 0.8 * stream.PACE_S
        newest = changing.result()
        while news[-1].data["version"] < newest:
            news.append(listening.wait_for("news"))
        assert news[-1].data["version"] == newest


def test_a_stream_that_looks_for_long_rests_for_long(
    town: Served, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = stream.Watch.look

    def slowly(watch: stream.Watch, *, check: bool) -> News:
        time.sleep(0.4)
        return look(watch, check=check)

    monkeypatch.setattr(stream.Watch, "look", slowly)
    with page(town, secret) as listening, ThreadPoolExecutor(1) as beside:
        listening.wait_for("news")
        beside.submit(lambda: [(town.change(), time.sleep(0.1)) for _ in range(25)])
        news = [one for one in listening.during(3) if one.name == "news"]
    assert len(news) >= 2
    assert all(b.at - a.at > 0.7 for a, b in pairwise(news))


def test_beats_come_from_what_the_engine_says(town: Served, secret: str) -> None:
    with page(town, secret) as listening:
        first = listening.wait_for("news").data
        town.notify(version=first["version"], at="2126-11-23T01:02:03+00:00", behind_ms=99)
        town.notify(nonsense=1)
        beat = listening.wait_for("beat")
        found = LiveBeat.model_validate(beat.data)
        assert (found.behind_ms, found.at.isoformat()) == (99, "2126-11-23T01:02:03+00:00")
        assert listening.wait_for("beat").at - beat.at <= 5


def test_who_comes_back_is_told_what_changed(town: Served, secret: str) -> None:
    with page(town, secret, bbox=BOX) as listening:
        known = listening.wait_for("news").id
    number = town.change("W2", "G2")
    with page(town, secret, bbox=BOX, headers={"Last-Event-ID": known or ""}) as listening:
        found = listening.wait_for("news").data
    assert (found["whole"], found["version"]) == (False, number)
    assert [one["code"] for one in found["workers"]] == ["W2"]


@pytest.mark.parametrize(
    "what",
    [
        "UPDATE session SET ended_at = now() WHERE account_id = :id",
        "DELETE FROM account_role WHERE account_id = :id",
        "UPDATE account SET disabled_at = now() WHERE id = :id",
    ],
)
def test_an_ended_session_or_a_lost_role_ends_the_stream(town: Served, secret: str, what: str) -> None:
    with page(town, secret) as listening:
        listening.wait_for("news")
        account = town.ask("SELECT max(id) FROM account")
        town.do(what, id=account)
        town.change()
        end = listening.wait_for("end")
        assert end.data == {"reason": "signed_out"}
        assert listening.next() is None


def test_also_when_nothing_happens(town: Served, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stream.CHECK_S + stream.BEAT_S <= 30
    monkeypatch.setattr(stream, "CHECK_S", 1.0)
    monkeypatch.setattr(stream, "BEAT_S", 0.5)
    with page(town, secret) as listening:
        listening.wait_for("news")
        town.do("UPDATE session SET ended_at = now()")
        assert listening.wait_for("end").data == {"reason": "signed_out"}


def test_who_goes_out_of_view_is_told_by_the_whole(
    town: Served, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "CHECK_S", 1.0)
    monkeypatch.setattr(stream, "BEAT_S", 0.5)
    with page(town, secret) as listening:
        assert len(listening.wait_for("news").data["workers"]) == 2
        town.do("DELETE FROM live_worker WHERE worker_id = (SELECT id FROM worker WHERE code = 'W2')")
        found = listening.wait_for("news").data
        assert found["whole"]
        assert [one["code"] for one in found["workers"]] == ["W1"]
        town.change("W2", "G2")
        # The row that came may be told before it is seen that there is one more.
        while not (found := listening.wait_for("news").data)["whole"]:
            assert [one["code"] for one in found["workers"]] == ["W2"]
        assert len(found["workers"]) == 2


def test_a_larger_scope_is_told_at_once(town: Served, secret: str) -> None:
    with page(town, secret) as listening:
        listening.wait_for("news")
        account = town.ask("SELECT max(id) FROM account")
        town.do("INSERT INTO account_role (account_id, role) VALUES (:id, 'commander')", id=account)
        town.change()
        assert listening.wait_for("news").data["whole"]


def test_what_somebody_does_with_an_alert_is_news(town: Served, secret: str) -> None:
    with page(town, secret) as listening:
        alert = listening.wait_for("news").data["alerts"][0]
        answer = httpx2.post(
            f"{town.url}/api/live/alerts/{alert['id']}/acknowledge",
            cookies={COOKIE: secret},
            headers={CSRF_HEADER: csrf_token(secret)},
        )
        assert answer.status_code == 200, answer.text
        (found,) = listening.wait_for("news").data["alerts"]
        assert found["acknowledged_by"] is not None
        assert found == answer.json()


def test_each_worker_is_in_the_ledger_once_however_long_one_looks(town: Served, secret: str) -> None:
    with page(town, secret, bbox=BOX) as listening:
        listening.wait_for("news")
        for _ in range(3):
            town.change()
            listening.wait_for("news")
    query = "SELECT count(*) FROM ledger WHERE actor = (SELECT name FROM account ORDER BY id DESC LIMIT 1)"
    assert town.ask(f"{query} AND subject = 'worker:W1'") == 1
    assert town.ask(f"{query} AND subject = 'worker:W2'") == 0


def test_there_are_so_many_streams_and_no_more(
    town: Served, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = town.account("somebody-else")
    monkeypatch.setattr(hub, "MOST_OF_ONE", 2)
    with ExitStack() as left:
        pages = [left.enter_context(page(town, secret)) for _ in range(2)]
        for one in pages:
            one.wait_for("news")
        with page(town, secret) as refused:
            assert (refused.status, refused.headers["content-type"]) == (429, "application/problem+json")
            assert int(refused.headers["retry-after"]) > 0
        monkeypatch.setattr(hub, "MOST_STREAMS", 2)
        with page(town, other) as refused:
            assert refused.status == 503
            assert int(refused.headers["retry-after"]) > 0
        pages[0].close()
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            with page(town, other) as taken:
                if taken.status == 200:
                    break
            time.sleep(0.1)
        assert taken.status == 200


def test_a_probe_is_not_kept_waiting(town: Served, secret: str) -> None:
    with page(town, secret, method="HEAD") as probe:
        assert probe.status == 200
        assert probe.headers["content-type"].startswith("text/event-stream")
        probe.socket.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert probe._raw.readline().startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("takes", ["gzip, br", "gzip"])
def test_what_is_compressed_comes_at_once(town: Served, secret: str, takes: str) -> None:
    with page(town, secret, headers={"Accept-Encoding": takes}) as listening:
        assert listening.headers["content-encoding"] == "gzip"
        assert listening.wait_for("news").data["whole"]
        begun = time.monotonic()
        town.change()
        assert listening.wait_for("news").at - begun < 2.5


def test_a_lost_connection_to_the_database_is_made_anew(town: Served, secret: str) -> None:
    with page(town, secret) as listening:
        listening.wait_for("news")
        town.do(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
        town.change("W2", "G2")
        assert listening.wait_for("news").data["workers"][0]["code"] == "W2"
        assert town.ask("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' "
                        "AND datname = current_database()") == 1  # fmt: skip


def test_streams_that_wait_hold_no_connection(town: Served, secret: str) -> None:
    others = [town.account(f"one-of-many-{number}") for number in range(4)]
    with ExitStack() as left:
        pages = [left.enter_context(page(town, one)) for one in others for _ in range(6)]
        for one in pages:
            one.wait_for("news")
        assert httpx2.get(f"{town.url}/readyz").status_code == 200
        used = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'"
        assert town.ask(f"{used} AND pid <> pg_backend_pid()") == 0
        town.change()
        assert all(not one.wait_for("news").data["whole"] for one in pages)


MANY = """
    INSERT INTO worker (code, name) SELECT 'M' || n, '许多' FROM generate_series(1, 4000) AS n;
    INSERT INTO assignment (worker_id, grid_id, valid)
    SELECT w.id, g.id, tstzrange('2026-11-01', NULL) FROM worker w, grid g
    WHERE w.code LIKE 'M%' AND g.code = 'G1';
    INSERT INTO live_worker (worker_id, area_id, grid_id, local_date, state, state_since, expected, version)
    SELECT w.id, g.area_id, g.id, current_date, 'not_started', now(), true, 1 FROM worker w, grid g
    WHERE w.code LIKE 'M%' AND g.code = 'G1'
"""
AGAIN = "UPDATE live_worker SET version = (SELECT gis_grid_live_version()) WHERE state = 'not_started'"
NO_MORE = "DELETE FROM live_worker WHERE state = 'not_started'"


def test_a_page_that_does_not_read_fills_nothing_and_holds_up_nobody(
    town: Served, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "PATIENCE_S", 6.0)
    town.do(MANY)
    other = town.account("who-reads")
    with page(town, secret, receive_bytes=4096), page(town, other) as reading:
        size = len(str(reading.wait_for("news").data))
        assert size > 1_000_000
        for _ in range(3):
            town.do(AGAIN)
            number = town.change()
            assert reading.wait_for("news").data["version"] == number
            begun = time.monotonic()
            assert httpx2.get(f"{town.url}/healthz").status_code == 200
            assert httpx2.get(f"{town.url}/ingest/traccar?id=x").status_code == 401
            assert time.monotonic() - begun < 2
            assert max(kept_back()) <= 3 * stream._PIECE
        # In the end its place is another's.
        until = time.monotonic() + PATIENCE_S
        while streams() > 1:
            assert time.monotonic() < until
            town.change()
            reading.during(0.5)
    town.do(NO_MORE)


def streams() -> int:
    """Return how many places are taken."""
    return sum(one._streams.total() for one in gc.get_objects() if isinstance(one, hub.Hub) and one.is_open)


def kept_back() -> list[int]:
    """Return how many bytes each connection has that were not taken."""
    found = [one.transport for one in gc.get_objects() if isinstance(one, BoundedParser)]
    return [one.get_write_buffer_size() for one in found if one is not None and not one.is_closing()]


def test_a_server_that_ends_says_so_at_once(server: Any, migrated: str) -> None:
    with server.database(migrated) as name:
        with served(server.url(name)) as town:
            listening = page(town, town.account("chief"))
            listening.wait_for("news")
            begun = time.monotonic()
        assert time.monotonic() - begun < 3
        assert listening.wait_for("end").data == {"reason": "stopping"}
        assert listening.next() is None
        listening.close()
