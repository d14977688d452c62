"""Stops: where and when workers stood still."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from contests.race import Contender, Outcome, race
from contests.report import ABSENT, Section, rate
from gis_grid.core.geometry.geodesy import distance_m

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from contests.scale import Scale
    from contests.tasks import Days

# The truth is rounded to 1e-7 degrees.
_STILL_M: Final = 0.05


def contest(days: Days, scale: Scale, only: Collection[str]) -> Section:
    """Race over worker-days whose stops are known."""
    few = days.first(scale.slow_workers)
    contenders = [
        Contender("ours", "ours", "stops", days, len(days.tracks)),
        Contender("movingpandas: TrajectoryStopDetector", "movingpandas", "stops", few, len(few.tracks)),
    ]
    outcomes = race(contenders, only=only, repeats=scale.repeats)
    section = Section(
        "Stops of two minutes and more within 20 m",
        ("method", "fixes", "fixes/s/core", "precision", "recall", "F1"),
    )
    section.rows += [_row(outcome) for outcome in outcomes.values()]
    section.remarks.append("Precision and recall are shares of time.")
    return section


def _row(outcome: Outcome) -> list[str]:
    contender = outcome.contender
    if outcome.absent:
        return [contender.name, ABSENT, "", "", "", ""]
    days: Days = contender.task
    hit_s, found_s, true_s = np.sum(
        [_seconds(days, worker, spans) for worker, spans in enumerate(outcome.answer)], axis=0
    )
    precision, recall = hit_s / found_s, hit_s / true_s
    score = 2 * precision * recall / (precision + recall)
    shares = (f"{share:.3f}" for share in (precision, recall, score))
    return [contender.name, f"{contender.count:,}", rate(outcome.per_s), *shares]


def _seconds(days: Days, worker: int, spans_ms: NDArray[np.int64]) -> tuple[float, float, float]:
    """Seconds found and true, found, and true of one worker; stops are spans, shape (k, 2)."""
    tracks, mine = days.tracks, days.tracks.span(worker)
    t_ms, lon, lat = tracks.t_ms[mine], tracks.true_lon[mine], tracks.true_lat[mine]
    still = distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:]) < _STILL_M
    change = np.zeros(len(t_ms) + 1, np.int64)
    np.add.at(change, np.searchsorted(t_ms, spans_ms[:, 0]), 1)
    np.add.at(change, np.searchsorted(t_ms, spans_ms[:, 1]), -1)
    found = np.cumsum(change)[: len(t_ms) - 1] > 0
    seconds = days.bridged_s(worker)
    return float(seconds[found & still].sum()), float(seconds[found].sum()), float(seconds[still].sum())
