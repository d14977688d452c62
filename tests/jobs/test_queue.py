"""The program's own jobs: killed, told to end, without a database for a while; nothing is lost."""

from __future__ import annotations

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any

import httpx2
import numpy as np
import own_loop
import psutil
import pytest
from running_program import PATIENCE_S, beside, eventually, running
from sqlalchemy import text
from typer.testing import CliRunner
from walking_ground import INSIDE, SHANGHAI, hire, publish, stroll

from gis_grid.accounts.service import devices
from gis_grid.cli import app
from gis_grid.jobs import queue
from gis_grid.jobs.daily import JOBS, Job
from gis_grid.kit import clock
from gis_grid.kit.assets import folder
from gis_grid.kit.cluster import Cluster
from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.migrate import upgrade
from gis_grid.kit.settings import Settings
from gis_grid.tracks import service as tracks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

pytestmark = pytest.mark.slow

TOLD_TO_END_S = 10


def settle(conn: Connection) -> int:
    """A worker who walks at this time."""
    publish(conn)
    worker = hire(conn)
    now = clock.now()
    tracks.sign_in(conn, worker, [(now - timedelta(hours=2), now + timedelta(hours=2))])
    return worker


def bring(engine: Engine, worker: int, seconds: int) -> None:
    """Store the walk of an hour ago, or more of it, and mark the day."""
    with transaction(engine) as conn:
        device = tracks.ensure_device(conn, "phone", worker)
        begun = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
        fixes = stroll(begun, seconds)
        tracks.store_fixes(conn, worker, device, fixes, clock.now())
        tracks.touch(conn, np.full(len(fixes), worker), fixes.t_ms, SHANGHAI)


def one(engine: Engine, statement: str) -> Any:
    with engine.connect() as conn:
        return conn.execute(text(statement)).scalar_one()


def revisions(engine: Engine) -> int:
    """Return how often the week was judged; on a Monday morning the new week is judged beside it."""
    judged = "SELECT count(*) AS times FROM judgement GROUP BY worker_id, iso_week"
    return int(one(engine, f"SELECT coalesce(max(times), 0) FROM ({judged}) AS weeks"))


@pytest.fixture
def town(fresh_database: str) -> Iterator[Engine]:
    engine = make_engine(fresh_database)
    yield engine
    engine.dispose()


def test_a_worker_killed_while_it_judges_loses_nothing_and_the_next_one_judges_once(
    town: Engine, fresh_database: str, tmp_path: Path
) -> None:
    with transaction(town) as conn:
        worker = settle(conn)
    bring(town, worker, 600)
    log = tmp_path / "log.txt"
    with town.connect() as held, running(fresh_database, log, "work") as killed:
        # The marks can be taken, and a run can begin; the judging itself waits here.
        held.execute(text("LOCK TABLE judgement IN ACCESS EXCLUSIVE MODE"))
        eventually(lambda: one(town, "SELECT count(*) FROM changed_day"), "the day to be kept")
        eventually(
            lambda: one(town, "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation IS NOT NULL"),
            "judging to begin",
        )
        killed.kill()
        killed.wait()
    assert one(town, "SELECT count(*) FROM touched_day") == 0
    assert revisions(town) == 0
    with running(fresh_database, log, "work"):
        eventually(lambda: one(town, "SELECT count(*) FROM changed_day") == 0, "the day to be judged")
        eventually(
            lambda: one(town, "SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'succeeded'") > 8,
            "more looks",
        )
    assert revisions(town) == 1


def test_jobs_of_a_killed_worker_are_taken_up_and_none_waits_twice(town: Engine, fresh_database: str) -> None:
    queue_app = queue.make_app(town, Settings(), lambda: False)

    async def of_killed() -> None:
        async with queue_app.open_async():
            for name in ("seal", "archive"):
                await queue_app.configure_task(name).defer_async(timestamp=0)
            with transaction(town) as conn:
                conn.execute(text("SET LOCAL search_path = jobs"))
                conn.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
            await queue_app.configure_task("archive").defer_async(timestamp=60)
            await queue_app.configure_task("take_up").defer_async(timestamp=0)
            await queue_app.run_worker_async(wait=False, queues=["default"], install_signal_handlers=False)

    own_loop.run(of_killed())
    with town.connect() as conn:
        rows = conn.execute(
            text(
                "SELECT task_name, status::text, count(*) FROM jobs.procrastinate_jobs"
                " WHERE task_name IN ('seal', 'archive') GROUP BY 1, 2 ORDER BY 1, 2"
            )
        )
        found = {(row[0], row[1]): row[2] for row in rows}
    assert ("archive", "doing") not in found
    assert ("seal", "doing") not in found
    assert ("seal", "succeeded") in found


