"""A town of two grids whose workers walk as a test says; the engine's clock is the test's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from emptied import empty
from sqlalchemy import text
from two_grids import build
from walking_ground import SHANGHAI

from gis_grid.core import Fixes
from gis_grid.kit import bus
from gis_grid.kit.settings import Settings
from gis_grid.live.engine import Live
from gis_grid.tracks import service as tracks
from gis_grid.tracks.intake.pipeline import TOPIC

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

DAY: Final = date(2026, 11, 4)
"""A Wednesday."""

IN_G1, IN_G2, AWAY = (118.7825, 32.0525), (118.7875, 32.0525), (118.80, 32.0525)
SETTINGS: Final = Settings()


def at(hour: int, minute: int = 0, second: int = 0, day: date = DAY) -> datetime:
    """Return a local time of the day."""
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=SHANGHAI)


@dataclass
class LivingTown:
    """The database, and an engine on it that ticks when told."""

    owner: Engine
    clock: datetime = field(default_factory=lambda: at(9))
    settings: Settings = SETTINGS
    live: Live = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget all that the engine had in memory."""
        self.live = Live(self.owner, self.settings, now=lambda: self.clock)
        self.live.started_at = self.clock

    def tick(self, moment: datetime) -> None:
        """Let the engine look at a time, at everything."""
        self.clock = moment
        self.live._due.clear()
        self.live.tick()

    def sign_in(self, worker: str, start: datetime, end: datetime | None = None) -> None:
        """Write duty as signing does."""
        with self.owner.begin() as conn:
            conn.execute(
                text("""
                    INSERT INTO duty (worker_id, during, declared_by)
                    SELECT id, tstzrange(:start, :end), 'sign_in' FROM worker WHERE code = :worker
                """),
                {"worker": worker, "start": start, "end": end},
            )

    def walk(
        self,
        worker: str,
        start: datetime,
        *places: tuple[float, float],
        step_s: int = 10,
        received_at: datetime | None = None,
        accuracy_m: float = 5.0,
    ) -> Fixes:
        """Store fixes and tell of them, as the intake does."""
        lon, lat = np.array(places).T
        t_ms = round(start.timestamp() * 1000) + np.arange(len(places)) * step_s * 1000
        fixes = Fixes.of(t_ms, lon, lat, accuracy_m=np.full(len(places), accuracy_m))
        came = received_at or datetime.fromtimestamp(int(t_ms[-1]) / 1000, UTC)
        with self.owner.begin() as conn:
            own = self.worker(worker)
            device = tracks.ensure_device(conn, f"phone-{worker}", own)
            tracks.store_fixes(conn, own, device, fixes, came)
            day = start.astimezone(SHANGHAI).date().isoformat()
            bus.publish(conn, TOPIC, [[own, day, int(t_ms[0])]])
        self.live.hear([[own, day, int(t_ms[0])]])
        return fixes

    def worker(self, code: str) -> int:
        ((found,),) = self.query("SELECT id FROM worker WHERE code = :code", code=code)
        return int(found)

    def query(self, statement: str, **values: Any) -> Sequence[Any]:
        with self.owner.connect() as conn:
            return [tuple(row) for row in conn.execute(text(statement), values)]

    def do(self, statement: str, **values: Any) -> None:
        with self.owner.begin() as conn:
            conn.execute(text(statement), values)

    def standing(self, worker: str, *columns: str) -> Any:
        """Return some columns of a worker's row; one alone as it is."""
        query = f"SELECT {', '.join(columns)} FROM live_worker WHERE worker_id = :worker"
        (row,) = self.query(query, worker=self.worker(worker))
        return row[0] if len(row) == 1 else row

    def alerts(self, worker: str = "W1") -> list[tuple[str, bool]]:
        """Return the kinds of a worker's alerts, and whether each is open, oldest first."""
        found = self.query(
            "SELECT kind, cleared_at IS NULL FROM live_alert WHERE worker_id = :worker ORDER BY id",
            worker=self.worker(worker),
        )
        return [tuple(row) for row in found]


def settle(owner: Engine) -> LivingTown:
    """Empty the database and put two workers into their grids since long ago."""
    with owner.begin() as conn:
        empty(conn, "area", "grid", "worker", "device", "fix", "touched_day", "incident", "live_beat")
        build(conn)
        conn.execute(
            text("""
                INSERT INTO assignment (worker_id, grid_id, valid)
                SELECT worker.id, grid.id, tstzrange('2026-11-01T00:00+08:00', NULL)
                FROM (VALUES ('W1', 'G1'), ('W2', 'G2')) AS pair (worker, grid)
                JOIN worker ON worker.code = pair.worker JOIN grid ON grid.code = pair.grid
            """)
        )
    return LivingTown(owner)


def line(a: tuple[float, float], b: tuple[float, float], n: int) -> list[tuple[float, float]]:
    """Return places at an even pace from one to another."""
    return list(zip(np.linspace(a[0], b[0], n).tolist(), np.linspace(a[1], b[1], n).tolist(), strict=True))


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)
