"""The report over time: one picture a day, week, hour of the day or day of the week."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.grids import service as grids
from gis_grid.incidents.observed import categories
from gis_grid.reports.asked import Step
from gis_grid.reports.content import (
    BACKGROUND_BYTES,
    MOST_CELLS,
    PAGE_LEVELS,
    Content,
    Fact,
    Field,
    Film,
    Name,
    Scale,
    cells_fact,
)
from gis_grid.reports.gathered import gather_fitting, moment
from gis_grid.reports.hazards import facts, legend_title, names_of
from gis_grid.reports.layers import Layers, Shape, cell_shape

if TYPE_CHECKING:
    from datetime import date, datetime

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.reports.asked import Asked
    from gis_grid.reports.gathered import Gathered, GatheredCell

RESOLUTIONS: Final = PAGE_LEVELS
_MOST_PICTURES: Final = 92


def film(conn: Connection, asked: Asked, now: datetime) -> Content:
    """Return the report on how a period went."""
    words, window = asked.words, asked.window()
    at = window.end or now
    found, resolution = gather_fitting(conn, asked, asked.resolution, MOST_CELLS)
    cells = found.cells[:MOST_CELLS]
    labels, of, shortened = _pictures(asked, found)
    table = _weights(found, cells, of, len(labels))
    scale = _scale(asked, table)
    names = names_of(conn, asked, at, cells)
    background = grids.background(conn, at, BACKGROUND_BYTES, asked.areas)
    what = words.film_what.format(step=words.steps[asked.filters.step], count=len(labels))
    return Content(
        name=Name.FILM,
        title=words.titled.format(kind=asked.kind_name, what=words.film),
        lead=words.film_lead.format(kind=asked.kind_name),
        facts=[
            *facts(asked, found),
            Fact(words.film_at, what, words.film_shortened.format(count=len(labels)) if shortened else ""),
            cells_fact(asked, len(cells), len(found), resolution),
        ],
        notes=[] if background else [words.no_grids],
        empty="" if found else words.empty_period,
        legend_title=legend_title(asked),
        legend=scale.legend() if cells else [],
        spots_title="",
        spots=[],
        resolutions=RESOLUTIONS,
        resolution=asked.resolution,
        until=found.last,
        layers=Layers(
            background=background,
            shapes=[
                _shape(asked, scale, cell, name, row)
                for cell, name, row in zip(cells, names, table, strict=True)
            ],
            heat=[],
            dots=[],
            names={"grid": words.layer_grid, "shapes": words.layer_cells},
        ),
        fields=frozenset({Field.RESOLUTION, Field.WHAT, Field.TIMES, Field.WEIGHT, Field.STEP}),
        categories=categories(conn, window),
        film=Film(words.film, labels, np.bincount(of[of >= 0], minlength=len(labels)).tolist())
        if cells
        else None,
    )


def _pictures(asked: Asked, found: Gathered) -> tuple[list[str], NDArray[np.int64], bool]:
    """Return what each picture is called, that of each incident (-1: none), and if any is left out."""
    words, step = asked.words, asked.filters.step
    local = [moment(t_ms).astimezone(asked.tz) for t_ms in found.rows.t_ms.tolist()]
    if step is Step.HOUR:
        return [f"{hour:02}:00" for hour in range(24)], np.array([t.hour for t in local], np.int64), False
    if step is Step.WEEKDAY:
        return list(words.weekday_names), np.array([t.weekday() for t in local], np.int64), False
    days = [_first_day(t.date(), step) for t in local]
    if not days:
        return [], np.zeros(0, np.int64), False
    length = 7 if step is Step.WEEK else 1
    count = (days[-1] - days[0]).days // length + 1
    kept = min(count, _MOST_PICTURES)
    first = days[-1] - timedelta(days=length * (kept - 1))
    labels = [str(first + timedelta(days=length * n)) for n in range(kept)]
    of = np.array([(day - first).days // length for day in days], np.int64)
    return labels, np.maximum(of, -1), kept < count


def _first_day(day: date, step: Step) -> date:
    return day - timedelta(days=day.weekday()) if step is Step.WEEK else day


def _weights(
    found: Gathered, cells: list[GatheredCell], of: NDArray[np.int64], pictures: int
) -> NDArray[np.float64]:
    """Return the weight of each cell in each picture, shape (cells, pictures)."""
    table = np.zeros((len(cells), pictures))
    places = {cell.cell: row for row, cell in enumerate(cells)}
    rows = np.array([places.get(cell, -1) for cell in found.rows.cells.tolist()], np.int64)
    shown = (rows >= 0) & (of >= 0)
    np.add.at(table, (rows[shown], of[shown]), found.weights[shown])
    return table


def _scale(asked: Asked, table: NDArray[np.float64]) -> Scale:
    figures = table[table > 0]
    if asked.filters.weighs:
        return Scale.of_weights(figures.tolist())
    return Scale.of(1, figures.astype(np.int64).tolist())


def _shape(
    asked: Asked, scale: Scale, cell: GatheredCell, name: str | None, row: NDArray[np.float64]
) -> Shape:
    words = asked.words
    says = {
        asked.kind_name: words.count_value.format(count=cell.count, open=cell.open),
        words.says_category: cell.category,
        words.says_grid: name or words.says_no_grid,
        words.says_cell: f"{cell.cell:x}",
    }
    when = "".join(str(scale.step(scale.band(weight))) if weight > 0 else "-" for weight in row.tolist())
    return cell_shape(cell.cell, "off", says, when)
