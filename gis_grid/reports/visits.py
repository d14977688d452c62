"""The report on visits: bands of distinct targets per cell, from what is published of whole weeks."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from gis_grid.core.presence.heat import band_of, middle
from gis_grid.grids import service as grids
from gis_grid.reports.content import (
    BACKGROUND_BYTES,
    MOST_CELLS,
    SPOTS,
    Content,
    Fact,
    Name,
    Scale,
    Spot,
    cells_fact,
)
from gis_grid.reports.layers import Layers, Shape, cell_shape
from gis_grid.visits import service as visits_service

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from gis_grid.reports.asked import Asked
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


def visits(
    conn: Connection, asked: Asked, now: datetime, *, min_targets: int, hidden: Collection[str]
) -> Content:
    """Return the report on the visits of whole weeks; `now` decides which boundaries an open period shows.

    Everything it says, how many cells there are and since when, is made from what is published: a number of
    withheld cells or of visits would tell of the others (docs/decisions/0026-heat.md). `hidden` classes are
    left out, wherever they are.
    """
    words = asked.words
    found = visits_service.visit_cells(
        conn, asked.first, asked.last, asked.resolution,
        now=now, tz=asked.tz, min_targets=min_targets, also_sensitive=hidden,
        areas=asked.areas,
    )  # fmt: skip
    cells, scale = _banded(found)
    shown = _placed(conn, asked, cells[:MOST_CELLS], now)
    background = grids.background(conn, now, BACKGROUND_BYTES, asked.areas)
    last = found.weeks[-1] + timedelta(days=6) if found.weeks else None
    period = f"{found.weeks[0]} – {last}" if found.weeks else asked.period(None, None)
    rule = words.withheld_why.format(least=found.least)
    return Content(
        name=Name.VISITS,
        title=words.visits,
        lead=words.visits_lead,
        facts=[
            Fact(words.period, period, words.whole_weeks),
            Fact(words.until, str(last) if last else words.no_data_yet),
            cells_fact(asked, len(shown), len(cells), asked.resolution),
            Fact(words.withheld, words.withheld_visits, rule),
        ],
        notes=[words.sensitive_note] if background else [words.sensitive_note, words.no_grids],
        empty="" if cells else words.empty_withheld.format(least=found.least),
        legend_title=words.legend_visits,
        legend=scale.legend() if cells else [],
        spots_title=words.hot_visits,
        spots=[_spot(asked, scale, place) for place in shown[:SPOTS]],
        resolutions=RESOLUTIONS,
        resolution=asked.resolution,
        until=None if last is None else datetime.combine(last, time.max, asked.tz),
        layers=Layers(
            background=background,
            shapes=[_shape(asked, scale, place) for place in shown],
            heat=[],
            dots=[],
            names={"grid": words.layer_grid, "shapes": words.layer_cells},
        ),
    )


def _banded(found: VisitCells) -> tuple[list[tuple[int, int]], Scale]:
    """Return (cell, band), highest band first; within a band by cell, which says nothing about counts."""
    counts = found.cells.counts.tolist()
    scale = Scale.of(found.least, counts, width=_BAND_WIDTH)
    bands = [band_of(count, scale.bounds) for count in counts]
    cells = zip(found.cells.cells.tolist(), bands, strict=True)
    return sorted(cells, key=lambda item: (-item[1], item[0])), scale


def _placed(conn: Connection, asked: Asked, cells: list[tuple[int, int]], at: datetime) -> list[_Place]:
    places = [middle(cell) for cell, _ in cells]
    lon, lat = [place[0] for place in places], [place[1] for place in places]
    names = grids.names_at(conn, at, lon, lat, asked.areas)
    return [_Place(*cell, *place, name) for cell, place, name in zip(cells, places, names, strict=True)]


def _shape(asked: Asked, scale: Scale, place: _Place) -> Shape:
    words = asked.words
    says = {
        words.says_targets: scale.label(place.band),
        words.says_grid: place.grid or words.says_no_grid,
        words.says_cell: f"{place.cell:x}",
    }
    return cell_shape(place.cell, f"heat-{scale.step(place.band)}", says)


def _spot(asked: Asked, scale: Scale, place: _Place) -> Spot:
    text = place.grid or asked.words.says_no_grid
    return Spot(place.lon, place.lat, scale.label(place.band), text, f"heat-{scale.step(place.band)}")
