"""What is sent: a report, a move, a merge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from gis_grid.core.workflow import Level  # noqa: TC001 - pydantic reads the annotations
from gis_grid.incidents.rows import TAKEN_CODES, Kind
from gis_grid.kit.words import Words

if TYPE_CHECKING:
    from datetime import datetime


def _no_path(code: str) -> str:
    if code in TAKEN_CODES:
        raise ValueError("is the name of something else")
    return code


def _of_this_age(at: datetime) -> datetime:
    if not 1970 <= at.year < 2200:
        raise ValueError("expected a time from 1970 to 2199")
    return at


Code = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$"), AfterValidator(_no_path)]
_Title = Annotated[Words, Field(min_length=1, max_length=200)]
_Long = Annotated[Words, Field(max_length=10_000)]
_Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
_Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]


class _Placed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    lon: _Lon | None = Field(default=None, description="Degrees, WGS 84.")
    lat: _Lat | None = None
    address: Annotated[Words, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.lon is None) != (self.lat is None):
            raise ValueError("lon and lat are given together")
        return self


class ReportNew(_Placed):
    """A report. No name, number or other sign of a resident belongs into its texts."""

    code: Code | None = Field(
        default=None, description="The reporter's own, such as a UUID: sent twice it is one incident."
    )
    category: str = Field(max_length=100, description="A code of `/api/incidents/categories`.")
    kind: Kind | None = Field(default=None, description="Left out: that of the category.")
    title: _Title
    description: _Long = ""
    at: AwareDatetime | None = Field(default=None, description="When it was found; left out: now.")
    building_id: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    community: str | None = Field(
        default=None, max_length=100, description="Its code, where there is no position."
    )
    severity: Literal[1, 2, 3] | None = Field(default=None, description="Left out: that of the category.")
    emergency: bool | None = Field(default=None, description="Left out: as the category says.")
    persons: Annotated[int, Field(ge=0, le=10_000)] | None = Field(
        default=None, description="How many were concerned; never who."
    )
    reporter_tier: Literal[1, 2, 3] | None = Field(
        default=None, description="1 the grid's worker, 2 and 3 helpers."
    )


class LookNew(_Placed):
    """What somebody is about to report."""

    title: _Title
    description: _Long = ""
    category: str | None = Field(default=None, max_length=100)
    at: Annotated[AwareDatetime, AfterValidator(_of_this_age)] | None = None


class MoveNew(BaseModel):
    """A move."""

    model_config = ConfigDict(extra="forbid")

    move: str = Field(max_length=100, description="One of `allowed`.")
    why: Annotated[Words, Field(max_length=2000)] = ""
    level: Level | None = Field(default=None, description="Where it is sent.")
    rating: Annotated[int, Field(ge=1, le=5)] | None = None


class MergeNew(BaseModel):
    """Which incident goes on."""

    model_config = ConfigDict(extra="forbid")

    into: str = Field(max_length=100, description="Code of the incident that goes on.")
    why: Annotated[Words, Field(max_length=2000)] = ""


class UnmergeNew(BaseModel):
    """Why a merge is undone."""

    model_config = ConfigDict(extra="forbid")

    why: Annotated[Words, Field(min_length=1, max_length=2000)]
