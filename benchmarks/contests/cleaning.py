"""Cleaning: errors found, good fixes lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from city.phone import Planted

from contests.race import Contender, Outcome, race
from contests.report import ABSENT, Section, Target, rate
from gis_grid.core.geometry.geodesy import distance_m

if TYPE_CHECKING:
    from collections.abc import Collection

    from city.tracks import Tracks
    from numpy.typing import NDArray

    from contests.scale import Scale

_OURS: Final = "ours"
_LARGE_M: Final = 100.0


def contest(tracks: Tracks, scale: Scale, only: Collection[str]) -> Section:
    """Race over raw days, as they arrive."""
    few = tracks.first(scale.slow_workers)
    contenders = [
        Contender(_OURS, "ours", "cleaning", tracks, len(tracks)),
        Contender("ours, at most 50 m and 8 m/s", "ours", "cleaning_for_walkers", tracks, len(tracks)),
        Contender("movingpandas: OutlierCleaner, 8 m/s", "movingpandas", "cleaning", few, len(few)),
    ]
    outcomes = race(contenders, only=only, repeats=scale.repeats)
    section = Section(
        "Cleaning",
        ("method", "fixes", "fixes/s/core", f"errors over {_LARGE_M:g} m", "found", "good fixes lost"),
    )
    section.rows += [_row(outcome) for outcome in outcomes.values()]
    section.remarks.append(
        "The usual limits accept a fix that calls itself up to 100 m poor: it widens the bounds instead."
    )
    speed = outcomes[_OURS].per_s
    section.targets.append(Target("cleaning", ">= 20 M fixes/s", f"{speed / 1e6:.1f} M", speed >= 20e6))
    return section


def _row(outcome: Outcome) -> list[str]:
    contender = outcome.contender
    if outcome.absent:
        return [contender.name, ABSENT, "", "", "", ""]
    tracks: Tracks = contender.task
    rejected = ~_kept(tracks, outcome.answer)
    once = tracks.planted != Planted.SENT_AGAIN
    error_m = distance_m(tracks.lon, tracks.lat, tracks.true_lon, tracks.true_lat)
    wrong = once & (error_m > _LARGE_M)
    good = tracks.planted == Planted.NOTHING
    return [
        contender.name,
        f"{len(tracks):,}",
        rate(outcome.per_s),
        f"{np.count_nonzero(wrong):,}",
        f"{rejected[wrong].mean():.2%}",
        f"{rejected[good].mean():.4%}",
    ]


def _kept(tracks: Tracks, answer: Any) -> NDArray[np.bool_]:
    """Which fixes were kept: those of a worker whose time is among the times kept, for no two share one."""
    kept = np.zeros(len(tracks), np.bool_)
    for worker, (times, accepted) in enumerate(answer):
        mine = tracks.span(worker)
        kept[mine] = np.isin(tracks.t_ms[mine], times[accepted])
    return kept
