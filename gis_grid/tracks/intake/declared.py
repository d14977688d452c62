"""What the sender of a track file says of it, in the query."""

from __future__ import annotations

from urllib.parse import parse_qsl

from pydantic import BaseModel, Field


class Declared(BaseModel):
    """What the sender says of the file."""

    time: str | None = Field(None, description="Column of a CSV or GeoParquet file that holds the time.")
    lon: str | None = Field(None, description="Column of longitudes.")
    lat: str | None = Field(None, description="Column of latitudes.")
    accuracy: str | None = Field(None, description="Column of accuracies, in metres.")
    speed: str | None = Field(None, description="Column of speeds, in metres a second.")
    heading: str | None = Field(None, description="Column of headings, in degrees.")
    altitude: str | None = Field(None, description="Column of heights, in metres.")
    mock: str | None = Field(None, description="Column that says which positions were made up.")
    only_user: str | None = Field(None, description="In a file of several people: take only this one's rows.")
    name: str | None = Field(None, description="The file's name.")

    @classmethod
    def of_query(cls, query: str) -> Declared:
        """Read the part of an address after its question mark."""
        return cls.model_validate(dict(parse_qsl(query)))

    @property
    def columns(self) -> dict[str, str]:
        """Columns by what decoders call them."""
        given = {
            "t": self.time,
            "lon": self.lon,
            "lat": self.lat,
            "accuracy_m": self.accuracy,
            "speed_mps": self.speed,
            "heading_deg": self.heading,
            "altitude_m": self.altitude,
            "mock": self.mock,
        }
        return {field: name for field, name in given.items() if name}
