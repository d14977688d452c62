"""Tracks of workers: devices, duty sessions, fixes in and out."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from psycopg.types.range import TimestamptzRange
from sqlalchemy.exc import IntegrityError

from gis_grid.core.geometry.datum import Datum
from gis_grid.core.rules.calendar import day_span_ms, local_date
from gis_grid.core.rules.work import Duty, DutyKind
from gis_grid.core.track.arrival import arrivals_of, messages_of
from gis_grid.kit.errors import BadInput, Conflict
from gis_grid.tracks import reading, sessions
from gis_grid.tracks.partitions import ensure_partitions, mondays_of, partition_of
from gis_grid.tracks.rows import KEY, ROW, blank_rows, sorted_once
from gis_grid.tracks.store import changes as change_store
from gis_grid.tracks.store import devices as device_store
from gis_grid.tracks.store import duty as duty_store
from gis_grid.tracks.store import fixes as fix_store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray
    from sqlalchemy import Connection, Row

    from gis_grid.core import Fixes
    from gis_grid.tracks.sessions import Span

MAX_AHEAD: Final = timedelta(hours=24)
"""A fix further ahead of the server's clock comes from a wrong clock."""

_QUARTER_MS: Final = 15 * 60 * 1000
"""Local dates change at whole quarters of an hour in every zone: one instant of each tells the date."""

_DAY_BITS: Final = 20
_FIRST_DAYS: Final = 1
"""In the west 1970 begins while it is 1969."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def lock_worker(conn: Connection, worker_id: int) -> None:
    """Keep other imports of this worker waiting until the transaction ends."""
    duty_store.lock_workers(conn, [worker_id])


def lock_workers(conn: Connection, worker_ids: Sequence[int]) -> None:
    """Keep other writers of these workers' duty waiting until the transaction ends."""
    duty_store.lock_workers(conn, worker_ids)


def ensure_device(conn: Connection, code: str, worker_id: int) -> int:
    """Return the id of a worker's device, made when it is not known yet; its positions are WGS 84.

    Raises
    ------
    Conflict
        When the device belongs to another worker.
    """
    made = device_store.add(conn, code, Datum.WGS84, None, worker_id)
    if made is not None:
        return made
    found = device_store.find(conn, code)
    assert found is not None
    if found.worker_id != worker_id:
        raise Conflict("The device belongs to another worker", f"device {code!r}; name another with --device")
    return int(found.id)


def store_fixes(conn: Connection, worker_id: int, device_id: int, fixes: Fixes, received_at: datetime) -> int:
    """Store fixes and return how many were new; one that is already stored changes nothing.

    Raises
    ------
    BadInput
        When a fix is more than a day ahead of `received_at`.
    """
    if not len(fixes):
        return 0
    last = _moment(int(fixes.t_ms.max()))
    if last > received_at + MAX_AHEAD:
        raise BadInput(
            "A fix lies in the future", f"{last.isoformat()}, received at {received_at.isoformat()}"
        )
    rows = blank_rows(len(fixes))
    rows["device_id"], rows["worker_id"] = device_id, worker_id
    rows["received_at"] = np.datetime64(received_at.astimezone(UTC).replace(tzinfo=None), "us")
    rows["t"] = fixes.t_ms.astype("M8[ms]")
    rows["track_part"] = fixes.segment
    for name in ("lon", "lat", "accuracy_m", "speed_mps", "heading_deg", "altitude_m", "mock"):
        rows[name] = getattr(fixes, name)
    return sum(added for _, added in store_rows(conn, rows))


def store_rows(conn: Connection, rows: NDArray[np.void]) -> list[tuple[NDArray[np.void], int]]:
    """Store fixes of many devices; the one way in. Of rows with one key the first is kept.

    Returns
    -------
    list of (rows, int)
        The rows of each week, and how many of them were new.
    """
    if not len(rows):
        return []
    once = sorted_once(rows, KEY)
    t_ms = once["t"].astype("M8[ms]").astype(np.int64)
    ensure_partitions(conn, t_ms)
    mondays = mondays_of(t_ms)
    stored = []
    for monday in np.unique(mondays).tolist():
        week = once[mondays == monday]
        columns = {name: week[name] for name in ROW.names or ()}
        stored.append((week, fix_store.add_fixes(conn, partition_of(monday), columns)))
    return stored


def touch(
    conn: Connection, worker_ids: NDArray[np.int64], t_ms: NDArray[np.int64], tz: ZoneInfo
) -> list[tuple[int, date]]:
    """Mark the local dates of new fixes, each worker's, and return them: they are to be judged again."""
    pairs, _ = _per_worker_and_date(worker_ids, t_ms, tz)
    change_store.add_touched_days(conn, pairs["worker_id"], pairs["local_date"])
    marked: list[tuple[int, date]] = pairs.tolist()
    return marked


