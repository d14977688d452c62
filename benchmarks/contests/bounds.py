"""Lower and upper bounds of the time inside: how often they hold the truth, and how fast they are found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from city.tracks import record
from city.walks import Habits

from contests.race import Contender, race
from contests.report import Section, Target, rate
from contests.tasks import Doubtful
from gis_grid.core import Boundary, Cleaned, clean, time_inside

if TYPE_CHECKING:
    from city.tracks import Tracks
    from numpy.typing import NDArray

    from contests.scale import Scale
    from contests.tasks import Days

_FACTORS: Final = (1.0, 1.62)
_ROUNDING_S: Final = 1e-6
_WALKS: Final = {
    "usual days, along the border for a fifth of the time": Habits(),
    "the same, beside the border by up to 10 m": Habits(border_aside_m=10.0),
}


def contest(days: Days, scale: Scale) -> Section:
    """Bound days whose truth is known."""
    section = Section(
        f"Bounds of the time inside: {scale.walkers:,} worker-days of each kind",
        ("walks", "accuracies", "truth within", "mean width", "best is off by (RMS)", "fixes/s/core"),
    )
    slowest = np.inf
    for name, habits in _WALKS.items():
        tracks = record(days.areas, scale.walkers, habits=habits, seed=11)
        cleaned = [clean(tracks.fixes(worker)) for worker in range(tracks.workers)]
        grids = [Boundary.of(days.areas[area]) for area in tracks.area]
        truth_s = _truth_s(tracks, cleaned, grids, days.max_gap_s)
        fixes = sum(len(one.fixes) for one in cleaned)
        tasks = {factor: Doubtful(cleaned, grids, days.max_gap_s, factor) for factor in _FACTORS}
        contenders = [Contender(f"{f:g}", "ours", "bounds", task, fixes) for f, task in tasks.items()]
        for factor, outcome in race(contenders, only=(), repeats=scale.repeats).items():
            section.rows.append((name, factor, *_quality(outcome.answer, truth_s), rate(outcome.per_s)))
            slowest = min(slowest, outcome.per_s)
    section.remarks.append(
        "Accuracies: how many of them around a fix count as possible; a phone's is a radius of 68 %."
    )
    section.targets.append(Target("bounds", ">= 5 M fixes/s", f"{slowest / 1e6:.1f} M", slowest >= 5e6))
    return section


def _quality(bounds_s: NDArray[np.float64], truth_s: NDArray[np.float64]) -> tuple[str, str, str]:
    """Return how often the truth is within, the mean width, and how far the best is off."""
    lower_s, best_s, upper_s = bounds_s.T
    within = (lower_s <= truth_s + _ROUNDING_S) & (truth_s <= upper_s + _ROUNDING_S)
    off_s = np.sqrt(((best_s - truth_s) ** 2).mean())
    return f"{within.mean():.1%}", f"{(upper_s - lower_s).mean():,.0f} s", f"{off_s:,.0f} s"


def _truth_s(
    tracks: Tracks, cleaned: list[Cleaned], grids: list[Boundary], max_gap_s: float
) -> NDArray[np.float64]:
    """Seconds inside of each worker where the accepted fixes really were."""
    truth_s = np.zeros(tracks.workers)
    for worker, (one, grid) in enumerate(zip(cleaned, grids, strict=True)):
        mine = tracks.span(worker)
        order = np.argsort(tracks.t_ms[mine], kind="stable")
        place = order[np.searchsorted(tracks.t_ms[mine], one.fixes.t_ms, sorter=order)]
        lon, lat = tracks.true_lon[mine][place], tracks.true_lat[mine][place]
        true = replace(one, fixes=replace(one.fixes, lon=lon, lat=lat))
        truth_s[worker] = time_inside(true, grid, max_gap_s=max_gap_s).best_s
    return truth_s
