"""JSON of contests. Times are ISO 8601 in UTC, dates are local."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from gis_grid.core import week_of
from gis_grid.core.rules.calendar import period_days
from gis_grid.kit.words import Words

Subject = Literal["day", "week", "patrol", "period"]
Contestable = Literal["short", "review"]
Decision = Literal["accepted", "rejected"]


class ContestState(StrEnum):
    """How far a contest has come."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


def _said(words: str) -> str:
    """Return words without the space around them; nothing but space says nothing."""
    if not words.strip():
        raise ValueError("expected words")
    return words.strip()


Said = Annotated[Words, AfterValidator(_said), Field(min_length=1, max_length=1000)]


def _in_calendar(name: str) -> str:
    """Refuse an ISO week, a month or a quarter that the calendar does not have."""
    period_days(name)
    return name


_Week = Annotated[str, Field(pattern=r"^[0-9]{4}-W[0-9]{2}$"), AfterValidator(_in_calendar)]
_Period = Annotated[str, Field(pattern=r"^[0-9]{4}-([0-9]{2}|Q[1-4])$"), AfterValidator(_in_calendar)]


class ContestFiled(BaseModel):
    """Which verdict is contested, as the worker saw it, and why."""

    model_config = ConfigDict(extra="forbid")

    week: _Week | None = Field(None, description="Of a day, a week or a patrol.")
    period: _Period | None = Field(None, description="A month (2026-11) or a quarter (2026-Q4).")
    subject: Subject = Field(description="What the verdict is over; `period` is a month or a quarter.")
    date: dt.date | None = Field(None, description="The local day of a day or a patrol.")
    starts_at: AwareDatetime | None = Field(None, description="When a patrol begins.")
    rule: Annotated[Words, Field(min_length=1, max_length=100)]
    revision: Annotated[int, Field(ge=1, lt=2**31, description="Of what the worker saw.")]
    words: Said = Field(description="Why; read by all who may see the verdict.")

    @model_validator(mode="after")
    def _names_one_verdict(self) -> Self:
        """Refuse what does not name a day of the week, or a patrol's start, exactly where it has to."""
        is_period = self.subject == "period"
        if is_period != (self.period is not None) or is_period != (self.week is None):
            raise ValueError("expected a period of a month or a quarter, and a week of anything else")
        if (self.subject in ("week", "period")) != (self.date is None):
            raise ValueError("expected a date of a day or a patrol, and none of anything else")
        if (self.subject == "patrol") != (self.starts_at is not None):
            raise ValueError("expected starts_at of a patrol, and none of anything else")
        if self.date is not None and week_of(self.date) != self.week:
            raise ValueError("expected a date of the week")
        return self


class ContestDecided(BaseModel):
    """What a reviewer decides, and why."""

    model_config = ConfigDict(extra="forbid")

    outcome: Decision
    words: Said = Field(description="Why; the worker reads it.")


class Contest(BaseModel):
    """What a worker objects to in a verdict, and what came of it. The verdict itself stays as it is."""

    id: int
    worker: str
    week: str | None = Field(description="Null of a month or a quarter.")
    period: str | None = Field(description="The month or the quarter; null of anything else.")
    subject: Subject
    date: dt.date | None
    starts_at: dt.datetime | None
    rule: str
    revision: int = Field(description="The judging that the worker saw.")
    outcome_then: Contestable = Field(description="The verdict that is contested.")
    words: str
    filed_at: dt.datetime
    state: ContestState
    withdrawn_at: dt.datetime | None
    decided_by: str | None
    decided_at: dt.datetime | None
    answer: str | None = Field(description="What the reviewer says to it.")
    judged_again: bool = Field(description="A newer judging says otherwise.")
    outcome_now: Literal["met", "short", "review"] | None = Field(
        description="By the newest judging; null where that has no such day, patrol or rule."
    )


class ContestList(BaseModel):
    """Contests, newest first."""

    contests: list[Contest]
    next: int | None = Field(description="`before` of the next page; null on the last one.")
