"""The report on hazards and incidents: counts or weights per cell, density, the latest ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.core.presence.heat import middle
from gis_grid.grids import service as grids
from gis_grid.incidents.observed import categories, told
from gis_grid.reports.content import (
    BACKGROUND_BYTES,
    MOST_CELLS,
    PAGE_LEVELS,
    SPOTS,
    Content,
    Fact,
    Field,
    Name,
    Scale,
    Spot,
    cells_fact,
)
from gis_grid.reports.gathered import gather_fitting
from gis_grid.reports.layers import Dot, Layers, Shape, cell_shape

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.incidents.observed_store import Told
    from gis_grid.reports.asked import Asked
    from gis_grid.reports.gathered import Gathered, GatheredCell

RESOLUTIONS = PAGE_LEVELS
_HEAT_RESOLUTION = 11
_MOST_HEAT_POINTS = 2000
_MOST_DOTS = 300


def hazards(conn: Connection, asked: Asked, now: datetime) -> Content:
    """Return the report on what a period brought; `now` decides which boundaries an open one shows."""
    words, window = asked.words, asked.window()
    at = window.end or now
    found, resolution = gather_fitting(conn, asked, asked.resolution, MOST_CELLS)
    cells = found.cells[:MOST_CELLS]
    names = names_of(conn, asked, at, cells)
    background = grids.background(conn, at, BACKGROUND_BYTES, asked.areas)
    scale = scale_of(asked, cells)
    dots = told(conn, found.rows.ids[-_MOST_DOTS:].tolist())
    layers = Layers(
        background=background,
        shapes=[_shape(asked, scale, cell, name) for cell, name in zip(cells, names, strict=True)],
        heat=_heat(conn, asked),
        dots=[_dot(asked, one) for one in dots],
        names={
            "grid": words.layer_grid,
            "shapes": words.layer_cells,
            "heat": words.layer_heat,
            "dots": words.layer_dots
            if len(dots) == len(found.rows)
            else words.layer_dots_some.format(count=len(dots)),
        },
    )
    return Content(
        name=Name.HAZARDS,
        title=words.heatmap_of.format(kind=asked.kind_name),
        lead=words.hazards_lead.format(kind=asked.kind_name),
        facts=[
            *facts(asked, found),
            cells_fact(asked, len(cells), len(found), resolution),
            Fact(words.withheld, words.withheld_nothing, words.withheld_none),
        ],
        notes=[] if background else [words.no_grids],
        empty="" if found else words.empty_period,
        legend_title=legend_title(asked),
        legend=scale.legend() if cells else [],
        spots_title=words.hot_cells,
        spots=[
            _spot(asked, scale, cell, name) for cell, name in zip(cells[:SPOTS], names[:SPOTS], strict=True)
        ],
        resolutions=RESOLUTIONS,
        resolution=asked.resolution,
        until=found.last,
        layers=layers,
        fields=frozenset({Field.RESOLUTION, Field.WHAT, Field.TIMES, Field.WEIGHT}),
        categories=categories(conn, window),
    )


def facts(asked: Asked, found: Gathered) -> list[Fact]:
    """Return the lines of provenance that every report on incidents has."""
    words, rows = asked.words, found.rows
    count = words.count_value.format(count=len(rows), open=int(rows.open.sum()))
    lines = [
        Fact(words.period, asked.period(found.first, found.last)),
        Fact(words.until, asked.time(found.last)),
        Fact(asked.kind_name, count),
    ]
    half_life = asked.filters.half_life
    if half_life is not None:
        lines.append(
            Fact(words.half_life, words.half_life_value.format(days=f"{half_life:g}"), words.half_life_why)
        )
    return lines


def scale_of(asked: Asked, cells: list[GatheredCell]) -> Scale:
    """Return the scale of counts, or of weights where these are asked for."""
    if asked.filters.weighs:
        return Scale.of_weights([cell.weight for cell in cells])
    return Scale.of(1, [cell.count for cell in cells])


def legend_title(asked: Asked) -> str:
    """Return what the colours stand for."""
    words = asked.words
    return words.legend_weight if asked.filters.weighs else words.legend_count.format(kind=asked.kind_name)


def names_of(conn: Connection, asked: Asked, at: datetime, cells: list[GatheredCell]) -> list[str | None]:
    """Return the name of the grid at the middle of each cell."""
    places = [middle(cell.cell) for cell in cells]
    return grids.names_at(conn, at, [lon for lon, _ in places], [lat for _, lat in places], asked.areas)


def _heat(conn: Connection, asked: Asked) -> list[tuple[float, float, float]]:
    found, _ = gather_fitting(conn, asked, _HEAT_RESOLUTION, _MOST_HEAT_POINTS)
    points = ((*middle(cell.cell), cell.weight) for cell in found.cells[:_MOST_HEAT_POINTS])
    return [(lat, lon, round(weight, 3)) for lon, lat, weight in points]


def _shape(asked: Asked, scale: Scale, cell: GatheredCell, name: str | None) -> Shape:
    words = asked.words
    says = {asked.kind_name: words.count_value.format(count=cell.count, open=cell.open)}
    if asked.filters.weighs:
        says[words.says_weight] = f"{cell.weight:.2f}"
    says |= {
        words.says_category: cell.category,
        words.says_worst: words.severities[cell.worst],
        words.says_grid: name or words.says_no_grid,
        words.says_cell: f"{cell.cell:x}",
    }
    return cell_shape(cell.cell, scale.css_class(_figure(asked, cell)), says)


def _figure(asked: Asked, cell: GatheredCell) -> float:
    return cell.weight if asked.filters.weighs else cell.count


def _dot(asked: Asked, one: Told) -> Dot:
    words = asked.words
    says = {
        words.says_title: one.title,
        words.says_one_category: one.category,
        words.says_severity: words.severities[one.severity],
        words.says_state: words.states.get(one.state, one.state),
        words.says_reported: asked.time(one.reported_at),
    }
    return Dot(one.lon, one.lat, f"severity-{one.severity}", says)


def _spot(asked: Asked, scale: Scale, cell: GatheredCell, name: str | None) -> Spot:
    lon, lat = middle(cell.cell)
    figure = _figure(asked, cell)
    text = f"{name or asked.words.says_no_grid} · {cell.category}"
    return Spot(
        lon, lat, f"{figure:.1f}" if asked.filters.weighs else str(cell.count), text, scale.css_class(figure)
    )
