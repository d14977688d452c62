"""Grids drawn by hand, workers, and walks made of straight lines, for tests of tracks and verdicts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from gis_grid.core import Fixes
from gis_grid.grids import service as grids
from gis_grid.grids.rows import GridRows
from gis_grid.tracks import service as tracks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 2)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
GRID = shapely.box(116.300, 39.900, 116.304, 39.903)

# Inside GRID and outside it, in the middle of each.
INSIDE = (116.302, 39.9015)
OUTSIDE = (116.310, 39.9015)


def objects(*values: object) -> np.ndarray:
    column = np.empty(len(values), object)
    column[:] = values
    return column


def publish(
    conn: Connection, code: str = "G1", outline: shapely.Geometry = GRID, valid_from: datetime = LONG_AGO
) -> None:
    rows = GridRows(objects(code), objects(f"网格{code}"), objects(f"C-{code}"), objects(outline))
    grids.load_grids(conn, rows, valid_from=valid_from, create=True)


def hire(conn: Connection, code: str = "W1", grid: str | None = "G1", since: datetime = LONG_AGO) -> int:
    ids = grids.add_workers(conn, [(code, f"工作者{code}")])
    if grid is not None:
        grids.assign(conn, [(code, grid, since, None)])
    return ids[code]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a local time of the test's zone."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def stroll(
    start: datetime,
    seconds: int,
    place: tuple[float, float] = INSIDE,
    *,
    step_s: int = 10,
    seed: int = 1,
    accuracy_m: float = 5.0,
) -> Fixes:
    """Return a slow random walk that stays within some 60 m of a place."""
    n = seconds // step_s + 1
    t_ms = round(start.timestamp() * 1000) + np.arange(n) * step_s * 1000
    rng = np.random.default_rng(seed)
    phase = rng.uniform(0, 2 * np.pi) + np.arange(n) * step_s / 200
    lon = place[0] + 4e-4 * np.cos(phase) + rng.normal(0, 1e-5, n)
    lat = place[1] + 3e-4 * np.sin(phase) + rng.normal(0, 1e-5, n)
    accuracy = accuracy_m + rng.uniform(-1, 1, n)
    return Fixes.of(t_ms, np.round(lon, 7), np.round(lat, 7), accuracy_m=accuracy)


def straight(start: datetime, seconds: int, a: tuple[float, float], b: tuple[float, float]) -> Fixes:
    """Return fixes every 10 s on the way from `a` to `b` at an even pace."""
    n = seconds // 10 + 1
    t_ms = round(start.timestamp() * 1000) + np.arange(n) * 10_000
    return Fixes.of(t_ms, np.linspace(a[0], b[0], n), np.linspace(a[1], b[1], n))


def record(
    conn: Connection,
    worker_id: int,
    *walks: Fixes,
    received_at: datetime | None = None,
    device: str | None = None,
) -> int:
    """Store walks, each with a sign-in at its first and a sign-out at its last fix."""
    device_id = tracks.ensure_device(conn, device or f"phone-{worker_id}", worker_id)
    fixes = Fixes.concat(walks)
    return tracks.store_walk(
        conn,
        worker_id=worker_id,
        device_id=device_id,
        fixes=fixes,
        received_at=received_at or datetime.fromtimestamp(int(fixes.t_ms.max()) / 1000, UTC),
        duties=duties_of(walks),
    )


def duties_of(walks: Sequence[Fixes]) -> list[tuple[datetime, datetime]]:
    """Sign-in and sign-out exactly around each walk."""
    moments = [(int(walk.t_ms.min()), int(walk.t_ms.max())) for walk in walks]
    return [
        (datetime.fromtimestamp(a / 1000, UTC), datetime.fromtimestamp(b / 1000, UTC)) for a, b in moments
    ]


def after_the_week(monday: date = MONDAY) -> datetime:
    """Return a time at which the week that begins on `monday` is final."""
    return at(monday + timedelta(days=11), 12)
