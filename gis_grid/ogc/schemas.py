"""JSON shapes of the documents about the service, as OGC API Common and Features name their members."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


class LinkShape(BaseModel):
    """One link."""

    rel: str = Field(description="What it leads to: a relation of IANA, or an address of OGC's.")
    href: str
    type: str | None = Field(None, description="Media type of what is there.")
    title: str | None = None
    templated: bool | None = Field(None, description="Whether `href` has parts in braces to fill in.")


class Landing(BaseModel):
    """What the service is, and where everything is."""

    title: str
    description: str
    links: list[LinkShape]


class Conformance(BaseModel):
    """Which classes of which standards hold."""

    conformsTo: list[str]  # noqa: N815 - so the standard calls it


class Spatial(BaseModel):
    """Boxes of west, south, east, north in degrees."""

    bbox: list[tuple[float, float, float, float]]
    crs: str


class Temporal(BaseModel):
    """Intervals of RFC 3339 times; null is open."""

    interval: list[tuple[str | None, str | None]]
    trs: str


class Extent(BaseModel):
    """Where the caller's own areas are, and when features may be."""

    spatial: Spatial | None = Field(None, description="Left out for who has no area.")
    temporal: Temporal | None = Field(None, description="Left out where features have no time.")


class CollectionShape(BaseModel):
    """One collection."""

    id: str
    title: str
    description: str
    links: list[LinkShape]
    extent: Extent
    itemType: str = "feature"  # noqa: N815
    crs: list[str] = Field(description="Which `crs` and `bbox-crs` may ask for.")
    storageCrs: str  # noqa: N815


class Collections(BaseModel):
    """The collections that the caller may read."""

    links: list[LinkShape]
    collections: list[CollectionShape]


def as_document(shape: BaseModel) -> dict[str, Any]:
    """Return a document as it is sent: what is not there is left out, an open end of time is null."""
    return shape.model_dump(mode="json", exclude_none=True)
