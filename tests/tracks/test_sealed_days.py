"""A worker's day becomes one row, from which every column of every fix comes back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sealed_walks import EVER, ODD, THURSDAY, fill, late_row, stored
from sqlalchemy import text
from walking_ground import MONDAY, SHANGHAI, after_the_week, at, hire, publish, record, stroll

from gis_grid.core import Fixes
from gis_grid.kit.database import make_engine, transaction
from gis_grid.patrols import service as patrols
from gis_grid.tracks import changes, reading, service
from gis_grid.tracks.import_file import TrackFile, import_tracks
from gis_grid.tracks.rows import blank_rows
from gis_grid.tracks.sealed import store
from gis_grid.tracks.sealed.chain import verify_chain
from gis_grid.tracks.sealed.seal import due, last_due, seal_due

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def engine(fresh_database: str) -> Iterator[Engine]:
    engine = make_engine(fresh_database)
    yield engine
    engine.dispose()


def all_rows(conn: Connection, worker: int) -> np.ndarray:
    return np.concatenate([blank_rows(0), *reading.rows_of(conn, worker)])


def same(found: Fixes, wanted: Fixes) -> None:
    for name in Fixes.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name), err_msg=name)


def touch(conn: Connection, rows: np.ndarray) -> None:
    """Do what the intake does with rows that are new, and what the jobs do next."""
    service.store_rows(conn, rows)
    service.touch(conn, rows["worker_id"], rows["t"].astype("M8[ms]").astype(np.int64), SHANGHAI)
    changes.gather(conn, THURSDAY)


def drop_hot(conn: Connection) -> None:
    conn.execute(text("DELETE FROM fix"))


def test_every_column_comes_back_bit_for_bit(engine: Engine) -> None:
    with transaction(engine) as conn:
        worker = fill(conn)
        before = stored(conn, worker)
    done = seal_due(engine, now=THURSDAY, tz=SHANGHAI)
    assert (done.days, done.fixes, done.dates) == (2, ODD + 361, [MONDAY])
    with transaction(engine) as conn:
        drop_hot(conn)
        assert all_rows(conn, worker).tobytes() == before.tobytes()
        assert verify_chain(conn).good == 2


def test_a_day_waits_for_two_days_of_grace(engine: Engine) -> None:
    with transaction(engine) as conn:
        fill(conn)
    assert seal_due(engine, now=THURSDAY - timedelta(seconds=1), tz=SHANGHAI).days == 0
    assert last_due(THURSDAY, SHANGHAI) == MONDAY
    assert due(engine, now=THURSDAY, tz=SHANGHAI, until=MONDAY - timedelta(days=1)) == []
    assert seal_due(engine, now=THURSDAY, tz=SHANGHAI).days == 2
    assert seal_due(engine, now=THURSDAY, tz=SHANGHAI).days == 0


def test_judges_and_rules_read_the_same_before_and_after(engine: Engine) -> None:
    with transaction(engine) as conn:
        worker = fill(conn)
        ids = [worker, worker + 1]
        whole = (0, int(EVER[1].timestamp() * 1000))
        # From the middle of one day to the middle of the next: a part of a sealed day.
        cut = tuple(int(at(MONDAY + timedelta(days=n), 9, 30).timestamp() * 1000) for n in (0, 1))
        spans = [dict.fromkeys(ids, whole), dict.fromkeys(ids, cut), {worker + 1: whole, worker: cut}]
        before = [dict(reading.each_workers_fixes(conn, span)) for span in spans]
        known = service.fixes_of(conn, ids, *EVER)
    seal_due(engine, now=THURSDAY, tz=SHANGHAI)
    with transaction(engine) as conn:
        drop_hot(conn)
        for span, wanted in zip(spans, before, strict=True):
            found = dict(reading.each_workers_fixes(conn, span))
            assert list(found) == list(span)
            for number, fixes in wanted.items():
                same(found[number], fixes)
        for number, fixes in service.fixes_of(conn, ids, *EVER).items():
            same(fixes, known[number])


def test_judging_after_sealing_writes_no_revision(engine: Engine) -> None:
    now = after_the_week()
    with transaction(engine) as conn:
        fill(conn)
        assert patrols.judge(conn, start=MONDAY, end=MONDAY, tz=SHANGHAI, now=now).written == 2
    seal_due(engine, now=THURSDAY, tz=SHANGHAI)
    with transaction(engine) as conn:
        drop_hot(conn)
        again = patrols.judge(conn, start=MONDAY, end=MONDAY, tz=SHANGHAI, now=now)
        assert (again.written, again.unchanged, again.fixes) == (0, 2, ODD + 361)


def test_a_late_fix_is_read_at_once_and_sealed_as_the_next_revision(engine: Engine) -> None:
    with transaction(engine) as conn:
        worker = fill(conn)
    seal_due(engine, now=THURSDAY, tz=SHANGHAI)
    with transaction(engine) as conn:
        before = all_rows(conn, worker)
        drop_hot(conn)
        touch(conn, late_row(conn, worker))
        touch(conn, late_row(conn, worker, again=True))
        late = all_rows(conn, worker)
        assert late[:-1].tobytes() == before.tobytes()
        (judged,) = (fixes for _, fixes in reading.each_workers_fixes(conn, {worker: (0, 2**42)}))
        assert len(judged) == len(service.fixes_of(conn, [worker], *EVER)[worker]) == ODD + 1
    done = seal_due(engine, now=THURSDAY, tz=SHANGHAI)
    assert (done.days, done.fixes) == (1, ODD + 1)
    with transaction(engine) as conn:
        drop_hot(conn)
        assert all_rows(conn, worker).tobytes() == late.tobytes()
        rows = [row for row in store.chain(conn) if row.worker_id == worker]
        assert [(row.revision, row.previous) for row in rows] == [(1, None), (2, rows[0].digest)]
        assert verify_chain(conn).good == 3
        assert {row.area for row in rows} == {"C-G1"}


def test_a_fix_sent_again_makes_no_revision(engine: Engine) -> None:
    with transaction(engine) as conn:
        worker = fill(conn)
    seal_due(engine, now=THURSDAY, tz=SHANGHAI)
    with transaction(engine) as conn:
        drop_hot(conn)
        touch(conn, late_row(conn, worker, again=True))
    assert [len(one.workers) for one in due(engine, now=THURSDAY, tz=SHANGHAI)] == [1]
    done = seal_due(engine, now=THURSDAY, tz=SHANGHAI)
    assert (done.days, done.unchanged) == (0, 1)
    assert due(engine, now=THURSDAY, tz=SHANGHAI) == []


def test_a_run_that_was_stopped_goes_on(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis_grid.tracks.sealed.seal._AT_ONCE", 1)
    with transaction(engine) as conn:
        fill(conn)
    asked = iter([False, True])
    told: list[tuple[int, int, int]] = []
    first = seal_due(
        engine,
        now=THURSDAY,
        tz=SHANGHAI,
        stopping=lambda: next(asked),
        progress=lambda *one: told.append(one),
    )
    assert (first.days, told) == (1, [(1, 2, ODD)])
    assert seal_due(engine, now=THURSDAY, tz=SHANGHAI).days == 1


@pytest.mark.parametrize(
    ("tz", "day", "hours"),
    [(BERLIN, date(2026, 10, 25), 25), (BERLIN, date(2026, 3, 29), 23), (SHANGHAI, MONDAY, 24)],
)
def test_a_day_is_as_long_as_it_is_and_midnight_is_the_next(
    engine: Engine, tz: ZoneInfo, day: date, hours: int
) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=tz).astimezone(UTC)
    with transaction(engine) as conn:
        worker = hire(conn, grid=None)
        count = hours * 6 + 1
        times = int(start.timestamp() * 1000) + np.arange(-1, count) * 600_000
        walk = Fixes.of(times, np.full(len(times), 9.0), np.full(len(times), 48.0))
        record(conn, worker, walk)
    now = start + timedelta(days=9)
    done = seal_due(engine, now=now, tz=tz)
    assert done.days == 3
    with transaction(engine) as conn:
        lengths = {row.local_date: row.fixes for row in store.chain(conn)}
        assert lengths == {day - timedelta(days=1): 1, day: hours * 6, day + timedelta(days=1): 1}
        drop_hot(conn)
        same(service.fixes_of(conn, [worker], *EVER)[worker], walk)


def test_days_of_two_time_zones_overlap_and_no_fix_comes_twice(engine: Engine) -> None:
    with transaction(engine) as conn:
        worker = hire(conn, grid=None)
        walk = Fixes.concat([stroll(at(MONDAY + timedelta(days=n), 6), 3600, step_s=600) for n in range(4)])
        record(conn, worker, walk)
    later = THURSDAY + timedelta(days=9)
    seal_due(engine, now=later, tz=SHANGHAI, until=MONDAY + timedelta(days=1))
    seal_due(engine, now=later, tz=BERLIN)
    assert due(engine, now=later, tz=BERLIN) == []
    with transaction(engine) as conn:
        drop_hot(conn)
        same(service.fixes_of(conn, [worker], *EVER)[worker], walk)
        ((_, judged),) = reading.each_workers_fixes(conn, {worker: (0, 2**42)})
        assert len(judged) == len(walk)


def test_the_line_answers_questions_in_sql(engine: Engine) -> None:
    with transaction(engine) as conn:
        publish(conn)
        worker = hire(conn)
        walk = stroll(at(MONDAY, 9), 3600)
        record(conn, worker, walk)
    seal_due(engine, now=THURSDAY, tz=SHANGHAI)
    with transaction(engine) as conn:
        row = conn.execute(
            text(
                """
                SELECT ST_NPoints(geom) AS points, ST_M(ST_StartPoint(geom)) AS first,
                    ST_IsValidTrajectory(geom) AS ordered,
                    ST_X(ST_GeometryN(ST_LocateAlong(geom, :at), 1)) AS lon,
                    ST_Length(geom::geography) AS metres, pg_column_compression(rest) AS tried
                FROM track_day
                """
            ),
            {"at": walk.t_ms[100] / 1000},
        ).one()
    assert (row.points, row.first, row.ordered) == (361, walk.t_ms[0] / 1000, True)
    assert row.lon == walk.lon[100]
    assert row.metres > 100
    assert row.tried is None


BREAKS = {
    "UPDATE track_day SET rest = (SELECT rest FROM track_day WHERE worker_id <> :worker)": "cannot be read",
    "UPDATE track_day SET rest = '\\x00' WHERE worker_id = :worker": "cannot be read",
    "UPDATE track_day SET geom = ST_Reverse(geom) WHERE worker_id = :worker": "is not what was sealed",
    "UPDATE track_day SET local_date = local_date - 1 WHERE worker_id = :worker": "is not what was sealed",
    "UPDATE track_day SET fixes = 8 WHERE worker_id = :worker": "is not what was sealed",
    "UPDATE track_day SET previous = '\\x00' WHERE worker_id = :worker": "the row before it",
    "DELETE FROM track_day WHERE worker_id = :worker": "the ledger tells of 2 sealed days, there are 1",
}


def test_what_was_changed_is_named(engine: Engine) -> None:
    with transaction(engine) as conn:
        worker = fill(conn)
    seal_due(engine, now=THURSDAY, tz=SHANGHAI)
    with transaction(engine) as conn:
        for change, named in BREAKS.items():
            assert verify_chain(conn).first_break is None
            with conn.begin_nested() as changed:
                conn.execute(text(change), {"worker": worker})
                found = verify_chain(conn)
                changed.rollback()
            assert named in str(found.first_break), change
            assert found.breaks in {1, 2}


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("togeojson_run.gpx", "America/New_York"),
        ("gpxpy_cerknicko-jezero.gpx", "Europe/Ljubljana"),
        ("gpxpy_korita-zbevnica.gpx", "Europe/Ljubljana"),
        ("trackintel_posmo_trajectory.csv", "Europe/Zurich"),
    ],
)
def test_published_tracks_come_back_bit_for_bit(
    engine: Engine, shared_data: Path, name: str, zone: str
) -> None:
    file = shared_data / "traces" / name
    tz = ZoneInfo(zone)
    with transaction(engine) as conn:
        worker = hire(conn, "walker", None)
        import_tracks(conn, TrackFile(file, "walker"), tz=tz, now=THURSDAY, actor="test")
        before = stored(conn, worker)
        hot = service.fixes_of(conn, [worker], *EVER)[worker]
    assert seal_due(engine, now=THURSDAY, tz=tz).fixes == len(before)
    with transaction(engine) as conn:
        drop_hot(conn)
        assert (
            np.sort(all_rows(conn, worker), order=["t", "lon", "lat", "device_id"]).tobytes()
            == before.tobytes()
        )
        same(service.fixes_of(conn, [worker], *EVER)[worker], hot)