def touch_by_messages(
    conn: Connection, rows: NDArray[np.void], message: NDArray[np.int32], tz: ZoneInfo
) -> list[tuple[int, date]]:
    """Mark days like `touch`, and with them how the messages of phones came that `rows` are of.

    A message counts on the day of its newest fix, for each worker of whom it tells.
    """
    t_ms, received_ms = (rows[name].astype("M8[ms]").astype(np.int64) for name in ("t", "received_at"))
    pairs, _ = _per_worker_and_date(rows["worker_id"], t_ms, tz)
    messages = messages_of(rows["worker_id"], message, t_ms, received_ms, rows["accuracy_m"])
    own = np.empty(len(messages.newest), pairs.dtype)
    own["worker_id"] = rows["worker_id"][messages.newest]
    own["local_date"] = local_days(t_ms[messages.newest], tz)
    arrivals = arrivals_of(messages, np.searchsorted(pairs, own), len(pairs))
    change_store.add_arrivals(conn, pairs["worker_id"], pairs["local_date"], arrivals)
    marked: list[tuple[int, date]] = pairs.tolist()
    return marked


def store_walk(
    conn: Connection,
    *,
    worker_id: int,
    device_id: int,
    fixes: Fixes,
    received_at: datetime,
    duties: Sequence[tuple[datetime, datetime]],
) -> int:
    """Store walks with the sign-in and sign-out times around them; return how many fixes were new.

    Fixes outside `duties` are for the caller to leave out.
    """
    sign_in(conn, worker_id, duties)
    return store_fixes(conn, worker_id, device_id, fixes, received_at)


def sign_in(
    conn: Connection,
    worker_id: int,
    spans: Sequence[tuple[datetime, datetime | None]],
    kind: DutyKind = DutyKind.REGULAR,
) -> None:
    """Record duty sessions of a kind from sign-in to sign-out (``None``: still open), half-open.

    They take the place of imported duty that they touch.

    Raises
    ------
    Conflict
        When a session overlaps another one of the same worker, but is not the same.
    """
    try:
        during = [TimestamptzRange(start, end) for start, end in spans]
        workers = [worker_id] * len(during)
        duty_store.drop_imported_duties(conn, workers, during)
        with conn.begin_nested():
            duty_store.add_duties(conn, workers, during, "sign_in", kind)
    except IntegrityError as error:
        raise Conflict("Duty sessions overlap", str(error.orig).strip().replace("\n", "; ")) from error


def declare_duty(conn: Connection, worker_id: int, spans: Sequence[Span]) -> None:
    """Record the sessions that an import shows, like `declare_duties`."""
    declare_duties(conn, {worker_id: spans})


def declare_duties(conn: Connection, spans: Mapping[int, Sequence[Span]]) -> None:
    """Record sessions that nobody signed in for, joined with earlier ones such over gaps up to 15 min.

    The outcome does not depend on the order of imports.

    Parameters
    ----------
    spans
        Sorted and disjoint, by worker id.
    """
    given = {worker_id: list(of_worker) for worker_id, of_worker in spans.items() if of_worker}
    if not given:
        return
    begins = [_moment(of_worker[0][0]) for of_worker in given.values()]
    ends = [_moment(of_worker[-1][1]) for of_worker in given.values()]
    duty_store.end_forgotten(conn, list(given), ends, sessions.LONGEST_DUTY)
    margin = timedelta(milliseconds=sessions.SESSION_GAP_MS)
    known: dict[int, list[Span]] = defaultdict(list)
    for row in duty_store.duties_of(conn, list(given), min(begins) - margin, max(ends) + margin, "import"):
        known[row.worker_id].append((_millis(row.starts_at), _millis(row.ends_at)))
    # What is there already is left alone.
    joined = {worker_id: sessions.merged([*known[worker_id], *new]) for worker_id, new in given.items()}
    changed = {worker_id: merged for worker_id, merged in joined.items() if merged != known[worker_id]}
    workers = [worker_id for worker_id, merged in changed.items() for _ in merged]
    during = [
        TimestamptzRange(_moment(start), _moment(end), "[]")
        for merged in changed.values()
        for start, end in merged
    ]
    duty_store.drop_imported_duties(conn, workers, during)
    duty_store.add_duties(conn, workers, during, "import")


@dataclass(frozen=True, slots=True)
class Admission:
    """Which fixes may be stored, and which of those make duty known that nobody signed in for."""

    stored: NDArray[np.bool_]
    undeclared: NDArray[np.bool_]


def admit(conn: Connection, worker_id: int, t_ms: NDArray[np.int64], tz: ZoneInfo) -> Admission:
    """Decide by time alone: on a local date with a sign-in only what lies within a session is stored."""
    everything = np.ones(len(t_ms), np.bool_)
    if not len(t_ms):
        return Admission(everything, everything)
    day = timedelta(days=1)
    first, last = _moment(int(t_ms.min())), _moment(int(t_ms.max()))
    rows = duty_store.duties_of(conn, [worker_id], first - day, last + day, "sign_in")
    signed = [(_millis(row.starts_at), _millis(_end(row))) for row in rows]
    signed_days = sessions.merged((_whole_days(start, end, tz) for start, end in signed), gap_ms=0)
    undeclared = ~sessions.covered(t_ms, signed_days)
    return Admission(sessions.covered(t_ms, signed) | undeclared, undeclared)


