"""Sealed days go into GeoParquet files, weeks of fixes go, and everything comes back fix for fix."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sealed_walks import NEXT_YEAR, ODD, THURSDAY, fill, late_row, stored
from sqlalchemy import text
from typer.testing import CliRunner
from walking_ground import MONDAY, SHANGHAI

from gis_grid.cli import app
from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.errors import BadInput, NotFound
from gis_grid.tracks import changes, reading, service
from gis_grid.tracks.restore import Into, restore
from gis_grid.tracks.rows import sorted_once
from gis_grid.tracks.sealed import hot_store
from gis_grid.tracks.sealed.archive import archive_due, file_of
from gis_grid.tracks.sealed.chain import verify_chain
from gis_grid.tracks.sealed.drop import old_weeks
from gis_grid.tracks.sealed.seal import seal_due

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Server
    from sqlalchemy import Connection, Engine

WEEK = "fix_2026w45"


@pytest.fixture
def engine(fresh_database: str) -> Iterator[Engine]:
    engine = make_engine(fresh_database)
    yield engine
    engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def walked(engine: Engine) -> np.ndarray:
    """Fill the database, seal it, and return the rows of W1, the odd one."""
    with transaction(engine) as conn:
        rows = stored(conn, fill(conn))
    assert seal_due(engine, now=THURSDAY, tz=SHANGHAI).days == 2
    return rows


def worker_of(rows: np.ndarray) -> int:
    return int(rows["worker_id"][0])


def weeks(conn: Connection) -> list[str]:
    query = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'fix'::regclass ORDER BY 1"
    return list(conn.execute(text(query)).scalars())


def put_away(engine: Engine, folder: Path) -> Any:
    """Archive, and drop what is a year old."""
    return archive_due(engine, folder, now=NEXT_YEAR, hot_days=60)


def read(engine: Engine, worker: int) -> bytes:
    with transaction(engine) as conn:
        (rows,) = reading.rows_of(conn, worker)
    return rows.tobytes()


def come_late(engine: Engine, worker: int, *, again: bool = False) -> None:
    with transaction(engine) as conn:
        row = late_row(conn, worker, again=again)
        service.store_rows(conn, row)
        service.touch(conn, row["worker_id"], row["t"].astype("M8[ms]").astype(np.int64), SHANGHAI)
        changes.gather(conn, NEXT_YEAR)


def test_a_week_is_dropped_when_all_its_fixes_are_archived_and_old(
    engine: Engine, folder: Path, walked: np.ndarray
) -> None:
    done = archive_due(engine, folder, now=THURSDAY, hot_days=60)
    assert (done.files, done.days, done.fixes, done.dropped, done.kept) == (1, 2, ODD + 361, [], {})
    done = put_away(engine, folder)
    assert (done.files, done.dropped, done.kept) == (0, [WEEK], {})
    with transaction(engine) as conn:
        assert weeks(conn) == []
        entries = conn.execute(text("SELECT action, subject, detail FROM ledger ORDER BY id")).all()
    assert read(engine, worker_of(walked)) == walked.tobytes()
    assert [(one.action, one.subject) for one in entries] == [
        ("seal", "day:2026-11-02"),
        ("archive", "day:2026-11-02"),
        ("drop", f"partition:{WEEK}"),
    ]
    assert (entries[1].detail["area"], entries[1].detail["fixes"]) == ("C-G1", ODD + 361)


def test_files_are_geoparquet_for_their_owner_alone(engine: Engine, folder: Path, walked: np.ndarray) -> None:
    put_away(engine, folder)
    path = file_of(folder, MONDAY, "C-G1")
    assert [one for one in folder.rglob("*") if one.is_file()] == [path]
    assert path.relative_to(folder).as_posix() == "date=2026-11-02/area=C-G1/part-0.parquet"
    assert path.stat().st_mode & 0o777 == 0o600
    assert {one.stat().st_mode & 0o777 for one in (folder, *folder.rglob("*")) if one.is_dir()} == {0o700}
    frame = geopandas.read_parquet(path)
    assert (frame.crs.to_string(), set(frame.geom_type)) == ("OGC:CRS84", {"Point"})
    odd = frame[frame.worker == "W1"]
    assert odd.geometry.x.to_numpy().tobytes() == walked["lon"].tobytes()
    assert odd.t.to_numpy("M8[us]").tobytes() == walked["t"].tobytes()
    assert odd.accuracy_m.isna().tolist() == np.isnan(walked["accuracy_m"]).tolist()
    assert frame.sort_values(["worker", "t"], kind="stable").index.equals(frame.index)
    notes = pq.read_metadata(path).metadata
    geo, own = json.loads(notes[b"geo"]), json.loads(notes[b"gis_grid"])
    assert (geo["version"], geo["columns"]["geometry"]["bbox"]) == ("1.1.0", frame.total_bounds.tolist())
    assert [(one["worker"], one["fixes"], len(one["digest"])) for one in own["days"]] == [
        ("W1", ODD, 64),
        ("W2", 361, 64),
    ]
    whole = pq.read_table(folder, filters=[("area", "=", "C-G1")])
    assert whole.num_rows == ODD + 361


def test_a_day_sealed_anew_takes_the_place_of_its_file_and_others_stay_in_it(
    engine: Engine, folder: Path, walked: np.ndarray
) -> None:
    put_away(engine, folder)
    come_late(engine, worker_of(walked))
    with transaction(engine) as conn:
        assert weeks(conn) == [WEEK]
    late = read(engine, worker_of(walked))
    assert len(late) == len(walked.tobytes()) // ODD * (ODD + 1)
    assert put_away(engine, folder).kept == {
        WEEK: "1 sealed days are not in the archive yet, from 2026-11-02 on"
    }
    seal_due(engine, now=NEXT_YEAR, tz=SHANGHAI)
    done = put_away(engine, folder)
    assert (done.files, done.days, done.dropped) == (1, 2, [WEEK])
    assert read(engine, worker_of(walked)) == late
    days = json.loads(pq.read_metadata(file_of(folder, MONDAY, "C-G1")).metadata[b"gis_grid"])["days"]
    assert [(one["worker"], one["revision"]) for one in days] == [("W1", 2), ("W2", 1)]


def test_a_week_stays_while_a_fix_in_it_is_not_sealed(
    engine: Engine, folder: Path, walked: np.ndarray
) -> None:
    with transaction(engine) as conn:  # past the intake, which would have marked the day
        service.store_rows(conn, late_row(conn, worker_of(walked)))
    (why,) = put_away(engine, folder).kept.values()
    assert why == "something came in for W1 on 2026-11-02 since it was sealed"
    assert seal_due(engine, now=NEXT_YEAR, tz=SHANGHAI).fixes == ODD + 1
    assert put_away(engine, folder).dropped == [WEEK]


def test_a_week_stays_while_a_day_of_it_was_never_sealed(
    engine: Engine, folder: Path, walked: np.ndarray
) -> None:
    with transaction(engine) as conn:
        row = late_row(conn, worker_of(walked))
        row["t"] += np.timedelta64(1, "D")
        service.store_rows(conn, row)
    assert put_away(engine, folder).kept == {WEEK: "1 fixes are on no sealed day"}


def test_a_fix_that_is_being_written_keeps_its_week(
    engine: Engine, folder: Path, walked: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gis_grid.tracks.sealed.drop._TRIES", 1)
    monkeypatch.setattr("gis_grid.tracks.sealed.drop._PAUSE_S", 0)
    with transaction(engine) as conn:
        service.store_rows(conn, late_row(conn, worker_of(walked)))
        assert put_away(engine, folder).kept == {WEEK: "it is being read or written all the time"}
    assert "something came in" in put_away(engine, folder).kept[WEEK]


def test_a_fix_that_comes_between_the_look_and_the_drop_keeps_its_week(
    engine: Engine, folder: Path, walked: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gis_grid.tracks.sealed import drop

    looked = drop._look

    def look(conn: Connection, week: Any) -> Any:
        found = looked(conn, week)
        with transaction(engine) as other:
            service.store_rows(other, late_row(other, worker_of(walked)))
        return found

    monkeypatch.setattr(drop, "_look", look)
    assert put_away(engine, folder).kept == {WEEK: "something came in meanwhile"}


def test_a_week_that_is_being_read_stays_and_nobody_waits(
    engine: Engine, folder: Path, walked: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gis_grid.tracks.sealed.drop._TRIES", 1)
    monkeypatch.setattr("gis_grid.tracks.sealed.drop._PAUSE_S", 0)
    with transaction(engine) as conn:
        conn.execute(text("SELECT count(*) FROM fix"))
        assert put_away(engine, folder).kept == {WEEK: "it is being read or written all the time"}
    assert put_away(engine, folder).dropped == [WEEK]


def test_a_fix_that_waits_for_a_drop_goes_into_a_new_week(
    engine: Engine, folder: Path, walked: np.ndarray
) -> None:
    put = archive_due(engine, folder, now=THURSDAY, hot_days=60)
    assert put.files == 1
    (week,) = old_weeks(engine, now=NEXT_YEAR, hot_days=60)
    with ThreadPoolExecutor(1) as pool:
        with transaction(engine) as conn:
            hot_store.close_week(conn, week)
            late = pool.submit(come_late, engine, worker_of(walked))
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'RowExclusiveLock'"
            while not conn.execute(text(waiting)).scalar_one():
                assert not late.done()
            hot_store.drop_week(conn, week)
        late.result(timeout=30)
    with transaction(engine) as conn:
        assert weeks(conn) == [WEEK]
        assert len(stored(conn, worker_of(walked))) == 1
    assert len(read(engine, worker_of(walked))) == len(walked.tobytes()) // ODD * (ODD + 1)


def test_a_run_killed_after_a_file_writes_it_again(
    engine: Engine, folder: Path, walked: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("gis_grid.tracks.sealed.store.set_archived", killed)
        with pytest.raises(KeyboardInterrupt):
            put_away(engine, folder)
    assert put_away(engine, folder).files == 1
    assert len([one for one in folder.rglob("*") if one.is_file()]) == 1


def test_sealed_days_that_are_gone_come_back(engine: Engine, folder: Path, walked: np.ndarray) -> None:
    put_away(engine, folder)
    with transaction(engine) as conn:
        conn.execute(text("DELETE FROM track_day WHERE worker_id = :id"), {"id": worker_of(walked)})
    done = restore(engine, folder, MONDAY, MONDAY, now=NEXT_YEAR)
    assert (done.files, done.days, done.fixes, done.there, done.made) == (1, 1, ODD, 1, [])
    assert read(engine, worker_of(walked)) == walked.tobytes()
    assert restore(engine, folder, MONDAY, MONDAY, now=NEXT_YEAR).there == 2


def test_a_day_that_comes_back_hides_no_fix_that_came_before_it(
    engine: Engine, folder: Path, walked: np.ndarray
) -> None:
    put_away(engine, folder)
    with transaction(engine) as conn:
        conn.execute(text("DELETE FROM track_day WHERE worker_id = :id"), {"id": worker_of(walked)})
        late = late_row(conn, worker_of(walked))
        service.store_rows(conn, late)
        conn.execute(text("TRUNCATE touched_day"))  # judged long ago, with nothing else of that day
    restore(engine, folder, MONDAY, MONDAY, now=NEXT_YEAR)
    with transaction(engine) as conn:
        changes.gather(conn, NEXT_YEAR)
    both = sorted_once(np.concatenate([walked, late]))
    assert read(engine, worker_of(walked)) == both.tobytes()
    assert seal_due(engine, now=NEXT_YEAR, tz=SHANGHAI).days == 1
    assert read(engine, worker_of(walked)) == both.tobytes()
    with transaction(engine) as conn:
        changed = conn.execute(text("SELECT worker_id, local_date FROM changed_day"))
        assert [tuple(row) for row in changed] == [(worker_of(walked), MONDAY)]


def test_days_come_back_as_single_fixes(engine: Engine, folder: Path, walked: np.ndarray) -> None:
    put_away(engine, folder)
    done = restore(engine, folder, MONDAY, MONDAY, now=NEXT_YEAR, workers=["W1"], into=Into.HOT)
    assert (done.days, done.fixes) == (1, ODD)
    with transaction(engine) as conn:
        assert weeks(conn) == [WEEK]
        assert stored(conn, worker_of(walked)).tobytes() == walked.tobytes()
    assert restore(engine, folder, MONDAY, MONDAY, now=NEXT_YEAR, into=Into.HOT).fixes == 361


@pytest.mark.parametrize("into", Into)
def test_an_empty_database_is_filled_from_the_archive_alone(
    engine: Engine, folder: Path, walked: np.ndarray, server: Server, migrated: str, into: Into
) -> None:
    put_away(engine, folder)
    with server.database(migrated) as name:
        empty = make_engine(server.url(name))
        with transaction(empty) as conn:  # ids are others there
            conn.execute(text("INSERT INTO worker (code, name) VALUES ('X', 'x'), ('Y', 'y'), ('Z', 'z')"))
            conn.execute(text("INSERT INTO device (code) VALUES ('z'), ('two')"))
        done = restore(empty, folder, MONDAY, MONDAY, now=NEXT_YEAR, into=into)
        assert (done.days, done.fixes, done.made) == (2, ODD + 361, ["W1", "W2"])
        if into is Into.HOT:
            assert seal_due(empty, now=NEXT_YEAR, tz=SHANGHAI).days == 2
        with transaction(empty) as conn:
            worker = conn.execute(text("SELECT id FROM worker WHERE code = 'W1'")).scalar_one()
            (rows,) = reading.rows_of(conn, worker)
            codes = {row[0]: row[1] for row in conn.execute(text("SELECT id, code FROM device"))}
            assert verify_chain(conn).good == 2
            first = conn.execute(text("SELECT digest FROM track_day WHERE worker_id = :id"), {"id": worker})
            digest = bytes(first.scalar_one())
        with transaction(engine) as conn:
            before = conn.execute(
                text("SELECT digest FROM track_day WHERE worker_id = :id"), {"id": worker_of(walked)}
            )
            assert bytes(before.scalar_one()) == digest
            known = {row[0]: row[1] for row in conn.execute(text("SELECT id, code FROM device"))}
        there = [(codes[row["device_id"]], *row.tolist()[1:4], *row.tolist()[5:]) for row in rows]
        here = [(known[row["device_id"]], *row.tolist()[1:4], *row.tolist()[5:]) for row in walked]
        assert sorted(map(repr, there)) == sorted(map(repr, here))
        empty.dispose()


def rewritten(path: Path, change: Any) -> None:
    """Write a file again with other rows, and the same notes."""
    table, notes = pq.read_table(path), pq.read_metadata(path).metadata
    kept = {key: value for key, value in notes.items() if key in {b"geo", b"gis_grid"}}
    pq.write_table(change(table).replace_schema_metadata(kept), path)


def moved(table: pa.Table) -> pa.Table:
    speeds = table["speed_mps"].to_pylist()
    speeds[20] = 9.5
    return table.set_column(
        table.schema.get_field_index("speed_mps"), "speed_mps", pa.array(speeds, pa.float32())
    )


CHANGES = {
    "another speed": moved,
    "a fix less": lambda table: table.slice(1),
    "a worker less": lambda table: table.slice(ODD),
    "a fix twice": lambda table: pa.concat_tables([table, table.slice(table.num_rows - 1)]),
}


@pytest.mark.parametrize("how", CHANGES)
def test_a_changed_file_is_refused_by_name_and_nothing_of_it_is_put_back(
    engine: Engine, folder: Path, walked: np.ndarray, how: str
) -> None:
    put_away(engine, folder)
    path = file_of(folder, MONDAY, "C-G1")
    rewritten(path, CHANGES[how])
    with transaction(engine) as conn:
        conn.execute(text("DELETE FROM track_day"))
    with pytest.raises(BadInput, match="was changed") as refused:
        restore(engine, folder, MONDAY, MONDAY, now=NEXT_YEAR)
    assert str(path) in str(refused.value)
    with transaction(engine) as conn:
        assert conn.execute(text("SELECT count(*) FROM track_day")).scalar_one() == 0


def test_a_file_that_agrees_with_itself_is_still_held_against_the_sealed_day(
    engine: Engine, folder: Path, walked: np.ndarray
) -> None:
    put_away(engine, folder)
    old = file_of(folder, MONDAY, "C-G1").read_bytes()
    come_late(engine, worker_of(walked))
    seal_due(engine, now=NEXT_YEAR, tz=SHANGHAI)
    put_away(engine, folder)
    file_of(folder, MONDAY, "C-G1").write_bytes(old)
    with pytest.raises(BadInput, match="older than the database"):
        restore(engine, folder, MONDAY, MONDAY, now=NEXT_YEAR)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1"])
def test_a_broken_file_is_refused_by_name(
    engine: Engine, folder: Path, walked: np.ndarray, content: bytes
) -> None:
    put_away(engine, folder)
    path = file_of(folder, MONDAY, "C-G1")
    path.write_bytes(content)
    with pytest.raises(BadInput, match="cannot be read") as refused:
        restore(engine, folder, MONDAY, MONDAY, now=NEXT_YEAR)
    assert str(path) in str(refused.value)


def test_a_day_that_the_archive_has_not_is_not_found(engine: Engine, folder: Path) -> None:
    with pytest.raises(NotFound):
        restore(engine, folder, MONDAY, MONDAY + timedelta(days=1), now=NEXT_YEAR)


def test_the_commands_seal_archive_and_restore(fresh_database: str, folder: Path) -> None:
    engine = make_engine(fresh_database)
    with transaction(engine) as conn:
        worker = fill(conn)
        before = stored(conn, worker)
        rows = np.concatenate([before, stored(conn, worker + 1)])
        conn.execute(text("DROP TABLE fix_2026w45"))
        rows["t"] -= np.timedelta64(364, "D")
        before["t"] -= np.timedelta64(364, "D")
        service.store_rows(conn, rows)

    def run(*words: str) -> tuple[int, str]:
        settings = {"GIS_GRID_DATABASE_URL": fresh_database, "GIS_GRID_ARCHIVE_DIR": str(folder)}
        result = CliRunner().invoke(app, list(words), env=settings)
        return result.exit_code, " ".join(result.output.split())

    assert run("seal", "--dry-run") == (0, "2025-11-03: 2 workers' days 2 workers' days would be sealed")
    assert run("seal") == (0, "Sealed 2 workers' days, 370 fixes")
    assert run("seal", "--verify") == (0, "2 sealed days are what was sealed")
    told = run("archive", "--dry-run")[1]
    assert told.startswith("2025-11-03 C-G1: 2 workers' days, 370 fixes 2 workers' days would be archived")
    assert "fix_2025w45 would be dropped, if every fix" in told
    assert "Dropped fix_2025w45" in run("archive")[1]
    with transaction(engine) as conn:
        conn.execute(text("UPDATE track_day SET fixes = 8 WHERE worker_id = :id"), {"id": worker})
    code, told = run("seal", "--verify")
    assert (code, "BROKEN at W1 2025-11-03 revision 1" in told) == (1, True)
    code, told = run("restore", "--from", "2025-11-03", "--to", "2025-11-03", "--into", "hot")
    assert (code, "Restored 2 workers' days, 370 fixes, from 1 files" in told) == (0, True)
    with transaction(engine) as conn:
        assert stored(conn, worker).tobytes() == before.tobytes()
    engine.dispose()
