"""JSON of visits. Times are ISO 8601 in UTC, dates are local. Nothing tells who lives anywhere."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
import uuid  # noqa: TC003 - pydantic reads the annotations
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from gis_grid.visits.counting import MOST
from gis_grid.visits.rows import Mode  # noqa: TC001 - pydantic reads the annotations

AppointmentState = Literal["open", "kept", "missed", "called_off"]
State = Literal["not_asked", "done", "due", "overdue"]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=100)]
WhyWithdrawn = Literal["wrong_target", "wrong_time", "wrong_mode", "not_made", "entered_twice"]
WhyCalledOff = Literal["asked_off", "cannot_come", "moved", "mistake"]


class Due(BaseModel):
    """A place that is to be visited: a class and an opaque reference, which only its office can resolve."""

    target: str = Field(description="The opaque reference.")
    visit_class: str
    grid: str
    lon: float
    lat: float
    state: State
    due_on: dt.date | None = Field(description="The last day on which the next visit is in time.")
    overdue_since: dt.date | None = Field(description="The day after the first period that was missed.")
    missed: int = Field(description="Periods that are over without a visit, since the last one.")
    last_visit: dt.date | None
    rule: str | None = Field(description="The rule that is most pressing; none asks where it is null.")
    profile: str | None
    profile_version: str | None


class GridDue(BaseModel):
    """How the targets of one class in a grid stand by one rule."""

    grid: str
    workers: list[str]
    visit_class: str
    rule: str
    profile: str
    each: str = Field(description="Once in each: day, week, month or quarter.")
    targets: int
    asked: int = Field(description="How many of them the rule asks for in the present period, relief off.")
    done: int
    due: int
    overdue: int


class DueList(BaseModel):
    """What is due, most pressing first, and the counts of every grid."""

    today: dt.date
    due: list[Due]
    numberMatched: int  # noqa: N815 - as GeoJSON lists here say it
    numberReturned: int  # noqa: N815
    grids: list[GridDue]


class GridCovered(BaseModel):
    """How much of one class in a grid was visited in a period."""

    grid: str
    workers: list[str]
    visit_class: str
    rule: str
    profile: str
    profile_version: str
    due: int = Field(description="Targets of the class; a household is one address.")
    asked: int = Field(description="How many of them the rule asks for, relief taken off.")
    done: int
    left: int
    percent: float | None = Field(description="Done of due; null where there is no target.")
    households: int | None = Field(description="Households that the grid counts; of other classes null.")
    without_a_target: int | None = Field(description="So many of them stand in no list yet.")


class Coverage(BaseModel):
    """Coverage of a week, month or quarter."""

    period: str
    first: dt.date
    last: dt.date
    grids: list[GridCovered]


class GridCounted(BaseModel):
    """Due and done of a class that is only counted."""

    grid: str
    visit_class: str
    due: int
    done: int


class CounterList(BaseModel):
    """The counters of some days."""

    first: dt.date
    last: dt.date
    grids: list[GridCounted]


class CounterEntered(BaseModel):
    """What was due and done of a class that is only counted, in a grid on a local day."""

    model_config = ConfigDict(extra="forbid")

    grid: str = Field(min_length=1, max_length=100)
    visit_class: str = Field(alias="class", min_length=1, max_length=40)
    date: dt.date
    due: int = Field(ge=0, le=MOST)
    done: int = Field(ge=0, le=MOST, description="At most what was due.")


class Counter(BaseModel):
    """A counter as it stands, with who entered it and when; earlier revisions are kept."""

    model_config = ConfigDict(serialize_by_alias=True)

    grid: str
    visit_class: str = Field(serialization_alias="class")
    date: dt.date
    due: int
    done: int
    revision: int
    by: str | None = Field(description="Null where it came in a file.")
    at: dt.datetime | None


class InspectionAsked(BaseModel):
    """What counts as an inspection where the place lies."""

    within_m: float
    at_least_s: float


class KeyPlace(BaseModel):
    """One key place of one worker on a local day, as the track told; when, it does not say."""

    date: dt.date
    grid: str
    worker_code: str
    place: str
    nearest_m: float | None = Field(
        description="In tenths of what is asked, and at most four times that; null without a track."
    )
    stayed_s: float = Field(
        description="The longest stay within the distance asked, told up to four times what is asked."
    )
    is_inspected: bool
    asked: InspectionAsked


class KeyPlaces(BaseModel):
    """Key places of some days, newest first; a day is there when it is over and its tracks were asked."""

    model_config = ConfigDict(serialize_by_alias=True)

    first: dt.date = Field(serialization_alias="from")
    last: dt.date = Field(serialization_alias="to")
    places: list[KeyPlace]
    numberMatched: int  # noqa: N815
    numberReturned: int  # noqa: N815


class VisitReport(BaseModel):
    """A visit as its worker reports it; sent twice with one code it is one visit."""

    model_config = ConfigDict(extra="forbid")

    code: uuid.UUID = Field(description="Made by whoever reports, once a visit.")
    target: Reference = Field(description="The opaque reference of a target in one's own grid.")
    mode: Mode
    at: AwareDatetime | None = Field(default=None, description="When; left out: now.")
    appointment: uuid.UUID | None = Field(default=None, description="The appointment that it keeps.")


class Proof(BaseModel):
    """How near the track of that time came. Where it was is not told: this is no look at a track."""

    state: Literal["proved", "unproved", "no_track"]
    nearest_m: float | None
    stayed_s: float
    within_m: float
    at_least_s: float
    computed_at: dt.datetime


class Withdrawn(BaseModel):
    """Who took a visit back."""

    at: dt.datetime
    by: str
    why: WhyWithdrawn


class Visit(BaseModel):
    """A visit that was reported or imported."""

    code: uuid.UUID
    target: str
    visit_class: str
    worker: str
    at: dt.datetime
    mode: Mode
    counts: bool = Field(
        description="Made by who had the grid at that moment or stood in, and not withdrawn."
    )
    by_stand_in: bool
    appointment: uuid.UUID | None
    withdrawn: Withdrawn | None
    proof: Proof | None = Field(description="Null until the track was looked at; never of a phone call.")


class VisitList(BaseModel):
    """Visits, newest first."""

    visits: list[Visit]
    numberMatched: int  # noqa: N815
    numberReturned: int  # noqa: N815


class Withdrawal(BaseModel):
    """Why a visit is taken back."""

    model_config = ConfigDict(extra="forbid")

    why: WhyWithdrawn


class AppointmentMade(BaseModel):
    """When a worker agreed to come."""

    model_config = ConfigDict(extra="forbid")

    code: uuid.UUID
    target: Reference
    start: AwareDatetime = Field(alias="from")
    end: AwareDatetime = Field(alias="until")


class CalledOff(BaseModel):
    """Why an appointment is called off."""

    model_config = ConfigDict(extra="forbid")

    why: WhyCalledOff


class Appointment(BaseModel):
    """An appointment and what became of it."""

    model_config = ConfigDict(serialize_by_alias=True)

    code: uuid.UUID
    target: str
    visit_class: str
    worker: str
    start: dt.datetime = Field(serialization_alias="from")
    end: dt.datetime = Field(serialization_alias="until")
    state: AppointmentState


class AppointmentList(BaseModel):
    """Appointments, the next first."""

    appointments: list[Appointment]
