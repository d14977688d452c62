"""The report on rates cell by cell: incidents per hour of patrol, of whole weeks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import h3.api.numpy_int as h3
import numpy as np

from gis_grid.core import local_date
from gis_grid.core.analysis.rates import Rates, rates
from gis_grid.core.presence.heat import middle
from gis_grid.grids import service as grids
from gis_grid.incidents.observed import categories, observed
from gis_grid.kit.days import instants
from gis_grid.kit.errors import BadInput
from gis_grid.patrols.effort import EFFORT_LEVEL, cell_effort, is_told
from gis_grid.patrols.week_report import newest_profiles
from gis_grid.reports.asked import By
from gis_grid.reports.content import (
    BACKGROUND_BYTES,
    MOST_CELLS,
    SPOTS,
    Content,
    Fact,
    Field,
    Name,
    Scale,
    Spot,
    Step,
    cells_fact,
    fitting,
)
from gis_grid.reports.layers import Layers, Shape, cell_shape

if TYPE_CHECKING:
    from datetime import date, datetime

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.incidents.observed import Observed
    from gis_grid.reports.asked import Asked

RESOLUTIONS: Final = (9, EFFORT_LEVEL)

PER_HOURS: Final = 10
"""Rates are told per so many hours: per one they would begin with zeros."""


@dataclass(frozen=True, slots=True, eq=False)
class CellRates:
    """Cells that were walked or where something was found, and the first and last day of what is counted.

    `rates` are per hour; not a number where there is too little effort to say.

    Attributes
    ----------
    cells, counts : int64 arrays, shape (n,)
        Cells ascending.
    hours : float64 array, shape (n,)
    """

    cells: NDArray[np.int64]
    counts: NDArray[np.int64]
    hours: NDArray[np.float64]
    rates: Rates
    first: date | None
    last: date | None

    def __len__(self) -> int:
        return len(self.cells)


def cell_rates(conn: Connection, asked: Asked, resolution: int) -> CellRates:
    """Return the rates of cells over the whole weeks that a period touches.

    Incidents and hours are of the same weeks and grids: of those whose hours are told by cell.

    Raises
    ------
    BadInput
        When hours or days of the week are asked for, or hours are not told at that resolution.
    """
    filters = asked.filters
    if filters.hours or filters.weekdays:
        why = "their hours are kept by whole week, so that nobody's day can be told from them"
        what = "leave out hour_from, hour_to and weekday, or ask by=grid"
        raise BadInput("Rates of cells know no hours and weekdays", f"{why}; {what}")
    if resolution not in RESOLUTIONS:
        raise BadInput("No such resolution", f"{resolution}; rates of cells are told at 9 and 10")
    spent = cell_effort(conn, asked.first, asked.last, asked.areas)
    found = np.zeros(0, np.int64)
    if spent.first is not None:
        start, end = instants(spent.first, spent.last, asked.tz)
        rows = observed(conn, replace(asked.window(), start=start, end=end), EFFORT_LEVEL)
        found = rows.cells[_is_of_told_weeks(conn, rows, asked)]
    both = np.concatenate((spent.cells, found))
    if resolution != EFFORT_LEVEL:
        both = np.array([h3.cell_to_parent(cell, resolution) for cell in both.tolist()], np.int64)
    cells, of = np.unique(both, return_inverse=True)
    walked = len(spent.cells)
    hours = np.bincount(of[:walked], spent.hours, len(cells)).astype(np.float64)
    counts = np.bincount(of[walked:], minlength=len(cells)).astype(np.int64)
    told = rates(counts, hours, least_hours=filters.least_hours)
    return CellRates(cells, counts, hours, told, spent.first, spent.last)


def cell_rates_report(conn: Connection, asked: Asked, now: datetime) -> Content:
    """Return the report on the rates of cells of a period."""
    words, window = asked.words, asked.window()
    at = window.end or now
    found, resolution = fitting(
        lambda level: cell_rates(conn, asked, level), len, asked.resolution, MOST_CELLS
    )
    background = grids.background(conn, at, BACKGROUND_BYTES, asked.areas)
    scale = scale_of(found.rates)
    shown = np.sort(np.argsort(-found.hours, kind="stable")[:MOST_CELLS]).tolist()
    unsaid = int(np.count_nonzero(np.isnan(found.rates.rate)))
    hours = words.effort_value.format(hours=f"{found.hours.sum():.0f}", first=found.first, last=found.last)
    return Content(
        name=Name.RATES,
        title=words.titled.format(kind=asked.kind_name, what=words.rates),
        lead=words.rates_lead.format(kind=asked.kind_name),
        facts=[
            Fact(
                words.period,
                asked.period(None, None) if found.first is None else f"{found.first} – {found.last}",
            ),
            Fact(asked.kind_name, words.count_plain.format(count=int(found.counts.sum()))),
            Fact(
                words.effort,
                words.no_data_yet if found.first is None else hours,
                words.effort_why.format(least=f"{asked.filters.least_hours:g}"),
            ),
            cells_fact(asked, len(shown), len(found), resolution),
            Fact(words.too_little, words.withheld_cell_rates.format(count=unsaid)),
        ],
        notes=[words.rates_per_cell, *([] if background else [words.no_grids])],
        empty="" if found.first is not None else words.no_effort_by_cell,
        legend_title=words.rates_legend.format(kind=asked.kind_name),
        legend=legend_of(asked, found.rates, scale),
        spots_title=words.rates_highest,
        spots=_highest(conn, asked, at, found, scale),
        resolutions=RESOLUTIONS,
        resolution=asked.resolution,
        until=at,
        layers=Layers(
            background=background,
            shapes=[_shape(asked, found, place, scale) for place in shown],
            heat=[],
            dots=[],
            names={"grid": words.layer_grid, "shapes": words.layer_cells},
        ),
        fields=frozenset({Field.RESOLUTION, Field.WHAT, Field.LEAST_HOURS}),
        categories=categories(conn, window),
        by=By.CELL,
        profiles=newest_profiles(conn),
    )


def scale_of(told: Rates) -> Scale:
    """Return the scale of the rates above nothing."""
    return Scale.of_weights((told.rate[told.rate > 0] * PER_HOURS).tolist())


def css_class(scale: Scale, rate: float) -> str:
    """Return the class of a rate in the style sheet: nothing found is grey, too little effort is hatched."""
    if np.isnan(rate):
        return "unsaid"
    return scale.css_class(rate * PER_HOURS) if rate > 0 else "none"


def legend_of(asked: Asked, told: Rates, scale: Scale) -> list[Step]:
    """Return the steps that there are, from nothing found upwards, and last what cannot be told."""
    return [
        *([Step("none", "0")] if (told.rate == 0).any() else []),
        *(scale.legend() if (told.rate > 0).any() else []),
        *([Step("unsaid", asked.words.too_little)] if np.isnan(told.rate).any() else []),
    ]


def _is_of_told_weeks(conn: Connection, rows: Observed, asked: Asked) -> NDArray[np.bool_]:
    days = [local_date(at, asked.tz) for at in rows.t_ms.tolist()]
    return is_told(conn, [day - timedelta(days=day.weekday()) for day in days], rows.grids.tolist())


def _shape(asked: Asked, found: CellRates, place: int, scale: Scale) -> Shape:
    words, cell, rate = asked.words, int(found.cells[place]), float(found.rates.rate[place])
    is_known = not np.isnan(rate)
    says = {
        asked.kind_name: str(found.counts[place]),
        words.says_hours: f"{found.hours[place]:.1f}",
        words.says_rate: f"{rate * PER_HOURS:.2f}" if is_known else words.too_little,
        words.says_interval: _interval(found, place) if is_known else "–",
        words.says_cell: f"{cell:x}",
    }
    return cell_shape(cell, css_class(scale, rate), says)


def _highest(conn: Connection, asked: Asked, at: datetime, found: CellRates, scale: Scale) -> list[Spot]:
    """Return the cells that are most surely high: by the lower bound of the rate."""
    order = np.argsort(-np.nan_to_num(found.rates.lower), kind="stable")[:SPOTS].tolist()
    places = [place for place in order if found.rates.lower[place] > 0]
    middles = [middle(int(found.cells[place])) for place in places]
    names = grids.names_at(conn, at, [lon for lon, _ in middles], [lat for _, lat in middles], asked.areas)
    spots = []
    for place, (lon, lat), name in zip(places, middles, names, strict=True):
        rate = float(found.rates.rate[place]) * PER_HOURS
        text = f"{name or asked.words.says_no_grid} · {_interval(found, place)}"
        spots.append(Spot(lon, lat, f"{rate:.1f}", text, css_class(scale, rate / PER_HOURS)))
    return spots


def _interval(found: CellRates, place: int) -> str:
    lower, upper = (getattr(found.rates, name)[place] * PER_HOURS for name in ("lower", "upper"))
    return f"{lower:.2f}–{upper:.2f}"
