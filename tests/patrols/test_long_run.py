"""A run in many processes: what it stores, how it stops and goes on, and what ends it."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psutil
import pytest
import shapely
from begun import begun_pids
from sqlalchemy import text
from walking_ground import MONDAY, SHANGHAI, after_the_week, at, hire, publish, record, stroll

from gis_grid.core import Boundary, Fixes, judge
from gis_grid.core.rules.calendar import instant_ms
from gis_grid.core.rules.work import Duty, Work
from gis_grid.grids import service as grids
from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.errors import Conflict, NotFound, Unavailable
from gis_grid.patrols import profiles, service
from gis_grid.patrols.ask import parts_of
from gis_grid.patrols.rows import verdict_documents
from gis_grid.patrols.run import Stopped
from gis_grid.patrols.weeks import week_of_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from gis_grid.patrols.run import JudgeSummary

pytestmark = pytest.mark.slow

WORKERS = 12
NOW = after_the_week()
SIDE = 0.004


@pytest.fixture
def town(fresh_database: str) -> Iterator[Engine]:
    """Yield an engine on a town of workers who walk on two days; the last one sends the first one's walk."""
    engine = make_engine(fresh_database)
    with transaction(engine) as conn:
        first = None
        for number in range(WORKERS):
            west = 116.3 + number * SIDE
            publish(conn, f"G{number}", shapely.box(west, 39.9, west + SIDE, 39.903))
            worker = hire(conn, f"W{number:02d}", f"G{number}")
            place = (west + SIDE / 2, 39.9015)
            walks = [
                stroll(at(MONDAY + timedelta(days=day), 9), 3600, place, seed=10 * number + day)
                for day in range(2)
            ]
            first = first or walks[0]
            if number == WORKERS - 1:
                later = first.t_ms + 3 * 86_400_000
                walks.append(Fixes.of(later, first.lon, first.lat, accuracy_m=first.accuracy_m))
            record(conn, worker, *walks)
    yield engine
    engine.dispose()


def run(engine: Engine, processes: int = 1, **options: Any) -> JudgeSummary:
    given = {"start": MONDAY, "end": MONDAY, "tz": SHANGHAI, "now": NOW, **options}
    return service.judge_all(engine, processes=processes, **given)


def stored(engine: Engine) -> dict[str, list[str]]:
    """Return every row that a run writes, as JSON text, without the numbers that only name rows."""
    with transaction(engine) as conn:
        return {
            table: list(
                conn.execute(
                    text(
                        "SELECT (to_jsonb(found) - 'id' - 'judgement_id' - 'run_id')::text"
                        f" FROM {table} AS found"
                        + (" JOIN judgement ON judgement.id = judgement_id" if owned else "")
                        + f" ORDER BY {order}"
                    )
                ).scalars()
            )
            for table, owned, order in (
                ("judgement", False, "worker_id, revision"),
                ("day_verdict", True, "worker_id, revision, local_date"),
                ("week_verdict", True, "worker_id, revision"),
                ("patrol", True, "worker_id, revision, starts_at"),
                ("integrity_sign", True, "worker_id, revision, local_date, kind"),
                ("track_print", False, "worker_id, iso_week"),
                ("period_judgement", False, "worker_id, period"),
            )
        }


def wipe(engine: Engine) -> None:
    with transaction(engine) as conn:
        conn.execute(text("TRUNCATE judgement, judge_run, track_print, period_judgement CASCADE"))


def test_one_and_two_processes_store_the_same_bytes(town: Engine) -> None:
    options = {"profile_names": profiles.available()}
    one = run(town, 1, **options)
    by_one = stored(town)
    wipe(town)
    two = run(town, 2, **options)
    assert stored(town) == by_one
    assert one.written == two.written == WORKERS
    assert all(by_one[table] for table in by_one)
    copied = [json.loads(sign) for sign in by_one["integrity_sign"] if '"copied"' in sign]
    assert [sign["numbers"]["other_worker"] for sign in copied] == ["W00"]


def test_a_stopped_run_goes_on_where_it_stopped_and_ends_as_if_never_stopped(town: Engine) -> None:
    run(town)
    whole = stored(town)
    wipe(town)
    told: list[int] = []
    with pytest.raises(Stopped, match="of 3 parts are judged and stored; the same command goes on"):
        run(town, stopping=lambda: len(told) > 0, progress=lambda done, *_: told.append(done))
    assert sum(told) == 5
    summary = run(town, now=NOW + timedelta(hours=1))
    assert (summary.went_on, summary.written) == (1, WORKERS)
    assert stored(town) == whole


