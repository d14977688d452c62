"""How often the bounds hold the truth where it is hardest: on worker-days walked along the border.

Run with `.venv/bin/python benchmarks/boundary_walks.py [WORKERS]`. Who walks, what the phone makes of it and
where the worker really was come from `city`; a day counts as held when the time inside of the true walk is
between lower and upper. An accuracy is a 68 % radius, so 1.62 times it holds 95 % of the errors.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from city.tiling import Plan, draw
from city.tracks import record
from city.walks import Habits

from gis_grid.core import Boundary, Cleaned, clean, time_inside

if TYPE_CHECKING:
    from city.tracks import Tracks

SEED: Final = 11
FACTORS: Final = (1.0, 1.62)
ASIDE_M: Final = (0.0, 10.0, 20.0)


@dataclass(frozen=True, slots=True, eq=False)
class Day:
    """One worker's day as recorded, the worker's own grid, and the true time inside."""

    cleaned: Cleaned
    boundary: Boundary
    truth_s: float


@dataclass(frozen=True, slots=True)
class Result:
    """Figures of one accuracy factor; times are per worker-day."""

    factor: float
    held_share: float
    width_s: float
    off_s: float


def walk_days(workers: int, aside_m: float, seed: int = SEED) -> list[Day]:
    """Let workers walk a day, every fifth time they set out up to `aside_m` beside the border."""
    areas = draw(Plan(grids=400, half_m=5_000.0, seed=seed))
    tracks = record(areas, workers, habits=Habits(border_aside_m=aside_m), seed=seed)
    boundaries = [Boundary.of(area) for area in areas]
    return [_day(tracks, worker, boundaries[tracks.area[worker]]) for worker in range(workers)]


def _day(tracks: Tracks, worker: int, boundary: Boundary) -> Day:
    """Measure the true walk at the moments of the fixes that were accepted."""
    cleaned, mine = clean(tracks.fixes(worker)), tracks.span(worker)
    moments, first = np.unique(tracks.t_ms[mine], return_index=True)
    place = first[np.searchsorted(moments, cleaned.fixes.t_ms)]
    true = replace(
        cleaned.fixes,
        lon=tracks.true_lon[mine][place],
        lat=tracks.true_lat[mine][place],
        accuracy_m=np.full(len(place), np.nan, np.float32),
    )
    return Day(cleaned, boundary, time_inside(replace(cleaned, fixes=true), boundary).best_s)


def measure(days: list[Day], factor: float) -> Result:
    """Compare the bounds of every day with its truth."""
    found = [time_inside(day.cleaned, day.boundary, accuracy_factor=factor) for day in days]
    lower_s, best_s, upper_s = np.array([(p.lower_s, p.best_s, p.upper_s) for p in found]).T
    truth_s = np.array([day.truth_s for day in days])
    held = (lower_s <= truth_s + 1e-6) & (truth_s <= upper_s + 1e-6)
    off_s = float(np.sqrt(np.mean((best_s - truth_s) ** 2)))
    return Result(factor, float(held.mean()), float((upper_s - lower_s).mean()), off_s)


def main() -> None:
    workers = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for aside_m in ASIDE_M:
        days = walk_days(workers, aside_m)
        fixes = sum(int(day.cleaned.accepted.sum()) for day in days)
        print(
            f"{workers:,} worker-days, {fixes:,} fixes, up to {aside_m:.0f} m beside the border, seed {SEED}"
        )
        print("accuracies   truth held   upper - lower s   best off s (RMS)   M fixes/s")
        for factor in FACTORS:
            measure(days[:1], factor)
            begun = time.process_time()
            said = measure(days, factor)
            rate = fixes / (time.process_time() - begun) / 1e6
            print(f"{factor:10.2f}{said.held_share:13.2%}{said.width_s:18.0f}{said.off_s:19.0f}{rate:12.1f}")


if __name__ == "__main__":
    main()
