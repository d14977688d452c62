"""Sealed days go into GeoParquet files, weeks of fixes go, and everything comes back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text
from test_sealed_days import THURSDAY, engine, fill, stored  # noqa: F401
from walking_ground import SHANGHAI

from gis_grid.kit.database import transaction
from gis_grid.tracks import reading
from gis_grid.tracks.sealed.archive import archive_due
from gis_grid.tracks.sealed.seal import seal_due

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine

NEXT_YEAR = THURSDAY + timedelta(days=365)


def weeks(conn: Connection) -> list[str]:
    return list(
        conn.execute(
            text(
                "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'fix'::regclass ORDER BY 1"
            )
        ).scalars()
    )


def test_a_day_is_sealed_archived_and_its_week_dropped(engine: Engine, tmp_path: Path) -> None:  # noqa: F811
    with transaction(engine) as conn:
        worker = fill(conn)
        before = stored(conn, worker)
    seal_due(engine, now=THURSDAY, tz=SHANGHAI)
    folder = tmp_path / "archive"
    done = archive_due(engine, folder, now=THURSDAY, hot_days=60)
    assert (done.files, done.days, done.fixes, done.dropped) == (1, 2, 370, [])
    done = archive_due(engine, folder, now=NEXT_YEAR, hot_days=60)
    assert (done.files, done.dropped, done.kept) == (0, ["fix_2026w45"], {})
    with transaction(engine) as conn:
        assert weeks(conn) == []
        (rows,) = reading.rows_of(conn, worker)
        assert rows.tobytes() == before.tobytes()
