"""What a report says, before it is drawn or written: facts, legend, hot spots, map layers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gis_grid.core.presence.heat import bands
from gis_grid.reports.drawing import HEAT_CLASSES
from gis_grid.reports.words import WORDS, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from typing import TypeVar
    from zoneinfo import ZoneInfo

    from gis_grid.reports.drawing import Layers
    from gis_grid.reports.words import Lang

    Found = TypeVar("Found")

MOST_CELLS = 800
"""More are neither readable nor small: beyond it a coarser level is shown."""

COARSEST = 9
SPOTS = 8
BACKGROUND_BYTES = 200_000


class Name(StrEnum):
    """The reports there are."""

    HAZARDS = "hazards"
    VISITS = "visits"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asked for: language, local days (both inside), H3 resolution.

    `areas` are the ids of those that the reader may see; ``None`` for everywhere.
    """

    lang: Lang
    first: date | None
    last: date | None
    resolution: int
    tz: ZoneInfo
    areas: Sequence[int] | None = None

    @property
    def words(self) -> Words:
        """The sentences of the language."""
        return WORDS[self.lang]

    def time(self, at: datetime | None) -> str:
        """Return an instant as local date and time."""
        return self.words.no_data_yet if at is None else at.astimezone(self.tz).strftime("%Y-%m-%d %H:%M")

    def period(self, first: datetime | None, last: datetime | None) -> str:
        """Return the period: as asked, or from the first to the last datum."""
        if self.first is None and self.last is None:
            if first is None or last is None:
                return self.words.period_all
            days = [first.astimezone(self.tz).date(), last.astimezone(self.tz).date()]
            return f"{days[0]} – {days[1]}"
        return f"{self.first or self.words.period_open} – {self.last or self.words.period_open}"


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
    step: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the legend."""

    step: int
    label: str


@dataclass(frozen=True, slots=True)
class Content:
    """A whole report.

    Parameters
    ----------
    empty
        Why there is no cell, or nothing.
    resolutions
        H3 resolutions that a reader can choose.
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


@dataclass(frozen=True, slots=True)
class Scale:
    """From counts to steps of the palette and their labels."""

    bounds: tuple[int, ...]

    @classmethod
    def of(cls, least: int, counts: Sequence[int], *, width: int = 1) -> Scale:
        """Return the scale from the least count that is shown to the largest, in bands at least so wide."""
        return cls(bands(least, max(counts, default=least), HEAT_CLASSES, width))

    def step(self, band: int) -> int:
        """Return the palette's step of a band: few bands still reach from the first step to the last."""
        last = len(self.bounds) - 1
        return HEAT_CLASSES // 2 if last == 0 else round(band * (HEAT_CLASSES - 1) / last)

    def label(self, band: int) -> str:
        """Return the counts of a band: ``1``, ``2–3``, ``8+``."""
        low = self.bounds[band]
        if band == len(self.bounds) - 1:
            return f"{low}+"
        high = self.bounds[band + 1] - 1
        return str(low) if high == low else f"{low}–{high}"

    def legend(self) -> list[Step]:
        """Return all steps, lowest first."""
        return [Step(self.step(band), self.label(band)) for band in range(len(self.bounds))]


def fitting(
    load: Callable[[int], Found], size: Callable[[Found], int], resolution: int, most: int
) -> tuple[Found, int]:
    """Return what was loaded at the finest resolution with at most so many cells, and that resolution."""
    found = load(resolution)
    while size(found) > most and resolution > COARSEST:
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
