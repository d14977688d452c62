"""Incidents gathered into H3 cells: how many, how heavy, how bad, of what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.analysis.fading import faded
from gis_grid.incidents.observed import cell_count, newest, observed
from gis_grid.reports.asked import Weight
from gis_grid.reports.content import fitting

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.incidents.observed import Observed
    from gis_grid.kit.tiles import Box
    from gis_grid.reports.asked import Asked


@dataclass(frozen=True, slots=True)
class GatheredCell:
    """The incidents of one H3 cell; `category` is their commonest."""

    cell: int
    count: int
    open: int
    worst: int
    weight: float
    category: str


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """All incidents that were asked for, what each weighs, and their cells, heaviest first."""

    rows: Observed
    weights: NDArray[np.float64]
    cells: list[GatheredCell]

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def first(self) -> datetime | None:
        """When the oldest was reported."""
        return moment(int(self.rows.t_ms[0])) if len(self.rows) else None

    @property
    def last(self) -> datetime | None:
        """When the newest was reported."""
        return moment(int(self.rows.t_ms[-1])) if len(self.rows) else None


def moment(t_ms: int) -> datetime:
    """Return epoch milliseconds as an aware time."""
    return datetime.fromtimestamp(t_ms / 1000, UTC)


def gather(conn: Connection, asked: Asked, resolution: int, within: Box | None = None) -> Gathered:
    """Return what was asked for in cells of a resolution, of some ground or of all."""
    window = asked.window()
    rows = observed(conn, replace(window, within=within), resolution)
    end_ms = None if window.end is None else int(window.end.timestamp() * 1000)
    if end_ms is None and asked.filters.half_life is not None:
        end_ms = newest(conn, window)
    weights = _weights(rows, asked, end_ms)
    return Gathered(rows, weights, _cells(rows, weights))


def gather_fitting(conn: Connection, asked: Asked, resolution: int, most: int) -> tuple[Gathered, int]:
    """Return what was asked for in the finest cells of which there are at most so many, and their level."""
    window = asked.window()
    _, level = fitting(lambda level: cell_count(conn, window, level), int, resolution, most)
    return gather(conn, asked, level), level


def _weights(rows: Observed, asked: Asked, end_ms: int | None) -> NDArray[np.float64]:
    """Return what each incident weighs at the end of the period, or when the newest was reported."""
    filters = asked.filters
    weights = rows.severity.astype(np.float64) if filters.weight is Weight.SEVERITY else np.ones(len(rows))
    if filters.half_life is None or end_ms is None:
        return weights
    return weights * faded(rows.t_ms, end_ms, filters.half_life)


def _cells(rows: Observed, weights: NDArray[np.float64]) -> list[GatheredCell]:
    found, of = np.unique(rows.cells, return_inverse=True)
    n = len(found)
    counts, opened = np.bincount(of, minlength=n), np.bincount(of, rows.open, n)
    heavy = np.bincount(of, weights, n)
    worst = np.zeros(n, np.int64)
    np.maximum.at(worst, of, rows.severity)
    names, named = np.unique(rows.categories, return_inverse=True)
    pairs, times = np.unique(of * max(len(names), 1) + named, return_counts=True)
    commonest: dict[int, str] = {}
    for pair in pairs[np.lexsort((pairs, -times))].tolist():
        commonest.setdefault(pair // len(names), str(names[pair % len(names)]))
    order = np.lexsort((found, -counts, -heavy))
    return [
        GatheredCell(
            int(found[k]), int(counts[k]), int(opened[k]), int(worst[k]), float(heavy[k]), commonest[int(k)]
        )
        for k in order
    ]
