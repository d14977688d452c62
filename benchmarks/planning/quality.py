"""How good a division is, looked at from outside: by its outlines and the buildings, not by its own word."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from gis_grid.core.plan.costs import LOAD
from gis_grid.core.plan.figures import figures
from gis_grid.core.plan.graph import graph_of, pieces
from gis_grid.core.plan.outlines import outlines
from gis_grid.core.plan.regions import regions_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gis_grid.core.plan.limits import Limits
    from planning.instances import Instance

    Geometries = NDArray[np.object_]
    Whole = NDArray[np.int64]

_WALL_M: Final = 0.01
"""Looked at is what lies so far inside a footprint: half of what `bodies.WALL_M` allows of all divisions."""
_LOST_M2: Final = 1e-3
"""By how much the ground of all grids may differ from that of the place: the outline moves to millimetres."""


@dataclass(slots=True)
class Quality:
    """What divisions come to; several can be added up.

    Parameters
    ----------
    grids
        Those on ground that can be divided; all shares and shapes are of these.
    excused
        Grids on ground of which arithmetic says that it is none, or not so many.
    crossing
        Grids on both sides of a barrier, where one side could not be divided alone.
    """

    grids: int = 0
    in_range: int = 0
    excused: int = 0
    in_pieces: int = 0
    crossing: int = 0
    cut: int = 0
    invalid: int = 0
    compactness: list[float] = field(default_factory=list)
    border_m: float = 0.0
    on_ground_m: float = 0.0

    @property
    def in_range_percent(self) -> float:
        """Share of grids within limits."""
        return 100 * self.in_range / max(self.grids, 1)

    @property
    def mean(self) -> float:
        """Mean of Polsby-Popper."""
        return float(np.mean(self.compactness)) if self.compactness else 1.0

    @property
    def worst(self) -> float:
        """5th percentile of Polsby-Popper."""
        return float(np.quantile(self.compactness, 0.05)) if self.compactness else 1.0

    @property
    def on_ground_percent(self) -> float:
        """Share of the border between grids that lies on roads and rivers."""
        return 100 * self.on_ground_m / self.border_m if self.border_m else 100.0

    def told(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return asdict(self)


def together(found: Iterable[Quality]) -> Quality:
    """Add up what several divisions come to."""
    total = Quality()
    for each in found:
        for name, value in asdict(each).items():
            setattr(total, name, getattr(total, name) + value)
    return total


def quality(instance: Instance, label: Whole, limits: Limits) -> Quality:
    """Look at a division of an instance, a label an atom."""
    told = figures(instance.atoms, instance.borders, label, limits)
    graph, node = graph_of(instance.atoms, instance.borders, limits, np.arange(len(instance.atoms)))
    regions = regions_of(graph, limits, cross_barriers=True)
    dividable = (regions.body == 0) & np.array([bool(limits.counts(int(all_of))) for all_of in regions.total])
    grid = np.searchsorted(told.label, label)
    on_nodes = np.empty(len(regions.region), dtype=np.int64)
    on_nodes[node] = grid
    count = len(told.label)
    wanted = np.bincount(on_nodes, weights=dividable[regions.region] * 1.0, minlength=count) > 0
    same = regions.graph.walkable & (on_nodes[graph.tail] == on_nodes[graph.head])
    piece = pieces(len(on_nodes), graph.tail[same], graph.head[same])
    found = np.unique(np.column_stack([on_nodes, piece]), axis=0)[:, 0]
    in_pieces = np.where(wanted, np.bincount(found, minlength=count) > 1, told.parts > 1)
    size = np.bincount(on_nodes, weights=graph.own[:, LOAD], minlength=count)
    in_range = (size >= limits.least) & (size <= limits.most)
    _, outline = outlines(instance.atoms, label)
    return Quality(
        grids=int(wanted.sum()),
        in_range=int((in_range & wanted).sum()),
        excused=int((~wanted).sum()),
        in_pieces=int(in_pieces.sum()),
        crossing=int(((told.sides > 1) & wanted).sum()),
        cut=buildings_cut(outline, instance.ground.buildings.footprint),
        invalid=int(not is_tiling(outline, instance.ground.outline)),
        compactness=told.compactness[wanted].tolist(),
        border_m=float(told.border_m.sum()),
        on_ground_m=float(told.on_ground_m.sum()),
    )


def buildings_cut(outline: Geometries, footprint: Geometries) -> int:
    """Return how many footprints, each part by itself, reach into two grids."""
    part = shapely.get_parts(footprint)
    core = shapely.buffer(part[shapely.get_dimensions(part) == 2], -_WALL_M, join_style="mitre")
    core = core[~shapely.is_empty(core)]
    met, _ = shapely.STRtree(outline).query(core, predicate="intersects")
    return int((np.bincount(met, minlength=1) > 1).sum())


def is_tiling(outline: Geometries, around: shapely.Geometry) -> bool:
    """Return whether outlines share every border exactly and leave nothing of a place out."""
    whole = bool(shapely.coverage_is_valid(outline))
    lost = abs(float(shapely.area(outline).sum()) - around.area)
    return whole and lost <= _LOST_M2 * max(1.0, around.length)
