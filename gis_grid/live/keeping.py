"""What the engine knows between two ticks, and how it changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core import Fixes
from gis_grid.core.live.advancing import advance
from gis_grid.core.live.alerts import CALLING, Alerts, Called, Patience, call
from gis_grid.core.live.standing import Standing
from gis_grid.core.live.states import states
from gis_grid.core.rules.calendar import instant_ms
from gis_grid.live import writing
from gis_grid.live.cells import Cells
from gis_grid.live.ground import NO_CELLS, Outlines
from gis_grid.live.roster import Roster, digest_of, read_roster
from gis_grid.live.store import fixes as fix_store
from gis_grid.live.store import rows as row_store
from gis_grid.live.store import town as town_store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.kit.settings import Settings

_AHEAD_MS: Final = 120_000
"""A phone's clock is ahead of ours by so much at most; a later fix waits until its time has come."""

_WHOLE_DAYS: Final = 200
"""Of how many workers the day is counted anew in one tick: at the start, and of late fixes."""

_LOOK_BACK: Final = 200
"""A session of duty with a lower number may be committed later: so many are read again."""


@dataclass(slots=True)
class Kept:
    """The town as the engine sees it.

    `anew` are workers whose day is counted from its beginning; it is how everything begins. `counted` are
    the walkable and the covered cells of each grid, as long as the grids are the same.
    """

    settings: Settings
    roster: Roster
    outlines: Outlines
    standing: Standing
    alerts: Alerts
    cells: Cells
    told: NDArray[np.void]
    told_grids: NDArray[np.void]
    counted: NDArray[np.int32] | None = None
    anew: dict[int, None] = field(default_factory=dict)
    duty_seen: int = 0

    @classmethod
    def begin(cls, conn: Connection, settings: Settings, now: datetime) -> Kept:
        """Go on from what was written last; everybody's day is counted again in the next ticks."""
        outlines = Outlines()
        roster = read_roster(conn, outlines, settings, now)
        rows = writing.known_rows(row_store.known_workers(conn))
        known = _aligned(rows, roster.ids)
        alerts = Alerts.none(len(roster.ids))
        for row in row_store.open_alerts(conn):
            kind = [row_store.STATES[one.value] for one in CALLING].index(row.kind)
            for at in roster.rows_of([row.worker_id]):
                alerts.is_open[at, kind] = True
        standing = writing.taken_up(Standing.unseen(len(roster.ids)), known, roster.day.date)
        kept = cls(
            settings,
            roster,
            outlines,
            standing,
            alerts,
            Cells(),
            told=known,
            told_grids=np.zeros(0, writing.GRID),
        )
        kept.anew = dict.fromkeys(roster.ids.tolist())
        kept.duty_seen = town_store.last_duty(conn)
        return kept

    def read_again(self, conn: Connection, now: datetime) -> None:
        """Read who is to be where; on a new day all begins anew, and so does who has another ground."""
        before, self.roster = self.roster, read_roster(conn, self.outlines, self.settings, now)
        ids = self.roster.ids
        at = _positions(before.ids, ids)
        self.alerts, self.told = self.alerts.take(at), _aligned(self.told, ids)
        if not np.array_equal(before.ids, ids):
            self.told_grids = self.told_grids[:0]  # written anew, and with it who is let go
        if before.day != self.roster.day:
            late = before.ids[self.standing.seen_ms >= self.roster.day.read_from_ms]
            heard = self.standing.take(at).heard_ms
            self.standing = Standing.unseen(len(ids)).put(np.arange(len(ids)), heard_ms=heard)
            self.cells, self.anew, self.counted = Cells(), dict.fromkeys(late.tolist()), None
            return
        self.standing = self.standing.take(at)
        moved = [
            int(one) for row, one in enumerate(ids) if _held(before, int(at[row])) != _held(self.roster, row)
        ]
        self.anew.update(dict.fromkeys(moved))
        self.counted = None

    def is_old(self, conn: Connection, now: datetime) -> bool:
        """Say whether anything is other by now that the roster was made of; all duty is read again."""
        if digest_of(conn, self.roster.day, self.settings, now) != self.roster.digest:
            return True
        self.roster = self.roster.with_duty(conn, np.arange(len(self.roster.ids)), now, self.settings)
        return False

    def read_duty(self, conn: Connection, now: datetime) -> None:
        """Read the duty of workers of whom something was written since."""
        new = town_store.new_duty(conn, self.duty_seen - _LOOK_BACK)
        self.duty_seen = max((row.id for row in new), default=self.duty_seen)
        rows = self.roster.rows_of([row.worker_id for row in new])
        if len(rows):
            self.roster = self.roster.with_duty(conn, rows, now, self.settings)

    def take_in(self, conn: Connection, heard: Mapping[int, int], now: datetime) -> int:
        """Take in what is new of some workers, and of some whose day is counted anew; return how many fixes.

        Parameters
        ----------
        heard
            By worker the time of the oldest fix that is new, epoch milliseconds.
        """
        self._note_late(heard)
        whole = list(self.anew)[:_WHOLE_DAYS]
        for worker in whole:
            del self.anew[worker]
        rows = self.roster.rows_of(whole)
        ids = self.roster.ids
        for worker in ids[rows].tolist():
            self.cells.forget(worker)
        fresh = self.standing.forgotten(rows)
        waiting = self.anew.keys()
        rows = np.union1d(rows, self.roster.rows_of([one for one in heard if one not in waiting]))
        if not len(rows):
            return 0
        since_ms = np.maximum(fresh.settled_ms[rows], self.roster.day.read_from_ms)
        taken = fix_store.taken(conn, ids[rows], since_ms * 1000, (instant_ms(now) + 86_400_000) * 1000)
        order = np.argsort(taken.n, kind="stable")
        counts = np.bincount(taken.n, minlength=len(rows))
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        fixes = Fixes.of(
            taken.t_us[order] // 1000,
            taken.lon[order],
            taken.lat[order],
            accuracy_m=taken.accuracy_m[order],
            mock=taken.mock[order],
            segment=taken.track_part[order],
        )
        self.standing, spent = advance(
            fresh,
            rows,
            fixes,
            starts,
            self.roster.ground,
            latest_ms=instant_ms(now) + _AHEAD_MS,
            silent_ms=self.settings.live_silent_s * 1000,
        )
        heard_ms = self.standing.heard_ms[rows]
        np.maximum.at(heard_ms, taken.n, taken.received_us // 1000)
        self.standing = self.standing.put(rows, heard_ms=heard_ms)
        self.cells.take_in(ids[rows].tolist(), spent, ids)
        return len(fixes)

    def look(self, now: datetime) -> tuple[NDArray[np.void], Called]:
        """Return everybody's row as of now, and the alerts that begin and end."""
        state, since_ms = states(
            self.standing, self.roster.calling, self.roster.day.clocks(now, self.settings)
        )
        called = call(self.alerts, state, since_ms, instant_ms(now), _patience(self.settings))
        return writing.worker_rows(self.roster, self.standing, state, since_ms), called

    def count_cells(self, conn: Connection) -> NDArray[np.void]:
        """Return the row of every grid; walkable cells are found a few grids at a time."""
        grids = self.roster.grids
        found = self.outlines.find_cells(conn, grids.boundary.tolist())
        turned, self.cells.turned = self.cells.turned, set()
        if self.counted is None:
            self.counted, again = np.zeros((len(grids.ids), 2), np.int32), np.arange(len(grids.ids))
        else:
            again = np.flatnonzero(np.isin(grids.ids, list(turned)) | np.isin(grids.boundary, found))
        for at in again.tolist():
            cells = self.outlines.cells.get(int(grids.boundary[at]), NO_CELLS)
            self.counted[at] = len(cells), self.cells.covered(int(grids.ids[at]), cells)
        return writing.grid_rows(self.roster, self.standing, self.counted[:, 0], self.counted[:, 1])

    def _note_late(self, heard: Mapping[int, int]) -> None:
        """Count the day anew of workers of whom something came that is older than what is settled."""
        rows = self.roster.rows_of(list(heard))
        for worker, relied_ms in zip(
            self.roster.ids[rows].tolist(), self.standing.relied_ms[rows].tolist(), strict=True
        ):
            if self.roster.day.read_from_ms <= heard[worker] <= relied_ms:
                self.anew[worker] = None


def _patience(settings: Settings) -> Patience:
    return Patience(
        out_ms=settings.live_out_s * 1000,
        silent_ms=settings.live_silent_s * 1000,
        clear_ms=settings.live_clear_s * 1000,
    )


def _positions(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each of `wanted` stands among ascending ids; -1 where it does not."""
    at = np.searchsorted(ids, wanted)
    found = at < len(ids)
    found[found] = ids[at[found]] == wanted[found]
    return np.where(found, at, -1).astype(np.int64)


def _aligned(rows: NDArray[np.void], ids: NDArray[np.int64]) -> NDArray[np.void]:
    """Return rows in the order of workers; of one without any a row that is nobody's."""
    blank = np.zeros(1, rows.dtype)
    return np.concatenate((rows, blank))[_positions(rows["worker"], ids)]


def _held(roster: Roster, row: int) -> tuple[bytes, ...]:
    """Return what tells one worker's ground from another: boundaries, and when each is in force."""
    if row < 0:
        return ()
    ground, part = roster.ground, slice(roster.ground.first[row], roster.ground.first[row + 1])
    return tuple(column[part].tobytes() for column in (roster.held, ground.from_ms, ground.to_ms))