def per_local_date(t_ms: NDArray[np.int64], tz: ZoneInfo) -> Counter[date]:
    """Count times by local date."""
    days, counts = np.unique(local_days(t_ms, tz), return_counts=True)
    return Counter(dict(zip(days.tolist(), counts.tolist(), strict=True)))


def local_days(t_ms: NDArray[np.int64], tz: ZoneInfo) -> NDArray[np.datetime64]:
    """Return the local date of each moment."""
    quarters, which = np.unique(t_ms // _QUARTER_MS, return_inverse=True)
    dates = [local_date(quarter * _QUARTER_MS, tz) for quarter in quarters.tolist()]
    return np.array(dates, "M8[D]")[which]


def count_off_duty(conn: Connection, worker_id: int, counts: Counter[date]) -> None:
    """Add to the number of fixes dropped per local date; their positions are kept nowhere."""
    dates = sorted(counts)
    duty_store.add_off_duty(
        conn,
        np.full(len(dates), worker_id),
        np.array(dates, "M8[D]"),
        np.array([counts[day] for day in dates], np.int64),
    )


def count_all_off_duty(
    conn: Connection, worker_ids: NDArray[np.int64], t_ms: NDArray[np.int64], tz: ZoneInfo
) -> None:
    """Add to the numbers of many workers at once."""
    pairs, counts = _per_worker_and_date(worker_ids, t_ms, tz)
    duty_store.add_off_duty(conn, pairs["worker_id"], pairs["local_date"], counts)


def _per_worker_and_date(
    worker_ids: NDArray[np.int64], t_ms: NDArray[np.int64], tz: ZoneInfo
) -> tuple[NDArray[np.void], NDArray[np.int64]]:
    """Return the pairs of worker and local date that occur, sorted, with their counts."""
    # One number a pair: numpy sorts records twenty times as slowly.
    days = local_days(t_ms, tz).astype("M8[D]").astype(np.int64) + _FIRST_DAYS
    both, counts = np.unique((worker_ids << _DAY_BITS) | days, return_counts=True)
    pairs = np.empty(len(both), [("worker_id", "i8"), ("local_date", "M8[D]")])
    pairs["worker_id"] = both >> _DAY_BITS
    pairs["local_date"] = ((both & ((1 << _DAY_BITS) - 1)) - _FIRST_DAYS).astype("M8[D]")
    return pairs, counts.astype(np.int64)


def fixes_of(conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, Fixes]:
    """Return each worker's fixes within [start, end), in one order whatever the order of arrival.

    A worker without a fix is left out.
    """
    return reading.fixes_of(conn, worker_ids, start, end)


def duties_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime, *, now: datetime
) -> dict[int, list[Span]]:
    """Return each worker's duty within or across [start, end), in ms.

    An open session ends `now`, and `LONGEST_DUTY` after it began.
    """
    found: dict[int, list[Span]] = {worker_id: [] for worker_id in worker_ids}
    for row in duty_store.duties_of(conn, worker_ids, start, end):
        span = (_millis(row.starts_at), _millis(_end(row, now)))
        if span[0] < _millis(end) and span[1] > _millis(start):
            found[row.worker_id].append(span)
    return found


def sessions_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime, *, now: datetime
) -> dict[int, list[Duty]]:
    """Return each worker's duty like `duties_of`, with its kind; none, no key."""
    found: dict[int, list[Duty]] = defaultdict(list)
    for row in duty_store.duties_of(conn, worker_ids, start, end):
        duty = Duty(_millis(row.starts_at), _millis(_end(row, now)), DutyKind(row.kind))
        if duty.start_ms < _millis(end) and duty.end_ms > _millis(start):
            found[row.worker_id].append(duty)
    return found


def holds_duty(conn: Connection) -> bool:
    """Say whether duty of anybody is recorded."""
    return duty_store.holds_duty(conn)


def _whole_days(start_ms: int, end_ms: int, tz: ZoneInfo) -> Span:
    """Return the local days that a span touches, as one span."""
    first, _ = day_span_ms(local_date(start_ms, tz), tz)
    _, last = day_span_ms(local_date(end_ms - 1, tz), tz)
    return first, last


def _end(duty: Row[Any], now: datetime | None = None) -> datetime:
    """Return until when a session counts."""
    if duty.ends_at is not None:
        return cast("datetime", duty.ends_at)
    longest: datetime = duty.starts_at + sessions.LONGEST_DUTY
    return longest if now is None else min(longest, now)


def _moment(t_ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=t_ms)


def _millis(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
