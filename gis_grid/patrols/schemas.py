"""JSON of workers, their days and who looked at their tracks. Times are ISO 8601 in UTC, dates are local."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field

UnitName = Literal["s", "count", "share"]


class Outcomes(BaseModel):
    """How many verdicts came out how; what is contested or set aside counts as nothing else."""

    met: int
    short: int
    review: int
    contested: int = Field(description="Short or for review, and a contest of it is open.")
    set_aside: int = Field(description="Short or for review, and a contest of it was accepted.")

    @classmethod
    def none(cls) -> Self:
        """Return counts of nothing."""
        return cls(met=0, short=0, review=0, contested=0, set_aside=0)

    def count(self, outcome: str) -> None:
        """Count one verdict."""
        setattr(self, outcome, getattr(self, outcome) + 1)

    def count_instead(self, counts_as: str, outcome: str) -> None:
        """Count a verdict that was counted by what was computed as what a contest makes of it."""
        setattr(self, outcome, getattr(self, outcome) - 1)
        self.count(counts_as)


class WorkerListed(BaseModel):
    """A grid worker with the grid of today and what the latest judgements say."""

    code: str
    name: str
    grid_code: str | None
    grid_name: str | None
    first_date: dt.date | None = Field(description="First judged day.")
    last_date: dt.date | None = Field(description="Last judged day.")
    outcomes: Outcomes
    signs: list[str] = Field(description="Kinds of signs seen: reasons to look, never verdicts.")


class WorkerList(BaseModel):
    """All grid workers, by code."""

    workers: list[WorkerListed]


class Reason(BaseModel):
    """One sentence behind a verdict."""

    code: str
    zh: str
    en: str


class FixesBehind(BaseModel):
    """The accepted fixes that a verdict rests on."""

    first: dt.datetime
    last: dt.datetime
    count: int


class Verdict(BaseModel):
    """One rule's outcome over a day, a week or a patrol."""

    rule: str
    title_zh: str
    title_en: str
    profile: str
    profile_version: str
    outcome: Literal["met", "short", "review"]
    partial: bool = Field(description="Not all of it was judged, or it is not over: never short.")
    unit: UnitName = Field(description="What the numbers are: seconds, a count, or a share from 0 to 1.")
    required: float
    lower: float
    best: float
    upper: float
    required_s: float | None = Field(description="As without `_s` where the unit is seconds, else null.")
    lower_s: float | None
    best_s: float | None
    upper_s: float | None
    unknown_s: float
    reasons: list[Reason]
    intervals: list[tuple[str, str]] = Field(description="The spans behind it: start and end.")
    fixes: FixesBehind | None


class _Amount(BaseModel):
    lower_s: float
    best_s: float
    upper_s: float
    known_s: float
    unknown_s: float
    verdicts: list[Verdict]


class Day(_Amount):
    """A local day."""

    date: dt.date
    working_day: bool


class Week(_Amount):
    """An ISO week, e.g. 2026-W45, in its latest revision."""

    week: str
    revision: int
    judged_at: dt.datetime
    provisional: bool = Field(description="Late fixes may still come.")


class Patrol(_Amount):
    """A patrol; it belongs to the local date it starts on."""

    start: dt.datetime
    end: dt.datetime
    date: dt.date


class Sign(BaseModel):
    """A reason to look at a day, never a verdict."""

    date: dt.date
    kind: str
    numbers: dict[str, float | str]
    zh: str
    en: str


class Profile(BaseModel):
    """A rule profile that verdicts were reached under."""

    name: str
    version: str


class WorkerDays(BaseModel):
    """What a worker's days come to."""

    days: list[Day]
    weeks: list[Week]
    patrols: list[Patrol]
    signs: list[Sign]
    profiles: list[Profile]


class PeriodJudged(BaseModel):
    """A month (2026-11) or a quarter (2026-Q4) in its latest revision: by what is recorded, not by tracks."""

    period: str
    first: Annotated[dt.date, Field(alias="from", description="First local day.")]
    last: Annotated[dt.date, Field(alias="to", description="Last local day.")]
    revision: int
    judged_at: dt.datetime
    provisional: bool = Field(description="It is not over, or what was recorded may still come.")
    verdicts: list[Verdict]


class WorkerPeriods(BaseModel):
    """What a worker's months and quarters come to, the newest first."""

    periods: list[PeriodJudged]


class Change(BaseModel):
    """One rule whose verdict, or amount, is not what the revision before said."""

    rule: str
    date: dt.date | None = Field(description="The local day; none for a rule of the week.")
    unit: UnitName
    before_amount: float | None = Field(description="Best, in the unit; null where there was no verdict.")
    after_amount: float | None
    before_s: float | None = Field(description="The same where the unit is seconds, else null.")
    after_s: float | None
    before: Literal["met", "short", "review"] | None
    after: Literal["met", "short", "review"] | None


class Revision(BaseModel):
    """One judging of a week. The latest counts; the older ones stay, with what each changed."""

    revision: int
    judged_at: dt.datetime
    provisional: bool
    core_version: str
    profiles: list[Profile]
    boundary_ids: list[int]
    input_digest: str
    result_digest: str
    lower_s: float
    best_s: float
    upper_s: float
    unknown_s: float
    new_fixes: dict[dt.date, int] = Field(
        description="How many fixes of each local day were received since the revision before was judged."
    )
    changes: list[Change] = Field(description="Against the revision before; patrols count by their day.")


class Revisions(BaseModel):
    """All judgings of a worker's week, oldest first."""

    revisions: list[Revision]


class Look(BaseModel):
    """One look at a worker's tracks."""

    at: dt.datetime
    actor: str
    first: Annotated[dt.date, Field(alias="from")]
    last: Annotated[dt.date, Field(alias="to")]
    reason: str
    own: bool = Field(default=False, description="The worker's own look.")


class Looks(BaseModel):
    """Every look at a worker's tracks, oldest first: the worker's own right to know."""

    looks: list[Look]
