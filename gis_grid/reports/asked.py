"""What a reader asked for: language, period, cells, and which incidents count how much."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from gis_grid.incidents.observed import Window
from gis_grid.kit.days import instants
from gis_grid.reports.words import WORDS, Lang, Words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

DEFAULT_RESOLUTION: Final = 10
LEAST_HOURS: Final = 5.0
"""With less effort than this a rate says nothing; a reader may ask for more, or for less down to one hour."""

LEAST_CELL_HOURS: Final = 1.0
"""The same for a cell, of which a grid has ten or so."""


class Counted(StrEnum):
    """Which incidents a map counts; what concerns homes (disputes, errands) is on none."""

    HAZARD = "hazard"
    INCIDENT = "incident"
    BOTH = "both"

    @property
    def kinds(self) -> tuple[str, ...]:
        """The words of `incident.kind`."""
        return ("hazard", "incident") if self is Counted.BOTH else (self.value,)


class Weight(StrEnum):
    """What one incident weighs."""

    COUNT = "count"
    SEVERITY = "severity"


class By(StrEnum):
    """Of what ground there is a rate each."""

    GRID = "grid"
    CELL = "cell"

    @property
    def least_hours(self) -> float:
        """Return the least effort of a rate, unless a reader asks for another."""
        return LEAST_CELL_HOURS if self is By.CELL else LEAST_HOURS


class Step(StrEnum):
    """What one picture of a film holds."""

    DAY = "day"
    WEEK = "week"
    HOUR = "hour"
    WEEKDAY = "weekday"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which incidents count, and how much.

    Parameters
    ----------
    hour_from, hour_to
        Local hours, from 0 and until 24; over midnight when the first is not before the last.
    weekdays
        1 Monday to 7 Sunday; none is all.
    half_life
        Days after which an incident weighs half; ``None`` for ever the same.
    least_hours
        Least effort of a rate.
    by
        Of what ground there are rates.
    """

    counted: Counted = Counted.HAZARD
    category: str | None = None
    hour_from: int = 0
    hour_to: int = 24
    weekdays: tuple[int, ...] = ()
    weight: Weight = Weight.COUNT
    half_life: float | None = None
    step: Step = Step.DAY
    least_hours: float = LEAST_HOURS
    by: By = By.GRID

    @property
    def hours(self) -> tuple[int, ...]:
        """The hours of the day that count; none is all."""
        first, last = self.hour_from, self.hour_to
        if (first, last) == (0, 24):
            return ()
        return tuple(range(first, last)) if first < last else (*range(first, 24), *range(last))

    @property
    def weighs(self) -> bool:
        """Whether anything but plain counts is asked for."""
        return self.weight is not Weight.COUNT or self.half_life is not None

    def query(self) -> dict[str, object]:
        """Return what differs from the defaults, as the query of an address writes it."""
        usual = Filters()
        names = {
            name: name for name in ("category", "hour_from", "hour_to", "weight", "half_life", "step", "by")
        }
        names |= {"counted": "kind", "weekdays": "weekday", "least_hours": "least_hours"}
        values = {
            names[name]: getattr(self, name) for name in names if getattr(self, name) != getattr(usual, name)
        }
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asked for: language, local days (both inside), H3 resolution.

    `areas` are the ids of those that the reader may see, or of the one `community` that was chosen; ``None``
    for everywhere.
    """

    lang: Lang
    first: date | None
    last: date | None
    resolution: int
    tz: ZoneInfo
    areas: Sequence[int] | None = None
    filters: Filters = field(default_factory=Filters)
    community: str | None = None

    @property
    def words(self) -> Words:
        """The sentences of the language."""
        return WORDS[self.lang]

    @property
    def kind_name(self) -> str:
        """What the incidents are called that are counted."""
        return self.words.kinds[self.filters.counted]

    def window(self) -> Window:
        """Return which incidents are observed."""
        start, end = instants(self.first, self.last, self.tz)
        chosen = self.filters
        return Window(
            self.tz.key,
            chosen.counted.kinds,
            start,
            end,
            chosen.category,
            chosen.hours,
            chosen.weekdays,
            self.areas,
        )

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
