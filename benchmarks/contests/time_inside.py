"""Seconds of each worker-day inside the worker's grid."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import numpy as np

from contests.race import Contender, Outcome, notes, race
from contests.report import ABSENT, Section, Target, rate
from gis_grid.core.geometry.slabs import Slabs

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from contests.scale import Scale
    from contests.tasks import Days

WARM: Final = "ours, index warm"
ALL_IN: Final = "ours, assigned grids indexed in the run"
SHAPELY: Final = "shapely: prepared covers, intersects, intersection"
_PASS: Final = "(one pass over t, lon, lat)"


def contest(days: Days, scale: Scale, only: Collection[str]) -> Section:
    """Race over worker-days; the reference is shapely."""
    some, few = days.first(scale.peer_workers), days.first(scale.slow_workers)
    contenders = [
        Contender(WARM, "ours", "time_with_index", days, len(days.tracks)),
        Contender(ALL_IN, "ours", "time_all_in", days, len(days.tracks)),
        Contender(SHAPELY, "shapely", "time_by_intersection", some, len(some.tracks)),
        Contender(
            "shapely: contains_xy, counting points", "shapely", "time_by_points", some, len(some.tracks)
        ),
        Contender("PostGIS: ST_Covers, ST_Intersection", "postgis", "time_inside", some, len(some.tracks)),
        Contender("SedonaDB: the same SQL", "sedonadb", "time_inside", some, len(some.tracks)),
        Contender("PyMEOS (MobilityDB) in metres", "pymeos", "time_inside", some, len(some.tracks)),
        Contender("movingpandas: clip", "movingpandas", "time_inside", few, len(few.tracks)),
        Contender(_PASS, "ours", "reading_only", days, len(days.tracks)),
    ]
    outcomes = race(contenders, only=only, repeats=scale.repeats)
    section = Section(
        f"Time inside a grid: {scale.grids:,} grids, {scale.workers:,} worker-days",
        ("method", "fixes", "fixes/s/core", "ours is faster by", "largest difference"),
    )
    best = outcomes[WARM].per_s
    for outcome in outcomes.values():
        section.rows.append(_row(outcome, outcomes, best))
    section.remarks = [_memory(days), *notes(outcomes)]
    section.targets = _targets(outcomes)
    return section


def _memory(days: Days) -> str:
    """Tell what the index costs."""
    started = time.process_time()
    slabs = Slabs.of(days.areas)
    cpu_s = time.process_time() - started
    columns = (days.tracks.t_ms, days.tracks.lon, days.tracks.lat)
    return (
        f"{sum(column.itemsize for column in columns)} bytes a fix; {slabs.nbytes / len(slabs):,.0f} bytes a "
        f"grid of index; all grids indexed in {cpu_s:.2f} s."
    )


def _row(outcome: Outcome, outcomes: Mapping[str, Outcome], best: float) -> list[str]:
    contender = outcome.contender
    if outcome.absent:
        return [contender.name, ABSENT, "", "", ""]
    off = "" if contender.name in {SHAPELY, _PASS} else f"{_difference_s(outcome, outcomes):.1e} s"
    ratio = f"{best / outcome.per_s:,.3g}"
    return [contender.name, f"{contender.count:,}", rate(outcome.per_s), ratio, off]


def _difference_s(outcome: Outcome, outcomes: Mapping[str, Outcome]) -> float:
    """Return the largest difference to shapely of a worker-day that both measured."""
    answer, reference = outcome.answer, outcomes[SHAPELY].answer
    assert answer is not None
    assert reference is not None
    both = min(len(answer), len(reference))
    return float(np.abs(answer[:both] - reference[:both]).max())


def _targets(outcomes: Mapping[str, Outcome]) -> list[Target]:
    peer = outcomes[SHAPELY].per_s
    warm, all_in = outcomes[WARM].per_s / peer, outcomes[ALL_IN].per_s / peer
    off_s = max(_difference_s(outcomes[name], outcomes) for name in (WARM, ALL_IN))
    return [
        Target("time inside, index warm", ">= 40 x shapely", f"{warm:.1f} x", warm >= 40),
        Target("time inside, all in", ">= 15 x shapely", f"{all_in:.1f} x", all_in >= 15),
        Target("largest difference to shapely", "<= 1e-6 s a worker-day", f"{off_s:.1e} s", off_s <= 1e-6),
    ]