def test_afresh_or_after_a_day_a_stopped_run_is_left_behind(town: Engine) -> None:
    for options in ({"afresh": True}, {"now": NOW + timedelta(days=2)}):
        wipe(town)
        told: list[int] = []
        with pytest.raises(Stopped):
            run(town, stopping=lambda told=told: len(told) > 0, progress=lambda *_, told=told: told.append(1))
        summary = run(town, **options)
        assert (summary.went_on, summary.written, summary.unchanged) == (0, WORKERS - 5, 5)


def test_two_processes_stop_when_asked_and_go_on(town: Engine) -> None:
    with pytest.raises(Stopped):
        run(town, 2, stopping=lambda: True, workers=[f"W{n:02d}" for n in range(WORKERS)])
    assert run(town, 2).written == WORKERS


def test_a_second_run_at_the_same_time_is_refused(town: Engine) -> None:
    refused: list[Exception] = []

    def second(*_: int) -> None:
        with pytest.raises(Conflict, match="Another run is judging") as found:
            run(town)
        refused.append(found.value)

    run(town, progress=second)
    assert len(refused) == 3
    assert run(town).unchanged == WORKERS


def test_a_killed_process_ends_the_run_loudly_and_nothing_is_half_written(town: Engine) -> None:
    killer = threading.Thread(target=_kill_first_child)
    killer.start()
    with pytest.raises(Unavailable, match="ended before its part was done"):
        run(town, 2)
    killer.join()
    with transaction(town) as conn:
        parts = conn.execute(text("SELECT coalesce(sum(written), 0) FROM judge_part")).scalar_one()
        assert conn.execute(text("SELECT count(*) FROM judgement")).scalar_one() == parts
    assert run(town, 2).written == WORKERS


@pytest.mark.parametrize("which", [0, 1])
def test_a_process_killed_while_it_waits_for_work_does_not_hold_up_the_run(town: Engine, which: int) -> None:
    told: list[int] = []

    def kill(*_: int) -> None:
        told.append(len(told))
        if len(told) == 2:
            # One of the two judges the last part, the other waits and holds the lock of the queue.
            time.sleep(0.2)
            _children()[which].kill()

    def judged() -> None:
        with suppress(Unavailable):
            run(town, 2, progress=kill)

    running = threading.Thread(target=judged, daemon=True)
    running.start()
    running.join(120)
    assert not running.is_alive()
    assert len(told) >= 2
    assert run(town, 2).written + run(town).unchanged >= WORKERS


def _kill_first_child() -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if children := _children():
            children[0].kill()
            return
        time.sleep(0.01)


def _children() -> list[psutil.Process]:
    return [
        child
        for server in psutil.Process().children()
        if "forkserver" in " ".join(server.cmdline())
        for child in server.children()
        if child.status() != psutil.STATUS_ZOMBIE and child.pid not in begun_pids()
    ]


def test_a_sign_found_later_makes_a_revision_of_the_earlier_day_and_no_verdict_changes(town: Engine) -> None:
    twins = Fixes.concat([stroll(at(MONDAY + timedelta(days=4), 9), 3600, (116.302, 39.9015), seed=99)])
    with transaction(town) as conn:
        ids = grids.worker_ids(conn, ["W00", "W01"])
        record(conn, ids["W00"], twins, device="a")
    run(town)
    before = stored(town)["day_verdict"]
    with transaction(town) as conn:
        record(conn, ids["W01"], twins, device="b")
    summary = run(town, workers=["W01"])
    assert (summary.written, summary.unchanged) == (2, 0)
    rows = [json.loads(row) for row in stored(town)["judgement"]]
    again = [row for row in rows if row["worker_id"] == ids["W00"]]
    assert [row["revision"] for row in again] == [1, 2]
    assert again[0]["body_digest"] == again[1]["body_digest"]
    assert again[0]["result_digest"] != again[1]["result_digest"]
    signs = [json.loads(sign) for sign in stored(town)["integrity_sign"]]
    assert {"W00", "W01"} <= {sign["numbers"].get("other_worker") for sign in signs}
    assert set(before) <= set(stored(town)["day_verdict"])
    assert run(town).unchanged == WORKERS


