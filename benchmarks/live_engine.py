"""What a tick of the live engine costs, without its database.

`benchmarks/live_engine.py [--workers 14000] [--ticks 20]`
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import numpy as np
import shapely

from gis_grid.core import Fixes, Slabs
from gis_grid.core.live.advancing import advance
from gis_grid.core.live.alerts import Alerts, call
from gis_grid.core.live.standing import NEVER, Ground, Standing
from gis_grid.core.live.states import Calling, Clocks, states

DAY_MS = 1_795_000_000_000
STEP_MS = 10_000
SIDE_DEG = 0.004
_TAIL = 8


@dataclass(frozen=True, slots=True)
class TickCost:
    """Median milliseconds of a tick, by what they are spent on; `fixes` are those that were read for it."""

    workers: int
    heard: int
    fixes: int
    advance_ms: float
    look_ms: float


def measure_ticks(workers: int = 14_000, fixes_per_s: int = 1_400, ticks: int = 20) -> TickCost:
    """Let workers walk in a lattice of grids, and take in what comes of them, half a second at a time."""
    rng = np.random.default_rng(1)
    side = int(np.ceil(np.sqrt(workers)))
    west, south = np.divmod(np.arange(workers), side)
    west, south = 110.0 + west * SIDE_DEG, 30.0 + south * SIDE_DEG
    ground = Ground(
        slabs=Slabs.of(list(shapely.box(west, south, west + SIDE_DEG, south + SIDE_DEG))),
        first=np.arange(workers + 1),
        area=np.arange(workers),
        grid=np.arange(workers),
        from_ms=np.full(workers, DAY_MS),
        to_ms=np.full(workers, DAY_MS + 86_400_000),
    )
    heard = fixes_per_s // 2
    standing, alerts = Standing.unseen(workers), Alerts.none(workers)
    asked = _asked(workers)
    spent: dict[str, list[float]] = {"advance": [], "look": []}
    read = 0
    for tick in range(ticks):
        rows = np.sort(rng.choice(workers, heard, replace=False))
        now_ms = DAY_MS + 3_600_000 + tick * 500
        fixes = _walked(rng, west[rows], south[rows], now_ms)
        read = len(fixes)
        begun = time.perf_counter()
        starts = np.arange(heard + 1) * _TAIL
        standing, _ = advance(standing, rows, fixes, starts, ground, latest_ms=now_ms + 120_000)
        looked = time.perf_counter()
        state, since_ms = states(standing, asked, Clocks(now_ms, DAY_MS, DAY_MS, DAY_MS + 32_400_000))
        alerts = call(alerts, state, since_ms, now_ms).alerts
        spent["advance"].append(looked - begun)
        spent["look"].append(time.perf_counter() - looked)
    advance_ms, look_ms = (1000 * float(np.median(spent[what][1:])) for what in ("advance", "look"))
    return TickCost(workers, heard, read, advance_ms, look_ms)


def _walked(rng: np.random.Generator, west: np.ndarray, south: np.ndarray, now_ms: int) -> Fixes:
    """Return the last few fixes of each worker: what is read again at every tick."""
    shape = (len(west), _TAIL)
    lon = west[:, None] + SIDE_DEG / 2 + np.cumsum(rng.normal(0, 6e-5, shape), axis=1)
    lat = south[:, None] + SIDE_DEG / 2 + np.cumsum(rng.normal(0, 6e-5, shape), axis=1)
    t_ms = np.broadcast_to(now_ms - STEP_MS * np.arange(_TAIL)[::-1], shape)
    return Fixes.of(t_ms.ravel(), lon.ravel(), lat.ravel(), accuracy_m=rng.uniform(3, 12, lon.size))


def _asked(workers: int) -> Calling:
    yes, never = np.ones(workers, np.bool_), np.full(workers, NEVER, np.int64)
    hours = np.full(workers, 7200.0)
    return Calling(yes, yes, np.full(workers, DAY_MS), never, hours, 5 * hours, hours)


def main() -> None:
    parser = argparse.ArgumentParser(description="What a tick of the live engine costs.")
    parser.add_argument("--workers", type=int, default=14_000)
    parser.add_argument("--ticks", type=int, default=20, help="how many, half a second each")
    given = parser.parse_args()
    cost = measure_ticks(given.workers, given.workers // 10, given.ticks)
    print(
        f"{cost.workers:,} workers, {cost.heard:,} of them heard in half a second; {cost.fixes:,} fixes read"
    )
    print(f"counting them on  {cost.advance_ms:6.1f} ms a tick")
    print(f"states and alerts {cost.look_ms:6.1f} ms a tick")


if __name__ == "__main__":
    main()
