"""JSON of signing in and out. Times are ISO 8601 with an offset; answers are in UTC."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotations
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from gis_grid.core.rules.work import DutyKind


class DutySign(BaseModel):
    """Signing in or out."""

    action: Literal["in", "out"]
    at: AwareDatetime | None = Field(
        default=None, description="When, by the phone's clock; left out: when it arrives."
    )
    kind: DutyKind = Field(default=DutyKind.REGULAR, description="What a sign-in begins.")
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    accuracy_m: Annotated[float, Field(allow_inf_nan=False, le=1e7)] | None = Field(
        default=None, description="Zero and less are unknown."
    )

    @model_validator(mode="after")
    def _whole_position(self) -> Self:
        if (self.lon is None) != (self.lat is None):
            raise ValueError("expected both lon and lat, or neither")
        return self


class Duty(BaseModel):
    """A session of duty."""

    model_config = ConfigDict(serialize_by_alias=True)

    start: dt.datetime = Field(serialization_alias="from")
    end: dt.datetime | None = Field(serialization_alias="until", description="Null while nobody signed out.")
    kind: DutyKind
    counts_until: dt.datetime = Field(description="12 hours after an open one began.")


class SignedDuty(BaseModel):
    """What a signature came to: committed."""

    duty: Duty | None = Field(
        description="The session that it begins, goes on in or ends; null: none is known."
    )
    note: str = Field(description="What is to be said of it, if anything.")


class OwnDuty(BaseModel):
    """One's own duty on a local day: open sessions first, then the newest."""

    duty: list[Duty]
