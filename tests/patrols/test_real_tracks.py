"""Published tracks, judged against polygons drawn by hand around part of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import shapely
from sqlalchemy import text
from walking_ground import hire, publish

from gis_grid.core import Boundary, Fixes, time_inside
from gis_grid.patrols import service
from gis_grid.tracks import service as tracks
from gis_grid.tracks.import_file import TrackFile, import_tracks

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, RowMapping

NOW = datetime(2026, 11, 20, tzinfo=UTC)
EVER = (datetime(1990, 1, 1, tzinfo=UTC), NOW)


def judged_days(
    conn: Connection, file: Path, zone: str, outline: shapely.Geometry
) -> tuple[Fixes, list[RowMapping]]:
    """Import a file for a worker of a grid, judge all its weeks, and return its fixes and day verdicts."""
    tz = ZoneInfo(zone)
    publish(conn, "drawn", outline, EVER[0])
    worker = hire(conn, "walker", "drawn", EVER[0])
    import_tracks(conn, TrackFile(file, "walker"), tz=tz, now=NOW, actor="test")
    fixes = tracks.fixes_of(conn, [worker], *EVER)[worker]
    first, last = (
        datetime.fromtimestamp(int(t) / 1000, tz).date() for t in (fixes.t_ms.min(), fixes.t_ms.max())
    )
    summary = service.judge(conn, start=first, end=last, tz=tz, now=NOW)
    assert summary.written >= 1
    days = conn.execute(text("SELECT * FROM day_verdict WHERE known_s > 0 ORDER BY local_date"))
    return fixes, list(days.mappings())


def total(days: list[RowMapping], column: str) -> float:
    return float(sum(day[column] for day in days))


@pytest.mark.parametrize(
    ("name", "zone", "box"),
    [
        ("togeojson_run.gpx", "America/New_York", (-77.0195, 38.925, -77.010, 38.935)),
        ("trackintel_gpsies_trajectory.csv", "Europe/Zurich", (8.540, 47.370, 8.556, 47.380)),
        ("trackintel_google_trajectory.csv", "Europe/Zurich", (8.540, 47.374, 8.556, 47.380)),
        ("trackintel_posmo_trajectory.csv", "Europe/Zurich", (6.60, 46.50, 6.66, 46.54)),
        ("gpxpy_cerknicko-jezero.gpx", "Europe/Ljubljana", (14.35, 45.76, 14.37, 45.78)),
        ("togeojson_blue_hills.gpx", "America/New_York", (-71.11, 42.20, -71.08, 42.22)),
    ],
)
def test_the_rows_agree_with_the_core_on_the_same_file(
    conn: Connection, shared_data: Path, name: str, zone: str, box: tuple[float, float, float, float]
) -> None:
    outline = shapely.box(*box)
    fixes, days = judged_days(conn, shared_data / "traces" / name, zone, outline)
    expected = time_inside(fixes, Boundary.of(outline))
    assert 0 < expected.best_s < expected.known_s, "the polygon is drawn to cut the track"
    for column in ("lower_s", "best_s", "upper_s", "known_s"):
        assert total(days, column) == pytest.approx(getattr(expected, column), abs=0.01), column


def test_a_run_inside_a_polygon_around_it_counts_from_its_first_to_its_last_fix(
    conn: Connection, shared_data: Path
) -> None:
    around = shapely.box(-77.10, 38.85, -76.95, 39.00)
    fixes, (day,) = judged_days(
        conn, shared_data / "traces" / "togeojson_run.gpx", "America/New_York", around
    )
    seconds = int(fixes.t_ms[-1] - fixes.t_ms[0]) / 1000
    assert day["local_date"] == date(2012, 10, 24)
    assert day["best_s"] + day["unknown_s"] == pytest.approx(seconds, abs=0.01)
    assert verdict(day)["outcome"] == "short"


def test_accuracy_of_the_file_opens_bounds_around_the_best(conn: Connection, shared_data: Path) -> None:
    """A border through the middle of fixes of 16-48 m accuracy leaves time uncertain."""
    fixes, days = judged_days(
        conn,
        shared_data / "traces" / "trackintel_posmo_trajectory.csv",
        "Europe/Zurich",
        shapely.box(6.60, 46.50, 6.627, 46.54),
    )
    assert (fixes.accuracy_m > 0).any()
    assert total(days, "lower_s") < total(days, "best_s") < total(days, "upper_s")


def test_time_between_two_recordings_of_a_gpx_is_not_bridged(conn: Connection, shared_data: Path) -> None:
    around = shapely.box(14.2, 45.7, 14.5, 45.9)
    fixes, days = judged_days(
        conn, shared_data / "traces" / "gpxpy_cerknicko-jezero.gpx", "Europe/Ljubljana", around
    )
    one_recording = Fixes.of(fixes.t_ms, fixes.lon, fixes.lat)
    bridged = time_inside(one_recording, Boundary.of(around)).known_s
    assert total(days, "known_s") < bridged


def verdict(day: RowMapping) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in day["verdicts"] if one["rule"] == "BASE-3")
    return found
