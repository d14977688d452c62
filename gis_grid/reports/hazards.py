"""The report on hazards: counts per cell, density, the latest ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.core.presence.heat import band_of, middle
from gis_grid.grids import service as grids
from gis_grid.incidents import service as incidents
from gis_grid.incidents.rows import Filter, Kind
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
from gis_grid.reports.drawing import Cell, Dot, Layers

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.incidents.rows import IncidentCell, Listed

RESOLUTIONS = incidents.RESOLUTIONS
_HEAT_RESOLUTION = 11
_MOST_HEAT_POINTS = 2000
_MOST_DOTS = 300


def hazards(conn: Connection, asked: Asked, now: datetime) -> Content:
    """Return the report on the hazards of a period; `now` decides which boundaries an open period shows."""
    words = asked.words
    start, end = instants(asked.first, asked.last, asked.tz)
    wanted = Filter(Kind.HAZARD, start, end, asked.areas)
    extent = incidents.extent(conn, wanted)
    found, resolution = fitting(
        lambda level: incidents.heat_cells(conn, wanted, level), len, asked.resolution, MOST_CELLS
    )
    cells = found[:MOST_CELLS]
    background = grids.background(conn, end or now, BACKGROUND_BYTES, asked.areas)
    scale = Scale.of(1, [cell.count for cell in cells])
    dots = incidents.latest(conn, wanted, _MOST_DOTS)
    layers = Layers(
        background=background,
        cells=[_cell(asked, scale, cell) for cell in cells],
        heat=_heat(conn, wanted),
        dots=[_dot(asked, hazard) for hazard in dots],
        names={
            "grid": words.layer_grid,
            "cells": words.layer_cells,
            "heat": words.layer_heat,
            "dots": words.layer_dots
            if len(dots) == extent.count
            else words.layer_dots_some.format(count=len(dots)),
        },
    )
    count = words.hazard_count_value.format(count=extent.count, open=sum(cell.open for cell in found))
    return Content(
        name=Name.HAZARDS,
        title=words.hazards,
        lead=words.hazards_lead,
        facts=[
            Fact(words.period, asked.period(extent.first, extent.last)),
            Fact(words.until, asked.time(extent.last)),
            Fact(words.hazard_count, count),
            cells_fact(asked, len(cells), len(found), resolution),
            Fact(words.withheld, words.withheld_value.format(count=0), words.withheld_none),
        ],
        notes=[] if background else [words.no_grids],
        empty="" if found else words.empty_period,
        legend_title=words.legend_hazards,
        legend=scale.legend() if cells else [],
        spots_title=words.hot_hazards,
        spots=[_spot(asked, scale, cell) for cell in cells[:SPOTS]],
        resolutions=RESOLUTIONS,
        resolution=asked.resolution,
        until=extent.last,
        layers=layers,
    )


def _heat(conn: Connection, wanted: Filter) -> list[tuple[float, float, float]]:
    found, _ = fitting(
        lambda level: incidents.heat_cells(conn, wanted, level), len, _HEAT_RESOLUTION, _MOST_HEAT_POINTS
    )
    points = ((*middle(cell.cell), cell.count) for cell in found[:_MOST_HEAT_POINTS])
    return [(lat, lon, float(count)) for lon, lat, count in points]


def _cell(asked: Asked, scale: Scale, cell: IncidentCell) -> Cell:
    words = asked.words
    says = {
        words.says_count: words.says_count_value.format(count=cell.count, open=cell.open),
        words.says_category: cell.category,
        words.says_worst: words.severities[cell.worst],
        words.says_grid: cell.grid or words.says_no_grid,
        words.says_cell: f"{cell.cell:x}",
    }
    return Cell(cell.cell, scale.step(band_of(cell.count, scale.bounds)), says)


def _dot(asked: Asked, hazard: Listed) -> Dot:
    words = asked.words
    says = {
        words.says_title: hazard.title,
        words.says_one_category: hazard.category,
        words.says_severity: words.severities[hazard.severity],
        words.says_state: words.states[hazard.state],
        words.says_reported: asked.time(hazard.reported_at),
    }
    return Dot(hazard.lon, hazard.lat, f"severity-{hazard.severity}", says)


def _spot(asked: Asked, scale: Scale, cell: IncidentCell) -> Spot:
    lon, lat = middle(cell.cell)
    text = f"{cell.grid or asked.words.says_no_grid} · {cell.category}"
    return Spot(lon, lat, str(cell.count), text, scale.step(band_of(cell.count, scale.bounds)))
