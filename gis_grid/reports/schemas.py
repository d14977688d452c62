"""What a report can be asked for, as parameters of its address."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from gis_grid.reports.asked import (
    DEFAULT_RESOLUTION,
    Asked,
    By,
    Counted,
    Filters,
    Step,
    Weight,
)
from gis_grid.reports.words import Lang

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo


def _or_none(value: Any) -> Any:
    return value or None


# A form sends an empty text for what is left open.
_Day = Annotated[date | None, BeforeValidator(_or_none)]
_Weekday = Annotated[int, Field(ge=1, le=7)]


class PeriodQuery(BaseModel):
    """Which days, in how large cells."""

    first: _Day = Field(None, alias="from", description="First local day.")
    last: _Day = Field(None, alias="to", description="Last local day.")
    resolution: int = Field(DEFAULT_RESOLUTION, description="H3 resolution of the cells.")


class HeatQuery(PeriodQuery):
    """Which incidents are counted where, and what they weigh."""

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
        filters = Filters(
            self.kind, self.category, self.hour_from, self.hour_to, tuple(sorted(set(self.weekday))),
            self.weight, self.half_life, self.step, self.least_hours or self.by.least_hours, self.by,
        )  # fmt: skip
        return Asked(lang, self.first, self.last, self.resolution, tz, areas, filters)


class ReportQuery(HeatQuery):
    """The same for a page."""

    lang: Lang = Field(Lang.ZH, description="Language of the page.")
    download: bool = Field(False, description="As one file that needs no server.")