def test_told_to_end_it_ends_within_seconds_and_the_jobs_can_be_listed(
    town: Engine, fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = "SELECT count(DISTINCT task_name) FROM jobs.procrastinate_jobs WHERE status = 'succeeded'"
    with running(fresh_database, tmp_path / "log.txt", "work") as working:
        eventually(lambda: one(town, done) >= len(JOBS), "all jobs to be done once")
        since = time.monotonic()
        working.terminate()
        assert working.wait(timeout=PATIENCE_S) == 128 + signal.SIGTERM
        assert time.monotonic() - since < TOLD_TO_END_S
    assert one(town, "SELECT count(*) FROM jobs.procrastinate_jobs WHERE status = 'doing'") == 0
    monkeypatch.setenv("GIS_GRID_DATABASE_URL", fresh_database)
    listed = CliRunner().invoke(app, ["jobs"])
    assert listed.exit_code == 0, listed.output
    for job in JOBS:
        assert job.name in listed.output
    assert "never" not in listed.output
    assert "Traceback" not in (tmp_path / "log.txt").read_text("utf-8")


def test_told_to_end_it_waits_for_a_job_that_runs(town: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    told = threading.Event()

    def linger(_: Engine, __: Settings, stopping: Callable[[], bool]) -> None:
        told.set()
        assert stopping()
        time.sleep(1)

    monkeypatch.setattr(queue, "JOBS", (Job("linger", None, linger),))
    settings = Settings(judge_late_s=1, judge_today_s=1)
    with ThreadPoolExecutor(1) as thread:
        thread.submit(queue.work, town, settings, told.is_set).result(timeout=PATIENCE_S)
    with town.connect() as conn:
        states = conn.execute(text("SELECT status::text FROM jobs.procrastinate_jobs")).scalars().all()
    assert "succeeded" in states
    assert "doing" not in states


def test_once_does_every_job_now_and_ends(
    town: Engine, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(town) as conn:
        worker = settle(conn)
    bring(town, worker, 600)
    monkeypatch.setenv("GIS_GRID_DATABASE_URL", fresh_database)
    answer = CliRunner().invoke(app, ["work", "--once"])
    assert answer.exit_code == 0, answer.output
    assert revisions(town) == 1
    assert one(town, "SELECT count(*) FROM changed_day") == 0


def test_the_queue_outlives_a_restart_of_the_database(data_dir: Path, tmp_path: Path) -> None:
    cluster = Cluster(data_dir)
    url = cluster.start(keep=True)
    engine = make_engine(url)
    upgrade(engine)
    with transaction(engine) as conn:
        worker = settle(conn)
    bring(engine, worker, 600)
    with running(url, tmp_path / "log.txt", "work"):
        eventually(lambda: revisions(engine) == 1, "the first judging")
        engine.dispose()
        cluster.stop()
        time.sleep(1)
        cluster.start(keep=True)
        bring(engine, worker, 1200)
        eventually(lambda: revisions(engine) >= 2, "judging after the restart")
    engine.dispose()


def test_judging_that_loses_its_connections_is_done_again_at_once(
    town: Engine, fresh_database: str, tmp_path: Path
) -> None:
    with transaction(town) as conn:
        worker = settle(conn)
    bring(town, worker, 600)
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation IS NOT NULL"
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with running(fresh_database, tmp_path / "log.txt", "work"):
        with town.connect() as held:
            held.execute(text("LOCK TABLE judgement IN ACCESS EXCLUSIVE MODE"))
            eventually(lambda: one(town, waits), "judging to begin")
            held.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
        town.dispose()
        eventually(lambda: revisions(town) == 1, "judging with other connections")


def test_a_fix_that_a_phone_sends_is_judged_and_so_is_one_after_the_jobs_were_killed(
    town: Engine, fresh_database: str, tmp_path: Path
) -> None:
    with transaction(town) as conn:
        worker = settle(conn)
        tracks.ensure_device(conn, "phone", worker)
        token = devices.make(conn, "phone", actor="test", now=clock.now()).secret
    log = tmp_path / "log.txt"
    with running(fresh_database, log, "serve") as serving:
        (port,) = eventually(lambda: ports(serving), "the port")

        def send(seconds: int) -> None:
            when = round(clock.now().timestamp()) - 600 + seconds
            sent = {"timestamp": when, "lon": INSIDE[0] + seconds / 1e7, "lat": INSIDE[1], "accuracy": 5}
            answer = httpx2.post(
                f"http://127.0.0.1:{port}/ingest/traccar",
                params=sent,
                headers={"Authorization": f"Bearer {token}"},
                timeout=PATIENCE_S,
            )
            assert answer.status_code == 200

        for seconds in (0, 10, 20):
            send(seconds)
        eventually(lambda: revisions(town) >= 1, "a provisional revision")
        assert one(town, "SELECT bool_and(provisional) FROM judgement")
        for process in eventually(
            lambda: beside(serving, "jobs", "live"), "the processes of the jobs and the live map"
        ):
            process.kill()
        before = revisions(town)
        send(30)
        eventually(lambda: revisions(town) > before, "the next revision")
        processes = eventually(lambda: beside(serving, "jobs", "live"), "both processes")
        serving.kill()
        eventually(lambda: all(map(is_over, processes)), "their end")


def is_over(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def ports(process: psutil.Process) -> list[int]:
    return [one.laddr.port for one in process.net_connections("tcp") if one.status == psutil.CONN_LISTEN]


def test_the_tables_of_the_queue_are_those_of_the_library() -> None:
    """A newer library brings migrations of its own: they go into one of ours."""
    ours = folder("migrations") / "queue" / "procrastinate_3.10.sql"
    theirs = resources.files("procrastinate").joinpath("sql", "schema.sql")
    assert ours.read_text("utf-8") == theirs.read_text("utf-8")


@pytest.mark.parametrize("login", ["gis_grid_service", "gis_grid_door", "gis_grid_intake"])
def test_no_other_login_can_name_what_is_in_the_queue(conn: Connection, login: str) -> None:
    query = text("SELECT has_schema_privilege(:login, 'jobs', 'USAGE')")
    assert conn.execute(query, {"login": login}).scalar_one() is False


@pytest.mark.parametrize(
    ("late", "today", "cron"),
    [(300, 3600, "* * * * *"), (10, 3600, "* * * * * */10"), (300, 5, "* * * * * */5")],
)
def test_it_looks_as_often_as_days_can_be_due(late: int, today: int, cron: str) -> None:
    assert JOBS[0].cron(Settings(judge_late_s=late, judge_today_s=today)) == cron
