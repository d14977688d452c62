"""A track file into PostGIS: decode, check, store, declare duty, write down what was done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from gis_grid.core import CoreError, Datum, RecordingSpans, local_moment
from gis_grid.core.rules.calendar import instant_ms
from gis_grid.grids import service as grids
from gis_grid.kit.errors import BadInput, NotFound, RowError
from gis_grid.ledger import service as ledger
from gis_grid.tracks import service, sessions
from gis_grid.tracks.decoders import decode
from gis_grid.tracks.one_person import OnePerson
from gis_grid.tracks.source_file import SourceFile, opened
from gis_grid.tracks.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.core import Fixes
    from gis_grid.tracks.decoders import TrackBlock
    from gis_grid.tracks.sessions import Span

_UTC: Final = ZoneInfo("UTC")
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""No phone had a receiver before."""


@dataclass(frozen=True, slots=True)
class TrackFile:
    """What to import, and for whom.

    Parameters
    ----------
    worker
        Code of the worker that all rows belong to.
    device
        Code of the device; by default one that stands for the worker's files.
    grid
        Code of a grid to assign the worker to from the first fix on.
    create
        Make the worker when the code is not known.
    only_user
        In a file of several people: take only the rows of this one.
    skip_bad_rows
        Take the good rows of a file with broken ones; by default such a file is refused whole.
    datum
        What the positions mean; they are stored as WGS 84.
    """

    path: Path
    worker: str
    device: str | None = None
    grid: str | None = None
    create: bool = False
    only_user: str | None = None
    skip_bad_rows: bool = False
    datum: Datum = Datum.WGS84


@dataclass(slots=True)
class TracksImported(Tally):
    """What an import came to.

    Attributes
    ----------
    duty
        Spans that were declared as duty, epoch milliseconds.
    """

    worker: str
    duty: list[Span] = field(default_factory=list)


def import_tracks(
    conn: Connection,
    file: TrackFile,
    *,
    tz: ZoneInfo,
    now: datetime,
    actor: str,
    progress: Callable[[int], None] | None = None,
) -> TracksImported:
    """Import a track of any known format; memory stays flat whatever the file's size.

    The time of the fixes is declared as duty, split where the source is silent for over 15 min; on local
    dates with sign-ins those decide instead, and fixes outside them are dropped and counted.

    Parameters
    ----------
    tz
        Zone of times that name none, and of local dates.
    progress
        Called with the bytes read since the last call.

    Raises
    ------
    NotFound
        When the worker is not known and is not to be created.
    BadInput
        When the file cannot be read, has no fix, or has broken rows; nothing is to be committed then.
    """
    with opened(file.path, progress) as source:
        return _import(conn, file, source, tz=tz, now=now, actor=actor)


def _import(
    conn: Connection, file: TrackFile, source: SourceFile, *, tz: ZoneInfo, now: datetime, actor: str
) -> TracksImported:
    worker_id = _worker(conn, file)
    service.lock_worker(conn, worker_id)
    device_id = service.ensure_device(conn, file.device or f"files-of-{file.worker}", worker_id)
    done = TracksImported(file.worker)
    off_duty: Counter[date] = Counter()
    recordings = RecordingSpans()
    for fixes in _good_fixes(file, source, done, tz, now):
        recordings.add(fixes)
        admitted = service.admit(conn, worker_id, fixes.t_ms, tz)
        kept = fixes.take(admitted.stored)
        added = service.store_fixes(conn, worker_id, device_id, kept, now)
        if added:
            service.touch(conn, np.full(len(kept), worker_id), kept.t_ms, tz)
        done.added += added
        done.duty = sessions.merged([*done.duty, *sessions.spans_of(fixes.t_ms[admitted.undeclared])])
        off_duty += service.per_local_date(fixes.t_ms[~admitted.stored], tz)
    done.off_duty = off_duty.total()
    done.overlapping = recordings.overlapping()
    _refuse_if_unusable(file, done)
    service.declare_duty(conn, worker_id, done.duty)
    if file.grid is not None and done.duty:
        _assign(conn, file.worker, worker_id, file.grid, done.duty)
    if not ledger.imported_before(conn, "tracks", source.sha256, worker=file.worker):
        service.count_off_duty(conn, worker_id, off_duty)
    ledger.record_import(conn, now, actor, _import_run(file, source, done))
    return done