def test_a_copy_of_last_weeks_track_shows_though_that_week_was_never_judged(town: Engine) -> None:
    week = timedelta(weeks=1)
    summary = run(town, start=MONDAY + week, end=MONDAY + week, now=NOW + week)
    assert summary.written == WORKERS
    walk = stroll(at(MONDAY, 9), 3600, (116.302, 39.9015), seed=0)
    with transaction(town) as conn:
        worker = grids.worker_ids(conn, ["W05"])["W05"]
        shifted = Fixes.of(walk.t_ms + 8 * 86_400_000, walk.lon, walk.lat, accuracy_m=walk.accuracy_m)
        record(conn, worker, shifted, device="later")
    run(town, start=MONDAY + week, end=MONDAY + week, now=NOW + week)
    signs = [json.loads(sign) for sign in stored(town)["integrity_sign"] if '"copied"' in sign]
    assert [sign["numbers"]["other_date"] for sign in signs] == ["2026-11-02"]


def test_a_copy_of_a_track_of_months_ago_shows_and_names_it(town: Engine) -> None:
    months = timedelta(weeks=20)
    run(town)
    run(
        town,
        start=MONDAY + 2 * timedelta(weeks=1),
        end=MONDAY + months - timedelta(weeks=1),
        now=NOW + months,
    )
    walk = stroll(at(MONDAY, 9), 3600, (116.302, 39.9015), seed=0)
    with transaction(town) as conn:
        worker = grids.worker_ids(conn, ["W05"])["W05"]
        shifted = Fixes.of(walk.t_ms + (140 + 1) * 86_400_000, walk.lon, walk.lat, accuracy_m=walk.accuracy_m)
        record(conn, worker, shifted, device="later")
    run(town, start=MONDAY + months, end=MONDAY + months, now=NOW + months)
    (sign,) = [
        json.loads(sign)
        for sign in stored(town)["integrity_sign"]
        if '"copied"' in sign and "2027" in json.loads(sign)["local_date"]
    ]
    assert (sign["numbers"]["other_worker"], sign["numbers"]["other_date"]) == ("W00", "2026-11-02")
    assert sign["numbers"]["share"] == 1


def test_part_sizes_do_not_show(town: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    run(town)
    whole = stored(town)
    wipe(town)
    monkeypatch.setattr("gis_grid.patrols.ask._FEWEST_WORKERS", 12)
    assert len(parts_of(range(WORKERS), [week_of_day(MONDAY, SHANGHAI)])) == 1
    run(town)
    assert stored(town) == whole


def test_an_area_is_everyone_with_a_grid_there(town: Engine) -> None:
    assert run(town, areas=["C-G1", "C-G3"]).written == 2
    with transaction(town) as conn:
        conn.execute(
            text("UPDATE area SET parent_id = (SELECT id FROM area WHERE code = 'C-G0') WHERE code <> 'C-G0'")
        )
    assert run(town, areas=["C-G0"]).unchanged == 2
    with pytest.raises(NotFound, match="C-X"):
        run(town, areas=["C-X"])


def test_the_library_alone_reaches_the_verdicts_that_are_stored(town: Engine) -> None:
    run(town, workers=["W03"], profile_names=["base", "xiangyang"])
    place = (116.3 + 3 * SIDE + SIDE / 2, 39.9015)
    walks = [stroll(at(MONDAY + timedelta(days=day), 9), 3600, place, seed=30 + day) for day in range(2)]
    west = 116.3 + 3 * SIDE
    duties = tuple(Duty(int(walk.t_ms[0]), int(walk.t_ms[-1])) for walk in walks)
    chosen = [profiles.load(name) for name in ("base", "xiangyang")]
    sunday = MONDAY + timedelta(days=6)
    judged = judge(
        Fixes.concat(walks),
        [Boundary.of(shapely.MultiPolygon([shapely.box(west, 39.9, west + SIDE, 39.903)]))],
        chosen,
        tz=SHANGHAI,
        work=Work(duties=duties),
        period=(MONDAY, sunday),
        work_days=profiles.work_days(chosen, MONDAY, sunday),
        now_ms=instant_ms(NOW),
    )
    with transaction(town) as conn:
        rows = conn.execute(text("SELECT verdicts FROM day_verdict ORDER BY local_date")).scalars().all()
    assert [json.dumps(row, sort_keys=True) for row in rows] == [
        json.dumps(verdict_documents(day.verdicts), sort_keys=True) for day in judged.days
    ]
