"""What a report can be asked for, as parameters of its address."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from gis_grid.reports.asked import (
    DEFAULT_RESOLUTION,
    Asked,
    By,
    Counted,
    Filters,
    Step,
    Weight,
)
from gis_grid.reports.look import Look, Theme
from gis_grid.reports.words import Lang

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo


def _or_none(value: Any) -> Any:
    return value or None


# A form sends an empty text for what is left open.
_Day = Annotated[date | None, BeforeValidator(_or_none)]
Community = Annotated[str | None, BeforeValidator(_or_none)]
_Weekday = Annotated[int, Field(ge=1, le=7)]


PERIOD: Final = "A day (2026-11-05), ISO week (2026-W45) or month (2026-11); none is the last whole week."
COMMUNITY: Final = "Code of a community; none is all that may be seen."
_RESOLUTION: Final = "H3 resolution of the cells: 7, 9, 10 or 11; of visits 9 or 10."
_BY_ZOOM: Final = "H3 resolution of the cells; without, the finest one that is told at this zoom."


class FileKind(StrEnum):
    """What kind of file a report is downloaded as."""

    HTML = "html"
    PDF = "pdf"


class DaysQuery(BaseModel):
    """Which days."""

    first: _Day = Field(None, alias="from", description="First local day.")
    last: _Day = Field(None, alias="to", description="Last local day.")


class PeriodQuery(DaysQuery):
    """Which days, in how large cells."""

    resolution: int = Field(DEFAULT_RESOLUTION, description=_RESOLUTION)
    community: Community = Field(None, max_length=200, description=COMMUNITY)


class VisitTileQuery(DaysQuery):
    """Which days, in how large cells."""

    model_config = ConfigDict(extra="forbid")

    resolution: int | None = Field(None, description=_BY_ZOOM)


class CountedQuery(DaysQuery):
    """Which incidents are counted, and what they weigh."""

    kind: Counted = Field(Counted.HAZARD, description="What is counted.")
    category: Annotated[str | None, BeforeValidator(_or_none)] = Field(
        None, max_length=200, description="Only this category, as it was written."
    )
    hour_from: int = Field(0, ge=0, le=23, description="From this local hour of the day on.")
    hour_to: int = Field(24, ge=1, le=24, description="Until this hour; over midnight when not later.")
    weekday: list[_Weekday] = Field([], max_length=7, description="1 Monday to 7 Sunday; none is all.")
    weight: Weight = Field(Weight.COUNT, description="What one incident weighs.")
    half_life: Annotated[float | None, BeforeValidator(_or_none)] = Field(
        None,
        gt=0,
        le=3650,
        description="Days after which an incident weighs half; without, for ever the same.",
    )

    def filters(self) -> Filters:
        """Return which incidents count, and how much."""
        return Filters(
            self.kind, self.category, self.hour_from, self.hour_to, tuple(sorted(set(self.weekday))),
            self.weight, self.half_life,
        )  # fmt: skip


class HeatTileQuery(CountedQuery):
    """Which incidents are counted, what they weigh, in how large cells."""

    model_config = ConfigDict(extra="forbid")

    resolution: int | None = Field(None, description=_BY_ZOOM)


class HeatQuery(CountedQuery):
    """Which incidents are counted where, and what they weigh."""

    resolution: int = Field(DEFAULT_RESOLUTION, description=_RESOLUTION)
    community: Community = Field(None, max_length=200, description=COMMUNITY)
    step: Step = Field(Step.DAY, description="What one picture of a film holds.")
    least_hours: Annotated[float | None, BeforeValidator(_or_none)] = Field(
        None,
        ge=1,
        le=10_000,
        description="With fewer patrol hours there is no rate; 5 for a grid and 1 for a cell by default.",
    )
    by: By = Field(By.GRID, description="Of what ground there is a rate each; of cells by whole weeks.")

    def asked(self, tz: ZoneInfo, areas: Sequence[int] | None, lang: Lang = Lang.EN) -> Asked:
        """Return it with whose eyes it is looked at."""
        least_hours = self.least_hours or self.by.least_hours
        filters = replace(self.filters(), step=self.step, least_hours=least_hours, by=self.by)
        return Asked(lang, self.first, self.last, self.resolution, tz, areas, filters, self.community)


class LookQuery(BaseModel):
    """How a page is given out."""

    lang: Lang = Field(Lang.ZH, description="Language of the page.")
    theme: Theme | None = Field(None, description="Light or dark; without, as the system is set.")
    framed: bool = Field(False, description="For a sandboxed frame: without what leads elsewhere.")
    download: bool = Field(False, description="As one file that needs no server.")
    f: FileKind = Field(FileKind.HTML, description="Of a download: `html`, or `pdf` where a Chromium is.")

    def look(self) -> Look:
        """Return how the page is given out."""
        if self.download:
            return Look(on_its_own=True)
        return Look(framed=self.framed, theme=self.theme)


class ReportQuery(LookQuery, HeatQuery):
    """The same for a page."""


class PeriodReportQuery(LookQuery):
    """Which period, and where, for a page."""

    period: str = Field("", max_length=20, description=PERIOD)
    community: Community = Field(None, max_length=200, description=COMMUNITY)
