"""What is answered: an incident with its history, alerts, likely duplicates, workflows, categories."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from gis_grid.core.workflow import Level, Need, StateKind  # noqa: TC001 - pydantic reads the annotations
from gis_grid.incidents.rows import Kind, Light, Place  # noqa: TC001 - pydantic reads the annotations


class MoveAllowed(BaseModel):
    """A move that the caller can make now."""

    move: str
    zh: str
    en: str
    to: str
    needs: list[Need]


class MoveMade(BaseModel):
    """A step of the history."""

    model_config = ConfigDict(populate_by_name=True)

    n: int
    move: str
    zh: str
    en: str
    from_state: str | None = Field(alias="from")
    to: str
    by: str | None = Field(description="The account; null for those who may not know.")
    role: str
    at: dt.datetime
    why: str
    level: Level | None
    rating: int | None
    other: str | None = Field(description="Of a merge: code of the other incident, where it may be seen.")


class CategoryNamed(BaseModel):
    """What it is; without a code, in the words of a file."""

    code: str | None
    zh: str
    en: str


class WorkflowNamed(BaseModel):
    """Which workflow it goes through."""

    id: str
    version: int
    zh: str
    en: str


class StateNamed(BaseModel):
    """How far it has come."""

    name: str
    kind: StateKind
    zh: str
    en: str


class StateCount(StateNamed):
    """How many are in a state."""

    workflow: str
    version: int
    count: int


class IncidentCounts(BaseModel):
    """How many incidents a list has; of what it has none there is no entry."""

    matched: int
    open: int
    without_position: int
    kinds: dict[Kind, int]
    lights: dict[Light, int]
    severities: dict[int, int]
    states: list[StateCount]


class IncidentShown(BaseModel):
    """An incident."""

    code: str
    kind: Kind
    category: CategoryNamed
    title: str
    description: str
    severity: int
    emergency: bool
    persons: int | None
    reporter_tier: int | None
    place: Place
    geometry: dict[str, Any] | None
    address: str
    building_id: int | None
    grid_code: str | None
    area_code: str | None
    workflow: WorkflowNamed
    state: StateNamed
    level: Level
    light: Light
    reported_at: dt.datetime
    deadline: dt.datetime | None = Field(description="By when it has to be closed.")
    yellow_at: dt.datetime | None
    red_at: dt.datetime | None = Field(description="The next deadline: of this state or of closing.")
    due_in_h: float | None = Field(
        description="Working hours until `red_at`, of an emergency all hours; below zero: since."
    )
    closed_at: dt.datetime | None
    duplicate_of: str | None
    duplicates: list[str]
    revision: int
    history: list[MoveMade]
    allowed: list[MoveAllowed]


class NearIncident(BaseModel):
    """An incident near a point or in a cell."""

    code: str
    kind: Kind
    category: str = Field(description="As it was written.")
    category_code: str | None
    title: str
    state: StateNamed
    severity: int
    emergency: bool
    light: Light
    reported_at: dt.datetime
    red_at: dt.datetime | None
    lon: float
    lat: float
    distance_m: float | None = Field(description="Along the ground; not of a cell.")


class NearIncidents(BaseModel):
    """What is near a point, the nearest first, or in a cell, the newest first; without duplicates."""

    matched: int = Field(description="How many there are; more than found where the limit cuts.")
    found: list[NearIncident]


class Likeness(BaseModel):
    """How alike, each part from 0 to 1."""

    place: float
    time: float
    text: float
    category: float
    picture: bool
    score: float


class Duplicate(BaseModel):
    """Something that is likely the same."""

    code: str
    title: str
    state: str
    state_kind: StateKind
    reported_at: dt.datetime
    metres: float | None
    hours: float
    likeness: Likeness


class DuplicateList(BaseModel):
    """The likeliest first."""

    duplicates: list[Duplicate]


class DuplicatePair(BaseModel):
    """Two that are likely the same."""

    codes: list[str]
    titles: list[str]
    metres: float
    hours: float
    likeness: Likeness


class DuplicatePairs(BaseModel):
    """The likeliest first."""

    pairs: list[DuplicatePair]


class AttachmentShown(BaseModel):
    """A photo, sound or video."""

    n: int
    sha256: str
    media_type: str
    bytes: int
    added_by: str
    added_at: dt.datetime
    taken_at: dt.datetime | None = Field(description="When, as the file said before it was cleaned.")
    lon: float | None = Field(description="Where, as it said; degrees.")
    lat: float | None
    note: str = Field(description="What could not be taken out of it.")


class AttachmentList(BaseModel):
    """In the order in which they came."""

    attachments: list[AttachmentShown]


class Alert(BaseModel):
    """Something that calls."""

    id: int
    code: str
    title: str
    state: str
    severity: int
    emergency: bool
    kind: Literal["emergency", "yellow", "red", "escalated"]
    due_at: dt.datetime
    at: dt.datetime
    level: Level = Field(description="Who is called.")


class AlertList(BaseModel):
    """Emergencies first."""

    alerts: list[Alert]


class CategoryShown(BaseModel):
    """A category of the tree; a group has no kind."""

    code: str
    parent: str | None
    zh: str
    en: str
    kind: Kind | None
    severity: int
    emergency: bool


class CategoryList(BaseModel):
    """The tree, groups before what is in them."""

    categories: list[CategoryShown]


class StateShown(StateNamed):
    """A state of a workflow."""

    within_h: float | None = Field(description="Working hours within which it has to be left.")


class MoveShown(BaseModel):
    """A move of a workflow."""

    model_config = ConfigDict(populate_by_name=True)

    move: str
    zh: str
    en: str
    from_states: list[str] = Field(alias="from")
    to: str
    roles: list[str]
    needs: list[Need]
    source: str = Field(description="The sentence of the document, or `ours`.")


class WorkflowShown(WorkflowNamed):
    """A workflow."""

    profile: str
    kinds: list[Kind]
    source: str
    start: str
    states: list[StateShown]
    moves: list[MoveShown]


class WorkflowList(BaseModel):
    """All of them."""

    workflows: list[WorkflowShown]
