"""What a report says, before it is drawn or written: facts, legend, hot spots, map layers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gis_grid.core.presence.heat import band_of, bands
from gis_grid.reports.layers import HEAT_CLASSES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from typing import TypeVar

    from gis_grid.reports.asked import Asked, By
    from gis_grid.reports.layers import Layers

    Found = TypeVar("Found")

MOST_CELLS = 800
"""More are neither readable nor small: beyond it a coarser level is shown."""

PAGE_LEVELS = (9, 10, 11)
"""H3 resolutions of a page's cells: a coarser one says nothing of a street."""

_TENTHS = 10
SPOTS = 8
BACKGROUND_BYTES = 200_000


class Name(StrEnum):
    """The reports there are."""

    HAZARDS = "hazards"
    HOT_SPOTS = "hotspots"
    FILM = "film"
    RATES = "rates"
    VISITS = "visits"
    ANALYSIS = "analysis"
    SCORECARDS = "scorecards"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of provenance, with a note where it needs a reason."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of the list of hot spots."""

    lon: float
    lat: float
    figure: str
    text: str
    css_class: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the legend."""

    css_class: str
    label: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under headings; the first column names the row."""

    title: str
    hint: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Film:
    """Pictures one after the other: what each is called, and how many incidents it holds."""

    title: str
    labels: Sequence[str]
    counts: Sequence[int]


class Field(StrEnum):
    """What a report's form asks for beside the period."""

    RESOLUTION = "resolution"
    WHAT = "what"
    TIMES = "times"
    WEIGHT = "weight"
    STEP = "step"
    LEAST_HOURS = "least_hours"


@dataclass(frozen=True, slots=True)
class Content:
    """A whole report.

    Parameters
    ----------
    empty
        Why there is no cell, or nothing.
    resolutions
        H3 resolutions that a reader can choose.
    categories
        That a reader can choose.
    by
        Of what ground it tells, where a reader can choose.
    profiles
        Rules that what it tells was judged by, with their versions.
    """

    name: Name
    title: str
    lead: str
    facts: Sequence[Fact]
    notes: Sequence[str]
    empty: str
    legend_title: str
    legend: Sequence[Step]
    spots_title: str
    spots: Sequence[Spot]
    resolutions: Sequence[int]
    resolution: int
    until: datetime | None
    layers: Layers
    fields: frozenset[Field] = frozenset({Field.RESOLUTION})
    categories: Sequence[str] = ()
    tables: Sequence[Table] = ()
    film: Film | None = None
    by: By | None = None
    profiles: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """From counts to steps of the palette and their labels."""

    bounds: tuple[int, ...]
    per: int = 1

    @classmethod
    def of(cls, least: int, counts: Sequence[int], *, width: int = 1) -> Scale:
        """Return the scale from the least count that is shown to the largest, in bands at least so wide."""
        return cls(bands(least, max(counts, default=least), HEAT_CLASSES, width))

    @classmethod
    def of_weights(cls, weights: Sequence[float]) -> Scale:
        """Return the scale of weights that are no whole numbers: of their tenths."""
        tenths = [max(round(weight * _TENTHS), 1) for weight in weights]
        return cls(bands(min(tenths, default=1), max(tenths, default=1), HEAT_CLASSES), _TENTHS)

    def css_class(self, figure: float) -> str:
        """Return the class of a figure in the style sheet."""
        return f"heat-{self.step(self.band(figure))}"

    def band(self, figure: float) -> int:
        """Return the band of a figure; what is less than the least is in the first."""
        return band_of(max(round(figure * self.per), self.bounds[0]), self.bounds)

    def step(self, band: int) -> int:
        """Return the palette's step of a band: few bands still reach from the first step to the last."""
        last = len(self.bounds) - 1
        return HEAT_CLASSES // 2 if last == 0 else round(band * (HEAT_CLASSES - 1) / last)

    def label(self, band: int) -> str:
        """Return the counts of a band: ``1``, ``2–3``, ``8+``."""
        low = self.bounds[band]
        if band == len(self.bounds) - 1:
            return f"{low / self.per:g}+"
        high = self.bounds[band + 1] - 1
        return f"{low / self.per:g}" if high == low else f"{low / self.per:g}–{high / self.per:g}"

    def legend(self) -> list[Step]:
        """Return all steps, lowest first."""
        return [Step(f"heat-{self.step(band)}", self.label(band)) for band in range(len(self.bounds))]


def fitting(
    load: Callable[[int], Found], size: Callable[[Found], int], resolution: int, most: int
) -> tuple[Found, int]:
    """Return what was loaded at the finest resolution with at most so many cells, and that resolution."""
    found = load(resolution)
    while size(found) > most and resolution > min(PAGE_LEVELS):
        resolution -= 1
        found = load(resolution)
    return found, resolution


def cells_fact(asked: Asked, shown: int, total: int, resolution: int) -> Fact:
    """Return the line that says how many cells are drawn, and why not others."""
    words = asked.words
    notes = [words.coarser] if resolution != asked.resolution else []
    if total > shown:
        notes.append(words.left_out.format(shown=shown, left_out=total - shown))
    return Fact(words.cells, words.cells_value.format(count=total, resolution=resolution), "; ".join(notes))
