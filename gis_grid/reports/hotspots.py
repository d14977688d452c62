"""The report on hot spots: where incidents cluster beyond chance."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.analysis.hot_spots import FEWEST_CELLS, PERMUTATIONS, HotSpots, ground_cells, hot_spots
from gis_grid.core.presence.heat import middle
from gis_grid.grids import service as grids
from gis_grid.incidents.observed import categories, coarser
from gis_grid.reports.content import (
    BACKGROUND_BYTES,
    PAGE_LEVELS,
    SPOTS,
    Content,
    Fact,
    Field,
    Name,
    Spot,
    Step,
)
from gis_grid.reports.gathered import Gathered, gather
from gis_grid.reports.hazards import facts
from gis_grid.reports.layers import Layers, Shape, cell_shape

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.reports.asked import Asked

RESOLUTIONS: Final = PAGE_LEVELS
_MOST_STUDIED: Final = 6000
"""Cells of ground; beyond it a coarser level is studied."""
_MOST_DRAWN: Final = 1000
"""A page of more is no small file."""
_VERY_HOT: Final = 3.29
"""One in a thousand by the normal distribution, two-sided."""


def studied(
    conn: Connection, asked: Asked, at: datetime, community: str | None = None
) -> tuple[Gathered, NDArray[np.int64], NDArray[np.float64], int]:
    """Return what was gathered, every cell that a grid touches, what each holds, and their resolution.

    Grids of one community only, where it is given by its code.

    Raises
    ------
    BadInput
        When there are no cells of the resolution.
    """
    coarser(asked.resolution)  # refuses what H3 has no cells of
    ground = [
        feature
        for feature in json.loads(grids.grids_geojson(conn, at, asked.areas))["features"]
        if community in {None, feature["properties"]["community_code"]}
    ]
    resolution = asked.resolution
    while True:
        parts = [ground_cells(feature["geometry"], resolution) for feature in ground]
        cells = np.unique(np.concatenate([np.zeros(0, np.int64), *parts]))
        wider = coarser(resolution)
        if len(cells) <= _MOST_STUDIED or wider is None:
            break
        resolution = wider
    found = gather(conn, asked, resolution)
    weights = np.zeros(len(cells))
    for cell in found.cells:
        place = int(np.searchsorted(cells, cell.cell))
        if place < len(cells) and cells[place] == cell.cell:
            weights[place] = cell.weight
    return found, cells, weights, resolution


def hotspots(conn: Connection, asked: Asked, now: datetime) -> Content:
    """Return the report on the hot spots of a period."""
    words, window = asked.words, asked.window()
    at = window.end or now
    found, cells, weights, resolution = studied(conn, asked, at)
    why = refusal(asked, cells, weights)
    spots = None if why else hot_spots(cells, weights)
    background = grids.background(conn, at, BACKGROUND_BYTES, asked.areas)
    outside = sum(cell.count for cell in found.cells if not np.isin(cell.cell, cells))
    notes = [words.coarser] if resolution != asked.resolution else []
    if spots is not None and len(cells) > _MOST_DRAWN:
        notes.append(words.studied_drawn.format(shown=_MOST_DRAWN))
    said = [
        *facts(asked, found),
        Fact(
            words.studied,
            words.studied_value.format(count=len(cells), resolution=resolution),
            "; ".join(notes),
        ),
        Fact(words.outside, words.count_plain.format(count=outside), words.outside_why),
    ]
    hottest = [] if spots is None else _hottest(spots)
    empty = words.hot_spots_refused.format(why=why) if why else "" if hottest else words.hot_spots_none
    return Content(
        name=Name.HOT_SPOTS,
        title=words.titled.format(kind=asked.kind_name, what=words.hot_spots),
        lead=words.hot_spots_lead.format(kind=asked.kind_name),
        facts=said,
        notes=[words.hot_spots_method, *([] if background else [words.no_grids])],
        empty=empty if found else words.empty_period,
        legend_title=words.hot_spots_legend,
        legend=[Step(css, label) for css, label in words.hot_steps.items()] if spots else [],
        spots_title=words.hot_spots_found,
        spots=[] if spots is None else _listed(conn, asked, at, spots, hottest[:SPOTS]),
        resolutions=RESOLUTIONS,
        resolution=asked.resolution,
        until=found.last,
        layers=Layers(
            background=background,
            shapes=[] if spots is None else _shapes(asked, spots),
            heat=[],
            dots=[],
            names={"grid": words.layer_grid, "shapes": words.layer_cells},
        ),
        fields=frozenset({Field.RESOLUTION, Field.WHAT, Field.TIMES, Field.WEIGHT}),
        categories=categories(conn, window),
    )


def refusal(asked: Asked, cells: NDArray[np.int64], weights: NDArray[np.float64]) -> str:
    """Return why there can be no hot spots, in the reader's language; nothing when there can."""
    if len(cells) < FEWEST_CELLS:
        return asked.words.few_cells.format(count=len(cells), least=FEWEST_CELLS)
    if (weights == weights[0]).all():
        return asked.words.all_the_same
    return ""


def css_class(z: float, *, significant: bool) -> str:
    """Return the class of a cell in the style sheet."""
    if not significant:
        return "none"
    if z < 0:
        return "cold-1"
    return "hot-2" if z >= _VERY_HOT else "hot-1"


def _hottest(spots: HotSpots) -> list[int]:
    hot = np.flatnonzero(spots.significant & (spots.z > 0))
    order: list[int] = hot[np.argsort(-spots.z[hot], kind="stable")].tolist()
    return order


def _shapes(asked: Asked, spots: HotSpots) -> list[Shape]:
    """Return the cells that stand out or hold anything; on small ground, all of them."""
    shown = np.arange(len(spots.cells))
    if len(shown) > _MOST_DRAWN:
        order = np.argsort(-np.abs(spots.z), kind="stable")
        shown = np.sort(order[:_MOST_DRAWN])
    return [_shape(asked, spots, place) for place in shown.tolist()]


def _shape(asked: Asked, spots: HotSpots, place: int) -> Shape:
    words, cell = asked.words, int(spots.cells[place])
    says = {
        asked.kind_name: f"{spots.counts[place]:.4g}",
        words.z: f"{spots.z[place]:.2f}",
        words.p: p_text(spots.p[place]),
        words.p_permuted.format(times=PERMUTATIONS): p_text(spots.p_permuted[place]),
        words.q: p_text(spots.q[place]),
        words.says_cell: f"{cell:x}",
    }
    css = css_class(float(spots.z[place]), significant=bool(spots.significant[place]))
    return cell_shape(cell, css, says)


def _listed(conn: Connection, asked: Asked, at: datetime, spots: HotSpots, places: list[int]) -> list[Spot]:
    """Return the list beside the map."""
    middles = [middle(int(spots.cells[place])) for place in places]
    names = grids.names_at(conn, at, [lon for lon, _ in middles], [lat for _, lat in middles], asked.areas)
    return [
        Spot(
            lon,
            lat,
            f"z {spots.z[place]:.1f}",
            f"{name or asked.words.says_no_grid} · {spots.counts[place]:.4g} · q {p_text(spots.q[place])}",
            css_class(float(spots.z[place]), significant=True),
        )
        for place, (lon, lat), name in zip(places, middles, names, strict=True)
    ]


def p_text(p: float) -> str:
    """Return a probability as people read it."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
