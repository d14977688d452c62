"""Which moments of many workers lie within duty, and duty that tracking itself makes known."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gis_grid.core.rules.calendar import local_date
from gis_grid.tracks import service
from gis_grid.tracks.intake import store
from gis_grid.tracks.intake.group import DutyBy
from gis_grid.tracks.intake.spans import holding
from gis_grid.tracks.sessions import LONGEST_DUTY, SESSION_GAP_MS

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.tracks.intake.group import Policy
    from gis_grid.tracks.intake.store import Spans
    from gis_grid.tracks.sessions import Span


_DAY: Final = np.timedelta64(1, "D")
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
_DAY_BITS: Final = 22


def off_duty(
    conn: Connection, worker_ids: NDArray[np.int64], t_ms: NDArray[np.int64], policy: Policy
) -> NDArray[np.bool_]:
    """Say which moments lie outside duty.

    Where tracking makes duty known, the moments of days without a sign-in are declared to be duty.
    """
    order = np.lexsort((t_ms, worker_ids))
    workers, first = np.unique(worker_ids[order], return_index=True)
    last = np.append(first[1:], len(order)) - 1
    begins, ends = t_ms[order][first].astype("M8[ms]"), t_ms[order][last].astype("M8[ms]")
    if policy.duty_by is DutyBy.SIGN_IN:
        return holding(worker_ids, t_ms, *_signed_in(conn, workers, begins, ends)) < 0
    service.lock_workers(conn, workers.tolist())
    spans = _signed_in(conn, workers, begins - _DAY, ends + _DAY)
    off = holding(worker_ids, t_ms, *spans) < 0
    undeclared = off & ~_on_signed_days(worker_ids, t_ms, spans, policy.tz)
    service.declare_duties(conn, _sessions(worker_ids[undeclared], t_ms[undeclared]))
    return off & ~undeclared


def _signed_in(
    conn: Connection,
    workers: NDArray[np.int64],
    firsts: NDArray[Any],
    lasts: NDArray[Any],
) -> Spans:
    return store.signed_in(conn, workers, firsts.astype("M8[us]"), lasts.astype("M8[us]"), LONGEST_DUTY)


def _on_signed_days(
    worker_ids: NDArray[np.int64], t_ms: NDArray[np.int64], spans: Spans, tz: ZoneInfo
) -> NDArray[np.bool_]:
    """Say which moments are of a local date on which their worker signed in."""
    signed = {
        (worker_id, day)
        for worker_id, start, end in zip(*spans, strict=True)
        for day in range(local_date(start, tz).toordinal(), local_date(end - 1, tz).toordinal() + 1)
    }
    known = np.array(sorted(signed), np.int64).reshape(-1, 2)
    days = service.local_days(t_ms, tz).astype(np.int64) + _EPOCH_ORDINAL
    return np.isin(worker_ids << _DAY_BITS | days, known[:, 0] << _DAY_BITS | known[:, 1])


def _sessions(worker_ids: NDArray[np.int64], t_ms: NDArray[np.int64]) -> dict[int, list[Span]]:
    """Return each worker's time from first to last moment, split at every longer silence."""
    if not len(t_ms):
        return {}
    order = np.lexsort((t_ms, worker_ids))
    workers, times = worker_ids[order], t_ms[order]
    ends = np.flatnonzero((np.diff(workers) != 0) | (np.diff(times) > SESSION_GAP_MS))
    starts, ends = np.append(0, ends + 1), np.append(ends, len(times) - 1)
    found: dict[int, list[Span]] = {}
    columns = (workers[starts].tolist(), times[starts].tolist(), times[ends].tolist())
    for worker_id, start, end in zip(*columns, strict=True):
        found.setdefault(worker_id, []).append((start, end))
    return found
