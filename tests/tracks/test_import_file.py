"""Track files into PostGIS: real ones, broken ones, the same ones again."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import shapely
from sqlalchemy import text
from walking_ground import MONDAY, SHANGHAI, at, hire, publish, stroll

from gis_grid.core import Datum, from_wgs84
from gis_grid.kit.errors import BadInput, Conflict, NotFound
from gis_grid.tracks import service
from gis_grid.tracks.import_file import TrackFile, TracksImported, import_tracks

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def take_in(conn: Connection, path: Path, **options: object) -> TracksImported:
    file = TrackFile(path, **{"worker": "W1", **options})
    return import_tracks(conn, file, tz=SHANGHAI, now=NOW, actor="test")


def csv(folder: Path, lines: list[str], name: str = "walk.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(["t,lon,lat,accuracy", *lines]) + "\n", "utf-8")
    return path


def lines_of(start: datetime, count: int, step_s: int = 10) -> list[str]:
    walk = stroll(start, (count - 1) * step_s, step_s=step_s)
    return [
        f"{t / 1000:.3f},{lon},{lat},{accuracy:.1f}"
        for t, lon, lat, accuracy in zip(walk.t_ms, walk.lon, walk.lat, walk.accuracy_m, strict=True)
    ]


def count(conn: Connection, table: str = "fix") -> int:
    return conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def declared(conn: Connection, worker: int) -> list[tuple[int, int]]:
    return service.duties_of(conn, [worker], datetime(1990, 1, 1, tzinfo=UTC), NOW, now=NOW)[worker]


@pytest.mark.parametrize(
    ("name", "read", "sessions"),
    [
        ("gpxpy_cerknicko-jezero.gpx", 296, None),
        ("togeojson_run.gpx", 206, 1),
        ("trackintel_google_trajectory.csv", 416, None),
        ("trackintel_gpsies_trajectory.csv", 247, None),
        ("trackintel_posmo_trajectory.csv", 1327, None),
    ],
)
def test_published_tracks_go_in_and_again_change_nothing(
    conn: Connection, shared_data: Path, name: str, read: int, sessions: int | None
) -> None:
    worker = hire(conn, grid=None)
    first = take_in(conn, shared_data / "traces" / name)
    stored, duty = count(conn), declared(conn, worker)
    again = take_in(conn, shared_data / "traces" / name)

    assert first.read == read
    assert first.added == stored
    assert (again.added, again.known) == (0, read)
    assert count(conn) == stored
    assert declared(conn, worker) == duty
    assert sessions is None or len(duty) == sessions


def test_days_on_which_something_is_new_are_to_be_judged_again(conn: Connection, tmp_path: Path) -> None:
    worker = hire(conn, grid=None)
    path = csv(tmp_path, lines_of(at(MONDAY, 9), 10))
    take_in(conn, path)
    touched = "SELECT worker_id, local_date FROM touched_day"
    assert conn.execute(text(touched)).all() == [(worker, MONDAY)]
    conn.execute(text("DELETE FROM touched_day"))
    take_in(conn, path)
    assert conn.execute(text(touched)).all() == []


def test_a_gpx_with_a_one_point_track_does_no_harm(conn: Connection, shared_data: Path) -> None:
    worker = hire(conn, grid=None)
    done = take_in(conn, shared_data / "traces" / "togeojson_blue_hills.gpx")
    assert done.read == 1243
    assert done.added == count(conn)
    parts = conn.execute(text("SELECT count(DISTINCT track_part) FROM fix")).scalar_one()
    assert parts > 1
    assert declared(conn, worker)


def test_a_gpx_without_times_is_refused_with_the_reason(conn: Connection, tmp_path: Path) -> None:
    hire(conn, grid=None)
    path = tmp_path / "no-times.gpx"
    points = "".join(f'<trkpt lat="39.9" lon="116.{n}"><ele>5</ele></trkpt>' for n in range(300, 320))
    path.write_text(f'<gpx version="1.1" creator="test"><trk><trkseg>{points}</trkseg></trk></gpx>', "utf-8")
    with pytest.raises(BadInput, match="time"):
        take_in(conn, path)


def test_a_planned_route_beside_a_track_is_left_out_and_told_of(conn: Connection, tmp_path: Path) -> None:
    hire(conn, grid=None)
    point = '<trkpt lat="39.9" lon="116.3{0}">{1}</trkpt>'
    walked = "".join(point.format(n, f"<time>2026-11-02T01:00:{n}0Z</time>") for n in range(4))
    planned = "".join(point.format(n, "") for n in range(3))
    path = tmp_path / "both.gpx"
    path.write_text(f"<gpx><trk><trkseg>{walked}</trkseg><trkseg>{planned}</trkseg></trk></gpx>", "utf-8")
    report = take_in(conn, path)
    assert (report.added, report.untimed) == (4, 3)


def test_a_broken_row_in_the_middle_is_told_by_its_line_and_refuses_the_file(
    conn: Connection, tmp_path: Path
) -> None:
    hire(conn, grid=None)
    lines = lines_of(at(MONDAY, 9), 100)
    lines[49] = lines[49].replace(",116.", ",abc116.")
    lines[79] = lines[79].replace(",39.", ",139.")
    with pytest.raises(BadInput, match="2 broken rows, nothing imported") as refused:
        take_in(conn, csv(tmp_path, lines))
    assert [error.row for error in refused.value.errors] == [51, 81]
    assert refused.value.errors[0].field == "lon"
    assert str(refused.value.errors[0].value).startswith("abc116.")


def test_the_other_rows_go_in_when_asked_for(conn: Connection, tmp_path: Path) -> None:
    hire(conn, grid=None)
    lines = lines_of(at(MONDAY, 9), 100)
    lines[49] = "yesterday,116.3,39.9,5"
    done = take_in(conn, csv(tmp_path, lines), skip_bad_rows=True)
    assert (done.added, done.left_out) == (99, 1)
    assert done.errors[0].row == 51
    run = conn.execute(text("SELECT rows_in, rows_left_out, detail FROM import_run")).one()
    assert (run.rows_in, run.rows_left_out, run.detail["worker"]) == (99, 1, "W1")


def test_times_of_a_wrong_clock_are_broken_rows(conn: Connection, tmp_path: Path) -> None:
    hire(conn, grid=None)
    lines = [*lines_of(at(MONDAY, 9), 3), *lines_of(NOW + timedelta(days=3), 1), "0,116.3,39.9,5"]
    with pytest.raises(BadInput) as refused:
        take_in(conn, csv(tmp_path, lines))
    assert [error.row for error in refused.value.errors] == [5, 6]


def test_a_file_of_several_people_is_refused_unless_one_is_chosen(conn: Connection, tmp_path: Path) -> None:
    hire(conn, grid=None)
    rows = lines_of(at(MONDAY, 9), 10)
    path = tmp_path / "many.csv"
    people = [f"{'ab'[n % 2]},{row}" for n, row in enumerate(rows)]
    path.write_text("\n".join(["user_id,t,lon,lat,accuracy", *people]), "utf-8")
    with pytest.raises(BadInput, match="several people: a, b"):
        take_in(conn, path)
    assert take_in(conn, path, only_user="b").added == 5
    with pytest.raises(BadInput, match="does not say whose fixes"):
        take_in(conn, csv(tmp_path, rows), only_user="b")


def test_an_empty_file_and_a_missing_one_are_told_of(conn: Connection, tmp_path: Path) -> None:
    hire(conn, grid=None)
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    with pytest.raises(BadInput, match="empty"):
        take_in(conn, empty)
    with pytest.raises(BadInput, match="No such file"):
        take_in(conn, tmp_path / "nowhere.gpx")
    with pytest.raises(BadInput):
        take_in(conn, csv(tmp_path, []))


def test_a_missing_file_is_told_of_before_an_unknown_worker(conn: Connection, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        take_in(conn, tmp_path / "nowhere.gpx", worker="nobody")
    with pytest.raises(BadInput, match="directory"):
        take_in(conn, tmp_path, worker="nobody")


def test_a_file_whose_name_is_no_text_is_written_down_readably(conn: Connection, tmp_path: Path) -> None:
    hire(conn, grid=None)
    path = csv(tmp_path, lines_of(at(MONDAY, 9), 10), name=os.fsdecode(b"\xff\xfe-\xe5\x8c\x97.csv"))
    assert take_in(conn, path).added == 10
    name = conn.execute(text("SELECT file_name FROM import_run")).scalar_one()
    assert name == r"\xff\xfe-北.csv"


def test_recordings_that_overlap_in_time_are_counted(conn: Connection, tmp_path: Path) -> None:
    hire(conn, grid=None)
    point = '<trkpt lat="39.9" lon="116.3"><time>2026-11-02T01:00:{0:02}Z</time></trkpt>'
    exports = ["".join(point.format(second) for second in range(first, 60, 20)) for first in (0, 10)]
    path = tmp_path / "twice.gpx"
    path.write_text(f"<gpx><trk>{''.join(f'<trkseg>{e}</trkseg>' for e in exports)}</trk></gpx>", "utf-8")
    assert take_in(conn, path).overlapping == 2
    assert take_in(conn, csv(tmp_path, lines_of(at(MONDAY, 9), 10))).overlapping == 0


def test_an_unknown_worker_is_made_only_when_asked_for(conn: Connection, tmp_path: Path) -> None:
    path = csv(tmp_path, lines_of(at(MONDAY, 9), 10))
    with pytest.raises(NotFound, match="--create"):
        take_in(conn, path, worker="new")
    assert take_in(conn, path, worker="new", create=True).added == 10


def test_a_grid_named_at_import_is_assigned_from_the_first_fix_on(conn: Connection, tmp_path: Path) -> None:
    publish(conn)
    path = csv(tmp_path, lines_of(at(MONDAY, 9), 10))
    for _ in range(2):
        take_in(conn, path, create=True, grid="G1")
    since = conn.execute(text("SELECT lower(valid) FROM assignment")).scalars().all()
    assert since == [at(MONDAY, 9)]
    with pytest.raises(BadInput, match="not known"):
        take_in(conn, path, grid="nowhere", worker="W2", create=True)
    publish(conn, "G2", shapely.box(116.304, 39.900, 116.308, 39.903))
    with pytest.raises(Conflict, match="two grids"):
        take_in(conn, path, grid="G2")


def test_on_a_day_with_a_sign_in_other_fixes_are_dropped_and_counted_once(
    conn: Connection, tmp_path: Path
) -> None:
    worker = hire(conn, grid=None)
    service.sign_in(conn, worker, [(at(MONDAY, 9), at(MONDAY, 9, 10))])
    path = csv(tmp_path, lines_of(at(MONDAY, 8, 55), 180))
    for _ in range(2):
        done = take_in(conn, path)
        assert (done.read, done.off_duty) == (180, 120)
    assert count(conn) == 60
    assert len(declared(conn, worker)) == 1
    counted = conn.execute(text("SELECT local_date, fixes FROM off_duty_count")).all()
    assert counted == [(MONDAY, 120)]


def test_a_track_of_another_datum_is_stored_as_wgs84_and_the_ledger_names_it(
    conn: Connection, tmp_path: Path
) -> None:
    hire(conn, grid=None)
    walk = stroll(at(MONDAY, 9), 90)
    lon, lat = from_wgs84(walk.lon, walk.lat, Datum.BD09)
    rows = [f"{t / 1000:.3f},{x:.8f},{y:.8f},5" for t, x, y in zip(walk.t_ms, lon, lat, strict=True)]
    take_in(conn, csv(tmp_path, rows), datum=Datum.BD09)
    stored = conn.execute(text("SELECT lon, lat FROM fix ORDER BY t")).all()
    assert [x for x, _ in stored] == pytest.approx(walk.lon.tolist(), abs=1.1e-7)
    assert [y for _, y in stored] == pytest.approx(walk.lat.tolist(), abs=1.1e-7)
    assert conn.execute(text("SELECT detail ->> 'datum' FROM import_run")).scalar_one() == "bd09"


def test_progress_tells_of_every_byte(conn: Connection, tmp_path: Path) -> None:
    hire(conn, grid=None)
    path = csv(tmp_path, lines_of(at(MONDAY, 9), 1000))
    told: list[int] = []
    import_tracks(conn, TrackFile(path, "W1"), tz=SHANGHAI, now=NOW, actor="test", progress=told.append)
    assert sum(told) == path.stat().st_size
