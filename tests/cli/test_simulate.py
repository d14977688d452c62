"""`gis-grid simulate` sends real messages to a real server on a small part of the sample town."""

from __future__ import annotations

import re
import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import own_loop
import pytest
import shapely
from emptied import empty
from sqlalchemy import text
from typer.testing import CliRunner
from walking_ground import publish

from gis_grid.accounts.service.accounts import Keeper
from gis_grid.cli import app
from gis_grid.cli.serve import server_in_background
from gis_grid.grids import service as grids
from gis_grid.kit.clock import now
from gis_grid.kit.database import Engines, make_engine
from gis_grid.kit.logins import LOGINS
from gis_grid.kit.settings import Settings
from gis_grid.sample import make_town, make_workers, walking_today
from gis_grid.sample.accounts import add_accounts
from gis_grid.sample.load import PUBLISHED, load_ground
from gis_grid.sample.shifts import LOCAL
from gis_grid.sample.walking_today import Wanted, walk_today
from gis_grid.tracks import service as tracks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from click.testing import Result
    from conftest import Server
    from sqlalchemy import Engine

    from gis_grid.sample import Town as Ground
    from gis_grid.sample.walking_out import Tally
    from gis_grid.sample.walking_today import Seen

WALKERS = 3
PATIENCE_S = 60


@dataclass
class Town:
    """A database with the sample's ground and some of its workers."""

    url: str
    owner: Engine

    def query(self, statement: str) -> Sequence[Any]:
        with self.owner.connect() as conn:
            return [tuple(row) for row in conn.execute(text(statement))]

    def number(self, statement: str) -> int:
        return int(self.query(statement)[0][0])

    @contextmanager
    def served(self, port: int = 0) -> Iterator[str]:
        engines = Engines(*(make_engine(self.url, role=role) for role in LOGINS))
        with server_in_background(Settings(port=port), engines) as address:
            yield address
        engines.dispose()

    def simulate(self, *arguments: str) -> Result:
        environment = {"GIS_GRID_DATABASE_URL": self.url, "COLUMNS": "200"}
        return CliRunner().invoke(app, ["simulate", *arguments], env=environment)


@pytest.fixture(scope="module")
def ground() -> Ground:
    return make_town(1)


