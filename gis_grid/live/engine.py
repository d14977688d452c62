"""The live engine: who is where now, kept by one process for everybody who looks.

It leads by an advisory lock, held on the connection that it listens on; another one waits and takes over. All
that it knows follows from the database, so whatever happens to it, it begins again from there.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import psycopg
from sqlalchemy.exc import OperationalError

from gis_grid.core.live.alerts import CALLING
from gis_grid.incidents.service.reporting import TOPIC as INCIDENTS
from gis_grid.kit import bus, clock
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import GisGridError, Unavailable
from gis_grid.kit.logs import named
from gis_grid.live import writing
from gis_grid.live.keeping import Kept
from gis_grid.live.store import rows as store
from gis_grid.live.store import town as town_store
from gis_grid.tracks.intake.pipeline import TOPIC as FIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from gis_grid.core.live.alerts import Called
    from gis_grid.kit.settings import Settings

TICK_S: Final = 0.5
"""So often it looks at what follows from the time alone."""

GATHER_S: Final = 0.2
"""For so long it waits for more once something came: a city's phones never leave it alone."""

_BEAT_S: Final = 2.0
_SWEEP_S: Final = 2.0
_ROSTER_S: Final = 60.0
_BREATH_S: Final = 2.0
"""How long to wait for the lead, and for a database that is away."""

_log = logging.getLogger(__name__)


def work(engine: Engine, settings: Settings, stopping: Callable[[], bool]) -> None:
    """Keep the live map until told to stop."""
    Live(engine, settings).run(stopping)


@dataclass(slots=True)
class Live:
    """The engine of one database; `now` is handed in, so that a test may have its own day."""

    engine: Engine
    settings: Settings
    now: Callable[[], datetime] = clock.now
    kept: Kept | None = None
    started_at: datetime | None = None
    heard: dict[int, int] = field(default_factory=dict)
    behind_since: float | None = None
    _due: dict[str, float] = field(default_factory=dict)

    def run(self, stopping: Callable[[], bool]) -> None:
        """Lead until told to stop, or wait for the lead; whatever becomes of the database meanwhile."""
        while not stopping():
            try:
                self._lead(stopping)
            except (Unavailable, OperationalError, psycopg.OperationalError) as error:
                _log.warning("the live engine has no database: %s", named(error))
            except GisGridError as error:
                _log.warning("the live engine cannot work: %s", error.title)
            except Exception:  # whatever it is, it begins again: nobody looks after it at night
                _log.exception("the live engine failed")
            self.kept = None
            _breathe(_BREATH_S, stopping)

    def hear(self, news: Sequence[Any]) -> None:
        """Keep in mind of whom something came, and when the oldest of it was."""
        for worker, _, oldest_ms in news:
            self.heard[worker] = min(oldest_ms, self.heard.get(worker, oldest_ms))
        if news and self.behind_since is None:
            self.behind_since = time.monotonic()

    def tick(self) -> int:
        """Take in what came and write what is other than before, in one transaction; return how many fixes.

        Raises
        ------
        Unavailable
            When the database does not answer; begin again then.
        """
        now = self.now()
        with transaction(self.engine) as conn:
            kept = self._kept(conn, now)
            if now >= kept.roster.day.end or self._is_other(conn, kept, now):
                kept.read_again(conn, now)
                self._due["look"] = 0.0
            if self._is_due("duty", _SWEEP_S):
                kept.read_duty(conn, now)
            heard, self.heard = self.heard, {}
            came = kept.take_in(conn, heard, now)
            looks = self._is_due("look", _SWEEP_S) or bool(heard or came)
            self._write(conn, kept, now, whole=looks)
        return came

    def _lead(self, stopping: Callable[[], bool]) -> None:
        with bus.gathering(self.engine, FIXES, INCIDENTS) as listening:
            if not listening.try_lock(store.LEADER):
                return
            self.kept, self.started_at, self.heard, self._due = None, self.now(), {}, {}
            while not stopping():
                self.tick()
                news = listening.gather(TICK_S, GATHER_S)
                self.hear(news.get(FIXES, ()))
                if news.get(INCIDENTS):
                    self._due["incidents"] = 0.0

    def _kept(self, conn: Connection, now: datetime) -> Kept:
        if self.kept is None:
            self.kept = Kept.begin(conn, self.settings, now)
            self._is_due("roster", _ROSTER_S)
        return self.kept

    def _is_other(self, conn: Connection, kept: Kept, now: datetime) -> bool:
        """Say whether who is to be where has to be read again: of a city that takes seconds."""
        if self._is_due("signs", _SWEEP_S) and town_store.signs(conn) != kept.roster.signs:
            return True
        return self._is_due("roster", _ROSTER_S) and kept.is_old(conn, now)

    def _is_due(self, what: str, every_s: float) -> bool:
        """Say whether something is to be done again, and note that it is done."""
        moment = time.monotonic()
        if moment < self._due.get(what, 0.0):
            return False
        self._due[what] = moment + every_s
        return True

    def _write(self, conn: Connection, kept: Kept, now: datetime, *, whole: bool) -> None:
        """Write what changed; the version is taken last, since nobody else gets one until the end."""
        change = _change(conn, kept, now) if whole else None
        emergencies = _emergencies(conn) if self._is_due("incidents", _SWEEP_S) else None
        version = None
        if (change is not None and change.some) or (emergencies is not None and any(emergencies)):
            version = store.next_version(conn)
            if change is not None:
                _write_change(conn, kept, now, version, change)
            if emergencies is not None:
                _write_emergencies(conn, now, version, emergencies)
        if version is None and not self._is_due("beat", _BEAT_S):
            return
        self._due["beat"] = time.monotonic() + _BEAT_S
        behind_ms = 0 if self.behind_since is None else round((time.monotonic() - self.behind_since) * 1000)
        self.behind_since = None
        store.beat(conn, now, self.started_at or now, behind_ms)
        told = {
            "version": version if version is not None else store.last_version(conn),
            "at": now.isoformat(),
            "behind_ms": behind_ms,
        }
        store.notify(conn, json.dumps(told))


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """What is other than at the last time."""

    rows: np.ndarray[Any, np.dtype[np.void]]
    workers: np.ndarray[Any, np.dtype[np.intp]]
    grid_rows: np.ndarray[Any, np.dtype[np.void]]
    grids: np.ndarray[Any, np.dtype[np.intp]]
    fewer_grids: bool
    places: list[tuple[int, int]]
    called: Called

    @property
    def some(self) -> bool:
        return bool(
            len(self.workers)
            or len(self.grids)
            or self.fewer_grids
            or self.places
            or len(self.called.raised[0])
            or len(self.called.cleared[0])
        )


