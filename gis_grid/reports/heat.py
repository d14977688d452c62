"""What the maps show, as GeoJSON for other programs (RFC 7946)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gis_grid.core.analysis.hot_spots import hot_spots
from gis_grid.incidents.observed import coarser
from gis_grid.kit.errors import BadInput
from gis_grid.reports.cell_rates import cell_rates
from gis_grid.reports.gathered import gather
from gis_grid.reports.hotspots import refusal, studied
from gis_grid.reports.layers import cell_shape
from gis_grid.reports.rates import grid_rates
from gis_grid.visits import service as visits

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy import Connection

    from gis_grid.reports.asked import Asked
    from gis_grid.reports.gathered import GatheredCell
    from gis_grid.visits.rows import VisitCells

VISIT_LEVELS: Final = (9, 10)
MOST_CELLS: Final = 10_000
"""Of one answer; about 4 MB."""


def cells(conn: Connection, asked: Asked, now: datetime, *, with_hot_spots: bool) -> dict[str, Any]:
    """Return the cells with incidents, heaviest first; with hot spots, every cell of the ground.

    Raises
    ------
    BadInput
        When there are more cells than one answer takes, or there can be no hot spots: too few cells, or all
        hold the same.
    """
    if not with_hot_spots:
        found = gather(conn, asked, asked.resolution)
        _require_few(len(found), asked.resolution)
        return _collection([_cell(one.cell, told(one)) for one in found.cells], asked.resolution)
    found, ground, weights, resolution = studied(conn, asked, asked.window().end or now)
    why = refusal(asked, ground, weights)
    if why:
        raise BadInput("There can be no hot spots", why)
    spots = hot_spots(ground, weights)
    by_cell = {one.cell: told(one) for one in found.cells}
    features = []
    for place, cell in enumerate(ground.tolist()):
        counted = by_cell.get(cell, {"count": 0, "open": 0, "weight": 0.0, "worst": None, "category": None})
        features.append(
            _cell(
                cell,
                {
                    **counted,
                    "z": round(float(spots.z[place]), 6),
                    "p": float(spots.p[place]),
                    "p_permuted": float(spots.p_permuted[place]),
                    "q": float(spots.q[place]),
                    "significant": bool(spots.significant[place]),
                },
            )
        )
    return _collection(features, resolution)


def rates_of_cells(conn: Connection, asked: Asked) -> dict[str, Any]:
    """Return the cells that were walked or where something was found, with count, hours, and rate per hour.

    Raises
    ------
    BadInput
        When there are more cells than one answer takes, hours are not told at that resolution, or hours or
        days of the week are asked for.
    """
    found = cell_rates(conn, asked, asked.resolution)
    _require_few(len(found), asked.resolution)
    features = [
        _cell(
            cell,
            {
                "count": int(found.counts[place]),
                "hours": round(float(found.hours[place]), 3),
                **{name: _known(getattr(found.rates, name)[place]) for name in ("rate", "lower", "upper")},
            },
        )
        for place, cell in enumerate(found.cells.tolist())
    ]
    return {**_collection(features, asked.resolution), **_of_days(asked, found.first, found.last)}


def rates_of_grids(conn: Connection, asked: Asked, now: datetime) -> dict[str, Any]:
    """Return the grids in force with count, hours, and rate per hour where there is enough effort to say."""
    found = grid_rates(conn, asked, now)
    features = []
    for place, feature in enumerate(found.features):
        numbers = {name: _known(getattr(found.rates, name)[place]) for name in ("rate", "lower", "upper")}
        about = {name: feature["properties"][name] for name in ("code", "name", "community_code")}
        counted = {"count": found.counts[place], "hours": round(found.hours[place], 3)}
        features.append({**feature, "properties": {**about, **counted, **numbers}})
    spent = found.effort
    return {
        "type": "FeatureCollection",
        **_of_days(asked, spent.first, spent.last),
        "features": features,
    }


def published_visits(
    conn: Connection, asked: Asked, now: datetime, *, min_targets: int, hidden: Collection[str]
) -> dict[str, Any]:
    """Return the published cells of visits; docs/decisions/0026-heat.md says why only these.

    `hidden` are the classes that are only counted, wherever they are.

    Raises
    ------
    BadInput
        When visits are not told at that resolution.
    """
    if asked.resolution not in VISIT_LEVELS:
        raise BadInput("No such resolution", f"{asked.resolution}; visits are told at 9 and 10")
    found = released(conn, asked, now, min_targets=min_targets, hidden=hidden)
    _require_few(len(found.cells), asked.resolution)
    features = [_cell(cell, about) for cell, about in told_of_visits(found).items()]
    weeks = [week.isoformat() for week in found.weeks]
    return {**_collection(features, asked.resolution), "weeks": weeks, "least": found.least}


def released(
    conn: Connection, asked: Asked, now: datetime, *, min_targets: int, hidden: Collection[str]
) -> VisitCells:
    """Return the entries of the one table of visits that were asked for, added up per cell."""
    return visits.visit_cells(
        conn, asked.first, asked.last, asked.resolution,
        now=now, tz=asked.tz, min_targets=min_targets, also_sensitive=hidden,
        areas=asked.areas,
    )  # fmt: skip


def told_of_visits(found: VisitCells) -> dict[int, dict[str, Any]]:
    """Return what is told of each published cell."""
    cells, counts = found.cells.cells.tolist(), found.cells.counts.tolist()
    return {cell: {"targets": count} for cell, count in zip(cells, counts, strict=True)}


def told(one: GatheredCell) -> dict[str, Any]:
    """Return what is told of a cell with incidents."""
    return {
        "count": one.count, "open": one.open, "weight": round(one.weight, 6), "worst": one.worst,
        "category": one.category,
    }  # fmt: skip


def _require_few(count: int, resolution: int) -> None:
    if count <= MOST_CELLS:
        return
    wider = coarser(resolution)
    choices = "" if wider is None else f"ask for resolution {wider}, "
    choices += "a shorter period, one category, or tiles (/ogc/collections/heat_cells)"
    raise BadInput("Too many cells for one answer", f"{count:,}, at most {MOST_CELLS:,}; {choices}")


def _cell(cell: int, properties: dict[str, Any]) -> dict[str, Any]:
    shape = cell_shape(cell, "", {})
    return {"type": "Feature", "id": shape.key, "geometry": shape.geometry, "properties": properties}


def _collection(features: list[dict[str, Any]], resolution: int) -> dict[str, Any]:
    return {"type": "FeatureCollection", "resolution": resolution, "features": features}


def _of_days(asked: Asked, first: date | None, last: date | None) -> dict[str, Any]:
    days = {"first": first and first.isoformat(), "last": last and last.isoformat()}
    return {**days, "least_hours": asked.filters.least_hours}


def _known(value: np.float64) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)
