"""Which of the city's grids a point is in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from contests.race import Contender, Outcome, notes, race
from contests.report import ABSENT, Section, Target, rate

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from contests.scale import Scale
    from contests.tasks import Places

OURS: Final = "ours"
SHAPELY: Final = "shapely: STRtree"
SEDONA: Final = "SedonaDB: spatial join"
_CELL: Final = "(h3: one cell of resolution 11, which is no grid)"


def contest(places: Places, scale: Scale, only: Collection[str]) -> Section:
    """Race over points drawn evenly over the city; the reference is shapely."""
    some, few = places.first(scale.points // 5), places.first(scale.slow_points)
    contenders = [
        Contender(OURS, "ours", "which_grid", places, len(places)),
        Contender(SHAPELY, "shapely", "which_grid", some, len(some)),
        Contender("geopandas: sjoin", "geopandas", "which_grid", some, len(some)),
        Contender(SEDONA, "sedonadb", "which_grid", some, len(some)),
        Contender("PostGIS: GiST", "postgis", "which_grid", few, len(few)),
        Contender(_CELL, "h3", "cell", few, len(few)),
    ]
    outcomes = race(contenders, only=only, repeats=scale.repeats)
    section = Section(
        f"Which grid a point is in: {scale.grids:,} grids, points drawn evenly",
        ("method", "points", "points/s/core", "ours is faster by", "other answers than shapely"),
    )
    for outcome in outcomes.values():
        section.rows.append(_row(outcome, outcomes))
    section.remarks = notes(outcomes)
    for name, factor in ((SHAPELY, 20), (SEDONA, 5)):
        if name in outcomes and not outcomes[name].absent:
            ratio = outcomes[OURS].per_s / outcomes[name].per_s
            section.targets.append(
                Target("which grid", f">= {factor} x {name}", f"{ratio:.1f} x", ratio >= factor)
            )
    return section


def _row(outcome: Outcome, outcomes: Mapping[str, Outcome]) -> list[str]:
    contender = outcome.contender
    if outcome.absent:
        return [contender.name, ABSENT, "", "", ""]
    ratio = f"{outcomes[OURS].per_s / outcome.per_s:,.3g}"
    other = "" if contender.name in {SHAPELY, _CELL} else f"{_differing(outcome, outcomes[SHAPELY]):,}"
    return [contender.name, f"{contender.count:,}", rate(outcome.per_s), ratio, other]


def _differing(outcome: Outcome, reference: Outcome) -> int:
    """Count the points that both placed, in different grids."""
    assert outcome.answer is not None
    assert reference.answer is not None
    both = min(len(outcome.answer), len(reference.answer))
    return int(np.count_nonzero(outcome.answer[:both] != reference.answer[:both]))
