"""What changes hands between the grids of before and those of a draft: ground, buildings, households."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.joins import standing_on
from gis_grid.core.plan.outlines import outlines
from gis_grid.planning.service.grounds import metres
from gis_grid.planning.store import boundaries, scenarios

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.planning.service.states import Draft

    Whole = NDArray[np.int64]
    Geometries = NDArray[np.object_]

LEAST_M2: Final = 1.0
"""Less ground than that is how two drawings of the same border differ."""


@dataclass(frozen=True, slots=True)
class Before:
    """A grid that a draft follows upon; its outline in the frame, and in degrees as it is stored."""

    grid_id: int
    boundary_id: int
    code: str
    name: str
    label: int | None
    outline: shapely.Geometry
    stored: shapely.Geometry


@dataclass(frozen=True, slots=True)
class Flow:
    """What a draft grid takes over from a grid of before; `label` is `GAP` where no grid will hold it."""

    before: Before
    label: int
    households: int
    people: int
    buildings: int
    area_m2: float

    @property
    def stays(self) -> bool:
        """Whether the grid keeps it."""
        return self.before.label == self.label


def followed(conn: Connection, draft: Draft) -> list[Before]:
    """Return the grids that a draft follows upon, by code."""
    rows = [row for row in scenarios.grids(conn, draft.row.id) if row.boundary_id is not None]
    wkb = boundaries.wkb(conn, [row.boundary_id for row in rows])
    held = [row for row in rows if row.boundary_id in wkb]
    stored = [wkb[row.boundary_id] for row in held]
    return [
        Before(row.grid_id, row.boundary_id, row.code, row.name, row.label, outline, shape)
        for row, outline, shape in zip(
            held, metres(draft.frame, stored), shapely.from_wkb(stored), strict=True
        )
    ]


def flows(draft: Draft, before: Sequence[Before]) -> list[Flow]:
    """Return what goes from which grid of before to which draft grid, by code and label.

    Buildings are counted by the point inside each, ground by its area.
    """
    plan, buildings = draft.plan, draft.plan.ground.buildings
    was: Geometries = np.empty(len(before), dtype=object)
    was[:] = [one.outline for one in before]
    label, became = outlines(plan.division.atoms, plan.division.label)
    came_from = standing_on(was, plan.body.inside)
    goes_to = _labels_at_home(draft)
    area = _shared_m2(was, became)
    pairs = {(one, int(label[other])) for one, other in area}
    pairs |= set(zip(came_from[came_from >= 0].tolist(), goes_to[came_from >= 0].tolist(), strict=True))
    place = {int(one): number for number, one in enumerate(label)}
    found = []
    for one, other in sorted(pairs):
        mine = (came_from == one) & (goes_to == other)
        flow = Flow(
            before[one],
            other,
            int(buildings.households[mine].sum()),
            int(buildings.people[mine].sum()),
            int(mine.sum()),
            area.get((one, place.get(other, -1)), 0.0),
        )
        if flow.buildings or flow.area_m2 > LEAST_M2:
            found.append(flow)
    return found


def heirs(draft: Draft, before: Sequence[Before], flowing: Sequence[Flow]) -> dict[int, int | None]:
    """Return for each grid that ends (by id) the label that took most of its households; ``None`` for nobody.

    Where households are equal, ground decides, then the lower label.
    """
    left = set(draft.plan.division.labels().tolist())
    found: dict[int, int | None] = {}
    for one in before:
        if one.label in left:
            continue
        takers = [flow for flow in flowing if flow.before is one and flow.label != GAP]
        best = max(takers, key=lambda flow: (flow.households, flow.area_m2, -flow.label), default=None)
        found[one.grid_id] = None if best is None else best.label
    return found


def _labels_at_home(draft: Draft) -> Whole:
    """Return the draft grid that each building lies in."""
    division, home = draft.plan.division, draft.plan.home
    label = np.full(len(home), GAP, np.int64)
    housed = home >= 0
    label[housed] = division.label[division.rows_of(home[housed])]
    return label


def _shared_m2(was: Geometries, became: Geometries) -> dict[tuple[int, int], float]:
    if not len(was) or not len(became):
        return {}
    label, grid = shapely.STRtree(was).query(became, predicate="intersects")
    area_m2 = shapely.area(shapely.intersection(was[grid], became[label]))
    pairs = zip(grid.tolist(), label.tolist(), strict=True)
    return {pair: m2 for pair, m2 in zip(pairs, area_m2.tolist(), strict=True) if m2 > LEAST_M2}