def _change(conn: Connection, kept: Kept, now: datetime) -> _Change:
    rows, called = kept.look(now)
    grid_rows = kept.count_cells(conn)
    same_grids = np.array_equal(grid_rows["grid"], kept.told_grids["grid"])
    grids = writing.others(grid_rows, kept.told_grids) if same_grids else np.arange(len(grid_rows))
    return _Change(
        rows=rows,
        workers=writing.others(rows, kept.told),
        grid_rows=grid_rows,
        grids=grids,
        fewer_grids=not same_grids,
        places=sorted(kept.cells.changed),
        called=called,
    )


def _write_change(conn: Connection, kept: Kept, now: datetime, version: int, change: _Change) -> None:
    day = kept.roster.day.date
    if len(change.workers):
        store.write_workers(conn, version, day, writing.columns_of(change.rows[change.workers]))
    if change.places:
        store.write_cells(conn, version, day, writing.cell_columns(kept.cells, change.places))
    if change.fewer_grids:
        store.drop_other_grids(conn, kept.roster.grids.ids)
        store.release_others(conn, version, now, day, kept.roster.ids)
    if len(change.grids):
        store.write_grids(conn, version, day, writing.columns_of(change.grid_rows[change.grids]))
    ids, kinds = kept.roster.ids, np.array([one.value for one in CALLING], np.int32)
    worker, kind = change.called.raised
    if len(worker):
        since = writing.moments(change.rows["since"][worker])
        store.raise_alerts(conn, version, now, {"worker": ids[worker], "kind": kinds[kind], "since": since})
    worker, kind = change.called.cleared
    if len(worker):
        store.clear_alerts(conn, version, now, {"worker": ids[worker], "kind": kinds[kind]})
    kept.told, kept.told_grids, kept.alerts = change.rows, change.grid_rows, change.called.alerts
    kept.cells.changed.clear()


def _emergencies(conn: Connection) -> tuple[Sequence[Any], Sequence[int]]:
    return store.new_emergencies(conn), store.over_emergencies(conn)


def _write_emergencies(
    conn: Connection, now: datetime, version: int, found: tuple[Sequence[Any], Sequence[int]]
) -> None:
    new, over = found
    if new:
        store.raise_emergencies(conn, version, now, new)
    if over:
        store.end_emergencies(conn, version, now, over)


def _breathe(seconds: float, stopping: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not stopping():
        time.sleep(0.1)
