"""The way back: sealed days from files of the archive, into their table or into that of fixes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

import numpy as np
from psycopg.types.range import TimestamptzRange

from gis_grid.grids import service as grids
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import BadInput, NotFound
from gis_grid.ledger import service as ledger
from gis_grid.tracks import service
from gis_grid.tracks.rows import sorted_once
from gis_grid.tracks.sealed import archive_file, hot_store, store
from gis_grid.tracks.sealed.archive import NOWHERE
from gis_grid.tracks.sealed.chain import content_of, digest_of_all, link
from gis_grid.tracks.sealed.seal import seal_rows, span_of
from gis_grid.tracks.store.changes import add_touched_days, lock_days

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from sqlalchemy import Connection, Engine

    from gis_grid.tracks.sealed.archive_file import Archived
    from gis_grid.tracks.sealed.store import DayRow

    Progress = Callable[[int, int, int], None]


_AT_ONCE: Final = 128


class Into(StrEnum):
    """Where days go: as rows of their own, or into the table of fixes as they came."""

    SEALED = "sealed"
    HOT = "hot"


@dataclass(slots=True)
class Restoring:
    """What a run did: files read, worker-days and fixes put back, days that were there, workers made anew."""

    files: int = 0
    days: int = 0
    fixes: int = 0
    there: int = 0
    made: list[str] = field(default_factory=list)


class _Checked(NamedTuple):
    """A day of a file that is what was sealed, and whether it has a row."""

    day: Archived
    there: bool
    rows: NDArray[np.void]


def restore(
    engine: Engine,
    folder: Path,
    first: date,
    last: date,
    *,
    now: datetime,
    workers: Sequence[str] | None = None,
    into: Into = Into.SEALED,
    actor: str = "gis-grid",
    stopping: Callable[[], bool] = lambda: False,
    progress: Progress | None = None,
) -> Restoring:
    """Bring back the days of a period, both ends included, file by file, each in a transaction of its own.

    Every day is held against the digest in its file, and against its row where there is one. Workers and
    devices are found by their codes, and made when the database does not know them.

    Parameters
    ----------
    workers
        Codes; ``None``: all.
    progress
        Told of worker-days done, all of them, and fixes.

    Raises
    ------
    NotFound
        When no file has such a day.
    BadInput
        When a file cannot be read, or is not what was written; nothing of it is put back.
    """
    wanted = None if workers is None else set(workers)
    found = [
        (path, days)
        for path in files_between(folder, first, last)
        if (days := [day for day in archive_file.read_days(path) if wanted is None or day.worker in wanted])
    ]
    if not found:
        who = "" if wanted is None else f" of {', '.join(sorted(wanted))}"
        raise NotFound("The archive has no such day", f"{first} to {last}{who}, in {folder}")
    total = sum(len(days) for _, days in found)
    done = Restoring()
    for path, days in found:
        if stopping():
            break
        with transaction(engine) as conn:
            fixes = _restore_file(conn, path, days, into, done, now=now, actor=actor)
        done.files += 1
        done.fixes += fixes
        if progress is not None:
            progress(len(days), total, fixes)
    return done


def files_between(folder: Path, first: date, last: date) -> list[Path]:
    """Return the files of an archive with days of a period, oldest first."""
    found = []
    for path in sorted(folder.glob("date=*/area=*/*.parquet")):
        day = path.parent.parent.name.removeprefix("date=")
        try:
            if first <= date.fromisoformat(day) <= last:
                found.append(path)
        except ValueError:
            raise BadInput("The archive has a folder that is no date", str(path)) from None
    return found


def _restore_file(
    conn: Connection,
    path: Path,
    days: Sequence[Archived],
    into: Into,
    done: Restoring,
    *,
    now: datetime,
    actor: str,
) -> int:
    """Put back days of a file; return how many fixes were put back."""
    lock_days(conn)
    workers = _ensure_workers(conn, [day.worker for day in days], done)
    devices = store.ensure_devices(conn, sorted(archive_file.devices_in(path)))
    checked = _checked(conn, path, days, workers, devices)
    put = _into_hot if into is Into.HOT else _into_sealed
    area = unquote(path.parent.name.removeprefix("area="))
    fixes = 0
    while part := list(islice(checked, _AT_ONCE)):
        fixes += put(conn, part, None if area == NOWHERE else area, done, now=now, actor=actor)
    return fixes


def _checked(
    conn: Connection,
    path: Path,
    days: Sequence[Archived],
    workers: Mapping[str, int],
    devices: Mapping[str, int],
) -> Iterator[_Checked]:
    """Yield the days of a file, each held against its digest, and against its row where there is one."""
    told = {day.worker: day for day in days}
    codes = {number: code for code, number in devices.items()}
    date_ = date.fromisoformat(days[0].date)
    there = store.digests(conn, date_, list(workers.values()))
    for worker, rows in archive_file.read_rows(path, devices, set(told)):
        day = told.pop(worker, None)
        content = content_of(rows, worker, date_, codes)
        if day is None or content.hex() != day.content or len(rows) != day.fixes:
            raise _changed(path, worker, date_)
        row = there.get(workers[worker])
        if row is not None and link(row.previous, content) != row.digest:
            if day.revision < row.revision:
                what = (
                    f"{worker} {date_} was sealed anew: {day.revision} is there, {row.revision} is the last"
                )
                raise BadInput("The archive file is older than the database", f"{path}: {what}")
            raise _changed(path, worker, date_)
        rows["worker_id"] = workers[worker]
        yield _Checked(day, row is not None, sorted_once(rows))
    if told:
        raise _changed(path, min(told), date_)


def _into_sealed(
    conn: Connection,
    days: Sequence[_Checked],
    area: str | None,
    done: Restoring,
    *,
    now: datetime,
    actor: str,
) -> int:
    """Chain days that have no row to what their workers have; return how many fixes are in them."""
    missing = [one for one in days if not one.there]
    done.there += len(days) - len(missing)
    workers = [int(one.rows["worker_id"][0]) for one in missing]
    sealed, _ = seal_rows(
        conn,
        [
            (None, worker, date.fromisoformat(one.day.date), _during(one.day), one.rows)
            for worker, one in zip(workers, missing, strict=True)
        ],
        now=now,
        areas={} if area is None else dict.fromkeys(workers, area),
        actor=actor,
    )
    _mark_hot(conn, sealed)
    done.days += len(sealed)
    return sum(row.fixes for row in sealed)


def _mark_hot(conn: Connection, days: Sequence[DayRow]) -> None:
    """Mark days of which the table of fixes has some too: they are read from both, and judged anew."""
    hot = hot_store.hot_rows(conn, [(day.worker_id, *span_of(day)) for day in days])
    marked = [(day.worker_id, day.local_date) for day, rows in zip(days, list(hot), strict=True) if len(rows)]
    if marked:
        workers, dates = zip(*marked, strict=True)
        add_touched_days(conn, np.array(workers, np.int64), np.array(dates, "M8[D]"))


def _into_hot(
    conn: Connection,
    days: Sequence[_Checked],
    _area: str | None,
    done: Restoring,
    *,
    now: datetime,
    actor: str,
) -> int:
    """Put fixes back into their table; return how many were not there."""
    stored = service.store_rows(conn, np.concatenate([one.rows for one in days]))
    added = sum(count for _, count in stored)
    done.days += len(days)
    digest = digest_of_all(bytes.fromhex(one.day.digest) for one in days)
    detail = {"days": len(days), "fixes": added, "digest": digest}
    ledger.record(conn, now, actor, "restore", f"day:{days[0].day.date}", detail)
    return added


def _during(day: Archived) -> TimestamptzRange:
    return TimestamptzRange(datetime.fromisoformat(day.start), datetime.fromisoformat(day.end))


def _ensure_workers(conn: Connection, codes: Sequence[str], done: Restoring) -> dict[str, int]:
    """Return ids by code; a worker of whom nothing is known but the code is named by it."""
    ids = grids.worker_ids(conn, codes)
    unknown = [code for code in codes if code not in ids]
    if unknown:
        ids |= grids.add_workers(conn, [(code, code) for code in unknown])
        done.made += unknown
    return {code: ids[code] for code in codes}


def _changed(path: Path, worker: str, day: date) -> BadInput:
    return BadInput("The archive file was changed", f"{path}: {worker} {day} is not what was sealed")
