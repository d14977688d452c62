"""The report on rates: incidents per hour of patrol, grid by grid."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gis_grid.core.analysis.rates import Rates, rates
from gis_grid.grids import service as grids
from gis_grid.incidents.observed import categories, observed
from gis_grid.kit.days import instants
from gis_grid.patrols.effort import Effort, effort
from gis_grid.patrols.week_report import newest_profiles
from gis_grid.reports.asked import By
from gis_grid.reports.cell_rates import PER_HOURS, cell_rates_report, css_class, legend_of, scale_of
from gis_grid.reports.content import BACKGROUND_BYTES, Content, Fact, Field, Name, Scale, Table
from gis_grid.reports.layers import Layers, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.incidents.observed import Observed
    from gis_grid.reports.asked import Asked


@dataclass(frozen=True, slots=True, eq=False)
class GridRates:
    """The grids in force as GeoJSON features, with what was found in each, and in how much effort.

    `rates` are per hour; not a number where there is too little effort to say.
    """

    features: Sequence[Mapping[str, Any]]
    counts: Sequence[int]
    hours: Sequence[float]
    rates: Rates
    effort: Effort
    rows: Observed


def grid_rates(conn: Connection, asked: Asked, now: datetime) -> GridRates:
    """Return the rates of every grid in force at the end of the period.

    Incidents and hours are of the same days: from the first to the last that was judged within the period.
    """
    filters, window = asked.filters, asked.window()
    spent = effort(conn, asked.first, asked.last, asked.tz, hours=filters.hours, weekdays=filters.weekdays)
    start, end = instants(spent.first, spent.last, asked.tz)
    rows = observed(conn, replace(window, start=start, end=end))
    if spent.first is None:
        rows = rows[np.zeros(len(rows), np.bool_)]
    found = Counter(rows.grids.tolist())
    features = json.loads(grids.grids_geojson(conn, window.end or now, asked.areas))["features"]
    codes = [feature["properties"]["code"] for feature in features]
    counts, hours = [found[code] for code in codes], [spent.hours.get(code, 0.0) for code in codes]
    told = rates(counts, hours, least_hours=filters.least_hours)
    return GridRates(features, counts, hours, told, spent, rows)


def rates_report(conn: Connection, asked: Asked, now: datetime) -> Content:
    """Return the report on the rates of a period, of grids or of cells."""
    if asked.filters.by is By.CELL:
        return cell_rates_report(conn, asked, now)
    words, window = asked.words, asked.window()
    found = grid_rates(conn, asked, now)
    background = grids.background(conn, window.end or now, BACKGROUND_BYTES, asked.areas)
    scale = scale_of(found.rates)
    unsaid = int(np.count_nonzero(np.isnan(found.rates.rate)))
    spent = found.effort
    hours = words.effort_value.format(hours=f"{sum(found.hours):.0f}", first=spent.first, last=spent.last)
    return Content(
        name=Name.RATES,
        title=words.titled.format(kind=asked.kind_name, what=words.rates),
        lead=words.rates_lead.format(kind=asked.kind_name),
        facts=[
            Fact(
                words.period,
                asked.period(None, None) if spent.first is None else f"{spent.first} – {spent.last}",
            ),
            Fact(asked.kind_name, words.count_plain.format(count=sum(found.counts))),
            Fact(
                words.effort,
                words.no_data_yet if spent.first is None else hours,
                words.effort_why.format(least=f"{asked.filters.least_hours:g}"),
            ),
            Fact(words.too_little, words.withheld_rates.format(count=unsaid)),
        ],
        notes=[words.rates_per_grid, *([] if background else [words.no_grids])],
        empty="" if spent.first is not None else words.no_effort,
        legend_title=words.rates_legend.format(kind=asked.kind_name),
        legend=legend_of(asked, found.rates, scale),
        spots_title="",
        spots=[],
        resolutions=(),
        resolution=asked.resolution,
        until=window.end or now,
        layers=Layers(
            background=background,
            shapes=_shapes(asked, found, scale),
            heat=[],
            dots=[],
            names={"grid": words.layer_grid, "shapes": words.layer_rates},
        ),
        fields=frozenset({Field.WHAT, Field.TIMES, Field.LEAST_HOURS}),
        categories=categories(conn, window),
        tables=[_table(asked, found)] if found.features else [],
        by=By.GRID,
        profiles=newest_profiles(conn),
    )


def _shapes(asked: Asked, found: GridRates, scale: Scale) -> list[Shape]:
    shapes = []
    for place, feature in enumerate(found.features):
        css = css_class(scale, float(found.rates.rate[place]))
        says = dict(zip(_says(asked), _texts(asked, found, place), strict=True))
        shapes.append(Shape(f"g{place}", feature["geometry"], css, says))
    return shapes


def _says(asked: Asked) -> list[str]:
    words = asked.words
    return [words.says_grid, asked.kind_name, words.says_hours, words.says_rate, words.says_interval]


def _texts(asked: Asked, found: GridRates, place: int) -> list[str]:
    """Return name, count, hours, rate and interval of a grid."""
    rate, lower, upper = (
        getattr(found.rates, name)[place] * PER_HOURS for name in ("rate", "lower", "upper")
    )
    name = found.features[place]["properties"]["name"]
    texts = [name, str(found.counts[place]), f"{found.hours[place]:.1f}"]
    if np.isnan(rate):
        return [*texts, asked.words.too_little, "–"]
    return [*texts, f"{rate:.2f}", f"{lower:.2f}–{upper:.2f}"]


def _table(asked: Asked, found: GridRates) -> Table:
    words = asked.words
    order = np.lexsort((np.arange(len(found.counts)), -np.nan_to_num(found.rates.rate, nan=-1.0)))
    rows = []
    for place in order.tolist():
        name, count, hours, rate, interval = _texts(asked, found, place)
        told = rate if interval == "–" else f"{rate}\n{interval}"
        rows.append([name, count, hours, told])
    return Table(words.rates_table, words.rates_hint, words.rates_columns, rows)