@pytest.fixture(autouse=True)
def _made_once(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare each run the seconds that it takes to make the town."""
    monkeypatch.setattr(walking_today, "make_town", lambda _: ground)


@pytest.fixture(autouse=True)
def _in_its_own_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let people walk beside the loop that the browser of other tests may keep running."""
    monkeypatch.setattr(walking_today, "asyncio", own_loop)


@pytest.fixture(scope="module")
def loaded(server: Server, migrated: str, ground: Ground) -> Iterator[Town]:
    with server.database(migrated) as name:
        url = server.url(name)
        owner = make_engine(url)
        workers = make_workers(ground, 1)[:WALKERS]
        with owner.begin() as conn:
            load_ground(conn, ground)
            ids = grids.add_workers(conn, [(one.code, one.name) for one in workers])
            grids.assign(conn, [(one.code, one.grid_code, PUBLISHED, None) for one in workers])
            for one in workers:
                tracks.ensure_device(conn, one.device, ids[one.code])
            add_accounts(conn, now=now())
        yield Town(url, owner)
        owner.dispose()


@pytest.fixture
def town(loaded: Town) -> Town:
    """Return the town as if nobody had walked in it."""
    with loaded.owner.begin() as conn:
        sent = ("fix", "duty", "signature", "device_state", "quarantine", "touched_day", "off_duty_count")
        empty(conn, *sent, "device_token", "api_token", "incident")
    return loaded


def open_tokens(town: Town) -> int:
    query = "SELECT count(*) FROM {} WHERE revoked_at IS NULL"
    return town.number(query.format("device_token")) + town.number(query.format("api_token"))


def test_walkers_sign_in_send_by_three_apps_report_and_sign_out_and_their_tokens_end(town: Town) -> None:
    begun = now()
    with town.served() as url:
        quick = ("--speed", "600", "--hours", "0.5", "--until-now")
        done = town.simulate("--workers", str(WALKERS), "--url", url, *quick)
    assert done.exit_code == 0, done.output
    ended = now()
    rows = town.query("SELECT worker_id, count(*), min(t), max(t) FROM fix GROUP BY worker_id")
    assert len(rows) == WALKERS
    for _, count, first, last in rows:
        assert count > 80
        assert begun - timedelta(hours=0.5) < first < begun - timedelta(minutes=20)
        assert begun - timedelta(minutes=3) < last <= ended
    assert town.number("SELECT count(*) FROM fix WHERE t > received_at") == 0
    told = re.search(r"0 on duty, ([\d,]+) fixes sent, 0 refused", done.output)
    assert told, done.output
    # Phones send a run twice now and then.
    assert int(told[1].replace(",", "")) >= town.number("SELECT count(*) FROM fix")

    duties = town.query("SELECT lower(during), upper(during) FROM duty WHERE declared_by = 'sign_in'")
    assert len(duties) == WALKERS
    assert all(start < end <= ended for start, end in duties)
    assert town.number("SELECT count(*) FROM off_duty_count") == 0
    assert town.number("SELECT count(*) FROM quarantine") == 0
    clients = town.query("SELECT DISTINCT client FROM device_state ORDER BY client")
    assert clients == [("overland",), ("owntracks",), ("traccar",)]
    assert town.query("SELECT category, emergency FROM incident") == [("火灾", True)]

    assert town.number("SELECT count(*) FROM device_token") == WALKERS
    assert town.number("SELECT count(*) FROM api_token") == 1
    assert open_tokens(town) == 0


def test_a_second_run_ends_what_was_left_open_and_sends_nothing_of_what_is_told_already(town: Town) -> None:
    arguments = ("--workers", "2", "--speed", "600", "--hours", "0.2", "--until-now")
    with town.served() as url:
        assert town.simulate("--url", url, *arguments).exit_code == 0
        before = town.query("SELECT worker_id, count(*) FROM fix GROUP BY worker_id ORDER BY worker_id")
        with town.owner.begin() as conn:  # as if it had been killed before anybody signed out
            empty(conn, "signature")
            conn.execute(text("UPDATE duty SET during = tstzrange(lower(during), NULL)"))
            opened = "INSERT INTO signature (worker_id, at, kind, duty_kind, received_at)"
            conn.execute(text(f"{opened} SELECT worker_id, lower(during), 'in', kind, now() FROM duty"))
        assert town.simulate("--url", url, *arguments).exit_code == 0
    assert town.number("SELECT count(*) FROM duty WHERE upper_inf(during)") == 0
    assert town.query("SELECT worker_id, count(*) FROM fix GROUP BY worker_id ORDER BY worker_id") == before


def test_a_phone_without_a_server_waits_and_sends_what_it_kept(town: Town) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    waited, over = Event(), Event()
    found: list[Tally] = []

    def shown(seen: Seen) -> None:
        if len(seen.tally.waiting) == WALKERS and seen.tally.fixes:
            waited.set()

    def walk() -> None:
        wanted = Wanted(f"http://127.0.0.1:{port}", 120, timedelta(minutes=20), WALKERS)
        keeper = Keeper("test")
        found.append(
            walk_today(
                town.owner,
                wanted,
                keeper=keeper,
                tz=LOCAL,
                clock=lambda: datetime.now(UTC),
                stopping=over.is_set,
                shown=shown,
            )
        )

    walking = Thread(target=walk)
    with town.served(port):
        walking.start()
        until = time.monotonic() + PATIENCE_S
        while town.number("SELECT count(*) FROM fix") < 20 and time.monotonic() < until:
            time.sleep(0.1)
    assert waited.wait(PATIENCE_S), "the phones notice"
    before = town.number("SELECT count(*) FROM fix")
    with town.served(port):
        while town.number("SELECT count(*) FROM fix") < before + 60 and time.monotonic() < until:
            time.sleep(0.1)
        over.set()
        walking.join(PATIENCE_S)
    assert found, "it ended"
    assert town.number("SELECT count(*) FROM fix") >= before + 60
    gap = "t - lag(t) OVER (PARTITION BY worker_id ORDER BY t)"
    longest = town.query(f"SELECT max(gap) FROM (SELECT {gap} AS gap FROM fix) AS one")
    assert longest[0][0] < timedelta(minutes=6), "what could not be sent came later"
    assert town.number("SELECT count(*) FROM duty WHERE upper_inf(during)") == 0
    assert open_tokens(town) == 0


def test_a_town_that_is_not_the_sample_is_refused_and_nothing_is_made(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    town = Town(fresh_database, engine)
    empty_one = town.simulate("--until-now")
    assert empty_one.exit_code == 1
    assert "The sample town is not in this database" in str(empty_one.exception)
    with engine.begin() as conn:
        publish(conn, "G1", shapely.box(116.300, 39.900, 116.304, 39.903))
    real = town.simulate("--until-now")
    assert real.exit_code == 1
    assert "This database holds a real town" in str(real.exception)
    assert town.number("SELECT count(*) FROM device_token") == 0
    engine.dispose()


def test_a_service_on_another_database_is_noticed_and_the_tokens_end(town: Town, fresh_database: str) -> None:
    other = Town(fresh_database, make_engine(fresh_database))
    with other.served() as url:
        done = town.simulate("--workers", "2", "--url", url, "--hours", "0.1", "--speed", "600")
    assert done.exit_code == 1
    assert "The service does not know the phones" in str(done.exception)
    assert town.number("SELECT count(*) FROM device_token") == 2
    assert open_tokens(town) == 0
    assert other.number("SELECT count(*) FROM fix") == 0
    other.owner.dispose()


def test_tokens_go_over_tls_or_stay_on_this_machine(town: Town) -> None:
    done = town.simulate("--url", "http://grid.example.gov.cn")
    assert done.exit_code != 0
    assert "No address for phones" in str(done.exception)
    assert town.number("SELECT count(*) FROM device_token") == 0