def _worker(conn: Connection, file: TrackFile) -> int:
    ids = grids.worker_ids(conn, [file.worker])
    if file.worker not in ids and file.create:
        ids = grids.add_workers(conn, [(file.worker, file.worker)])
    if file.worker not in ids:
        raise NotFound("No such worker", f"{file.worker!r}; add --create to make one")
    return ids[file.worker]


def _good_fixes(
    file: TrackFile, source: SourceFile, done: TracksImported, tz: ZoneInfo, now: datetime
) -> Iterator[Fixes]:
    """Yield the usable fixes of the file, block by block, and tally the rest.

    After a broken row of a file that is to be refused, the rest is read only to tell of every broken row.
    """
    person = OnePerson(file.only_user, option="--only-user", where=str(file.path))
    for block in _blocks(file, source, tz):
        done.take(block)
        in_time = _in_time(block, person.of(block), done, now)
        done.read += int(np.count_nonzero(in_time))
        if file.skip_bad_rows or not done.left_out:
            yield block.fixes.take(in_time).read_as(file.datum)


def _blocks(file: TrackFile, source: SourceFile, tz: ZoneInfo) -> Iterator[TrackBlock]:
    """Decode; what makes a file unreadable is bad input."""
    try:
        yield from decode(file.path.name, source, zone=tz, file=source.stream)
    except CoreError as error:
        raise BadInput("The track file cannot be read", error.message, where=str(file.path)) from error


def _in_time(
    block: TrackBlock, wanted: NDArray[np.bool_], done: TracksImported, now: datetime
) -> NDArray[np.bool_]:
    """Leave out the rows of wrong clocks."""
    latest = now + service.MAX_AHEAD
    t_ms = block.fixes.t_ms
    wrong = wanted & ((t_ms < instant_ms(EARLIEST)) | (t_ms > instant_ms(latest)))
    expected = f"expected a time between {EARLIEST:%Y-%m-%d} and {latest:%Y-%m-%d %H:%M} UTC"
    done.leave_out(
        [
            RowError(int(block.rows[at]), "time", local_moment(int(t_ms[at]), _UTC).isoformat(), expected)
            for at in np.flatnonzero(wrong)
        ]
    )
    return wanted & ~wrong


def _refuse_if_unusable(file: TrackFile, done: TracksImported) -> None:
    if done.left_out and not file.skip_bad_rows:
        rows = f"{done.left_out} broken row{'s' if done.left_out > 1 else ''}, nothing imported"
        raise BadInput(
            "The track file has broken rows",
            f"{rows}; --skip-bad-rows takes the others",
            where=str(file.path),
            errors=done.errors,
        )
    if not done.read:
        raise BadInput(
            "The track file has no fix to import",
            f"{done.left_out} rows left out",
            where=str(file.path),
            errors=done.errors,
        )


def _assign(conn: Connection, worker: str, worker_id: int, grid: str, duty: list[Span]) -> None:
    """Assign the worker to the grid from the first fix on, unless it is so already."""
    first, last = local_moment(duty[0][0], _UTC), local_moment(duty[-1][1], _UTC)
    in_force = grids.boundaries_of(conn, [worker_id], first, last + timedelta(milliseconds=1))[worker_id]
    if not in_force or any(boundary.grid_code != grid for boundary in in_force):
        grids.assign(conn, [(worker, grid, first, None)])


def _import_run(file: TrackFile, source: SourceFile, done: TracksImported) -> ledger.ImportRun:
    detail = {
        "worker": done.worker,
        "datum": file.datum.value,
        "added": done.added,
        "off_duty": done.off_duty,
        "without_zone": done.without_zone,
        "untimed": done.untimed,
        "overlapping": done.overlapping,
    }
    return ledger.ImportRun("tracks", source.name, source.sha256, done.read, done.left_out, detail)
