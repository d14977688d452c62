"""The archive: sealed days as files, from which they come back when the database does not have them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from gis_grid.kit.database import transaction
from gis_grid.ledger import service as ledger
from gis_grid.tracks.sealed import codec, store
from gis_grid.tracks.sealed.archive_file import Archived, writing
from gis_grid.tracks.sealed.chain import content_of, digest_of_all
from gis_grid.tracks.sealed.drop import drop_due
from gis_grid.tracks.sealed.seal import span_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from sqlalchemy import Connection, Engine, Row

    Progress = Callable[[int, int, int], None]

NOWHERE: Final = "__HIVE_DEFAULT_PARTITION__"
"""How folders of partitions say that there is none; readers know it."""


@dataclass(slots=True)
class Archiving:
    """What a run did: files, worker-days and fixes in them, weeks dropped, old weeks kept and why."""

    files: int = 0
    days: int = 0
    fixes: int = 0
    dropped: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)


def archive_due(
    engine: Engine,
    folder: Path,
    *,
    now: datetime,
    hot_days: int | None,
    until: date | None = None,
    actor: str = "gis-grid",
    stopping: Callable[[], bool] = lambda: False,
    progress: Progress | None = None,
) -> Archiving:
    """Write every sealed day that is not in the archive yet, then drop old weeks of fixes that are.

    A file holds a date and an area, whole: where a day was sealed anew, the file takes the place of the one
    before. Killed at any time, the next run goes on.

    Parameters
    ----------
    folder
        Of the archive; made when it is not there.
    hot_days
        Age in days from which a week of fixes is dropped; ``None``: none is.
    until
        Last local day; ``None``: all.
    progress
        Told of worker-days done, all of them, and fixes.
    """
    done = Archiving()
    files = due(engine, until=until)
    total = sum(row.days for row in files)
    for row in files:
        if stopping():
            return done
        with transaction(engine) as conn:
            days, fixes = _write(conn, folder, (row.local_date, row.area), now, actor)
        done.files, done.days, done.fixes = done.files + 1, done.days + days, done.fixes + fixes
        if progress is not None:
            progress(row.days, total, fixes)
    if hot_days is not None:
        done.dropped, done.kept = drop_due(engine, now=now, hot_days=hot_days, actor=actor, stopping=stopping)
    return done


def due(engine: Engine, *, until: date | None = None) -> Sequence[Row[Any]]:
    """Return (local_date, area, days, fixes) of files to be written, with how much in them is new."""
    with transaction(engine) as conn:
        return store.unarchived(conn, until)


def file_of(folder: Path, day: date, area: str | None) -> Path:
    """Return where a date and area is in an archive."""
    return (
        folder
        / f"date={day}"
        / f"area={NOWHERE if area is None else quote(area, safe='')}"
        / "part-0.parquet"
    )


def _write(
    conn: Connection, folder: Path, part: tuple[date, str | None], now: datetime, actor: str
) -> tuple[int, int]:
    """Write one file and record it; return how many worker-days and fixes are in it."""
    store.lock_archive(conn)
    day, area = part
    devices = store.device_codes(conn)
    ids = []
    path = file_of(folder, day, area)
    with writing(path) as writer:
        for row in store.days_of(conn, day, area):
            rows = codec.unpack(row.geom, row.rest, row.worker_id)
            start, end = span_of(row)
            archived = Archived(
                worker=row.worker,
                date=day.isoformat(),
                revision=row.revision,
                fixes=row.fixes,
                start=start.isoformat(),
                end=end.isoformat(),
                sealed_at=row.sealed_at.isoformat(),
                content=content_of(rows, row.worker, day, devices).hex(),
                digest=row.digest.hex(),
                previous=None if row.previous is None else row.previous.hex(),
            )
            writer.add(archived, rows, devices)
            ids.append(row.id)
        writer.finish(day.isoformat(), area)
    store.set_archived(conn, ids, now)
    fixes = sum(one.fixes for one in writer.days)
    detail = {
        "days": len(ids),
        "fixes": fixes,
        "digest": digest_of_all(bytes.fromhex(one.digest) for one in writer.days),
    }
    ledger.record(
        conn, now, actor, "archive", f"day:{day}", detail if area is None else detail | {"area": area}
    )
    return len(ids), fixes
