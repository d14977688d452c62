"""The report on visits: bands of distinct targets per cell, and never fewer than k."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gis_grid.core.presence.heat import band_of, middle
from gis_grid.grids import service as grids
from gis_grid.kit.days import instants
from gis_grid.reports.content import (
    BACKGROUND_BYTES,
    MOST_CELLS,
    SPOTS,
    Asked,
    Content,
    Fact,
    Name,
    Scale,
    Spot,
    cells_fact,
    fitting,
)
from gis_grid.reports.drawing import Cell, Layers
from gis_grid.visits import service as visits_service

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.visits.rows import VisitCells

RESOLUTIONS = (9, 10)
_BAND_WIDTH = 3


class _Place(NamedTuple):
    """A cell that may be shown: its band, its middle in degrees and the grid there."""

    cell: int
    band: int
    lon: float
    lat: float
    grid: str | None


def visits(conn: Connection, asked: Asked, now: datetime, *, min_targets: int) -> Content:
    """Return the report on the visits of a period; `now` decides which boundaries an open period shows.

    Counts are told in bands only: the exact counts of two periods that differ by a day would tell what was
    visited on that day.
    """
    words = asked.words
    start, end = instants(asked.first, asked.last, asked.tz)
    found, resolution = fitting(
        lambda level: visits_service.visit_cells(
            conn, start, end, level, min_targets=min_targets, areas=asked.areas
        ),
        lambda cells: len(cells.published.shown),
        asked.resolution,
        MOST_CELLS,
    )
    cells, scale = _banded(found)
    shown = _placed(conn, asked, cells[:MOST_CELLS], end or now)
    background = grids.background(conn, end or now, BACKGROUND_BYTES, asked.areas)
    withheld_why = words.withheld_why.format(least=found.least)
    return Content(
        name=Name.VISITS,
        title=words.visits,
        lead=words.visits_lead,
        facts=[
            Fact(words.period, asked.period(found.first, found.last)),
            Fact(words.until, asked.time(found.last)),
            Fact(words.visit_count, words.visit_count_value.format(count=found.visits)),
            cells_fact(asked, len(shown), len(cells), resolution),
            Fact(words.withheld, words.withheld_value.format(count=found.published.withheld), withheld_why),
        ],
        notes=[words.sensitive_note] if background else [words.sensitive_note, words.no_grids],
        empty=_empty(asked, found),
        legend_title=words.legend_visits,
        legend=scale.legend() if cells else [],
        spots_title=words.hot_visits,
        spots=[_spot(asked, scale, place) for place in shown[:SPOTS]],
        resolutions=RESOLUTIONS,
        resolution=asked.resolution,
        until=found.last,
        layers=Layers(
            background=background,
            cells=[_cell(asked, scale, place) for place in shown],
            heat=[],
            dots=[],
            names={"grid": words.layer_grid, "cells": words.layer_cells},
        ),
    )


def _banded(found: VisitCells) -> tuple[list[tuple[int, int]], Scale]:
    """Return (cell, band), highest band first; within a band by cell, which says nothing about counts."""
    counts = found.published.shown.counts.tolist()
    scale = Scale.of(found.least, counts, width=_BAND_WIDTH)
    bands = [band_of(count, scale.bounds) for count in counts]
    cells = zip(found.published.shown.cells.tolist(), bands, strict=True)
    return sorted(cells, key=lambda item: (-item[1], item[0])), scale


def _empty(asked: Asked, found: VisitCells) -> str:
    if found.visits == 0:
        return asked.words.empty_period
    return "" if len(found.published.shown) else asked.words.empty_withheld.format(least=found.least)


def _placed(conn: Connection, asked: Asked, cells: list[tuple[int, int]], at: datetime) -> list[_Place]:
    places = [middle(cell) for cell, _ in cells]
    lon, lat = [place[0] for place in places], [place[1] for place in places]
    names = grids.names_at(conn, at, lon, lat, asked.areas)
    return [_Place(*cell, *place, name) for cell, place, name in zip(cells, places, names, strict=True)]


def _cell(asked: Asked, scale: Scale, place: _Place) -> Cell:
    words = asked.words
    says = {
        words.says_targets: scale.label(place.band),
        words.says_grid: place.grid or words.says_no_grid,
        words.says_cell: f"{place.cell:x}",
    }
    return Cell(place.cell, scale.step(place.band), says)


def _spot(asked: Asked, scale: Scale, place: _Place) -> Spot:
    text = place.grid or asked.words.says_no_grid
    return Spot(place.lon, place.lat, scale.label(place.band), text, scale.step(place.band))
