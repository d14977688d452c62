"""A building in a request's body: its shape, its coordinates, and patches of it (RFC 7396)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import numpy as np
import shapely
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import from_json

from gis_grid.grids.mapping.buildings import MOST_HOUSEHOLDS, MOST_PEOPLE
from gis_grid.grids.service.writing import Wanted
from gis_grid.kit.errors import BadInput, RowError
from gis_grid.kit.words import Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.ogc.crs import Crs

MOST_LETTERS: Final = 200
_ALLOWED: Final = ("Point", "Polygon", "MultiPolygon")
_BODY: Final = "body"
_MOST_SHOWN: Final = 100

Text = Annotated[Words, StringConstraints(strict=True, max_length=MOST_LETTERS)]


class Geometry(BaseModel):
    """A GeoJSON geometry; a height in it is left out."""

    type: Literal["Point", "Polygon", "MultiPolygon"]
    coordinates: list[Any]


class BuildingValues(BaseModel):
    """Attributes of a building."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    source: Text | None = Field(
        None,
        description="Where it comes from; begins with the code of one of your areas and a colon. Left out: "
        "the code of its community. Stays as it is.",
    )
    source_ref: Text | None = Field(None, description="Its id there; left out: one is made. Stays as it is.")
    name: Text | None = None
    kind: Text | None = None
    floors: float | None = Field(None, gt=0, le=1000)
    households: int | None = Field(None, ge=0, le=MOST_HOUSEHOLDS, description="Null: to be estimated.")
    people: int | None = Field(
        None, ge=0, le=MOST_PEOPLE, description="Residents as counted. Written and never told."
    )
    estimated: bool | None = Field(None, description="Whether `households` is estimated and not counted.")
    community_code: Any = Field(None, description="Not looked at: the place says it.")


class BuildingFeature(BaseModel):
    """A building as a GeoJSON feature; other members (`id`, `links`, `bbox`) are not looked at."""

    type: Literal["Feature"]
    geometry: Geometry
    properties: BuildingValues


def read_json(body: bytes) -> Any:
    """Return what a body holds.

    Raises
    ------
    BadInput
        When it is no JSON, has a number that is none, or is nested without end.
    """
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise BadInput("The body is no JSON", str(error)) from None


def read_feature(document: Any, crs: Crs) -> tuple[Wanted, frozenset[str]]:
    """Return the building that a document describes, and which properties it names.

    Raises
    ------
    BadInput
        With a JSON pointer to each member that cannot be used.
    """
    try:
        feature = BuildingFeature.model_validate(document)
    except ValidationError as error:
        wrong = [
            RowError(_BODY, _pointer(one["loc"]), _shown(one.get("input")), _expected(one))
            for one in error.errors(include_url=False)
        ]
        raise BadInput("The feature cannot be read", "see errors", errors=wrong) from None
    values = feature.properties
    wanted = Wanted(
        geometry=_geometry(feature.geometry, crs),
        source=values.source,
        source_ref=values.source_ref,
        name=values.name,
        kind=values.kind,
        floors=values.floors,
        households=values.households,
        people=values.people,
        estimated=bool(values.estimated),
    )
    return wanted, frozenset(values.model_fields_set)


def patched(document: Any, patch: Any) -> Any:
    """Return a document with a merge patch applied to it: null takes a member away."""
    if not isinstance(patch, dict):
        return patch
    result = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = patched(result.get(name), value)
    return result


def _geometry(geometry: Geometry, crs: Crs) -> shapely.Geometry:
    try:
        found = shapely.from_geojson(json.dumps(geometry.model_dump()))
    except (shapely.errors.ShapelyError, ValueError, TypeError, RecursionError) as error:
        expected = "expected coordinates of numbers, as GeoJSON nests them; a ring closed, with four or more"
        wrong = RowError(_BODY, "/geometry/coordinates", None, f"{expected} ({str(error)[:_MOST_SHOWN]})")
        raise BadInput("The geometry cannot be read", "see errors", errors=[wrong]) from None
    flat = shapely.force_2d(found)

    def lon_lat(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array([crs.lon_lat(x, y) for x, y in xy.tolist()]).reshape(-1, 2)

    moved: shapely.Geometry = shapely.transform(flat, lon_lat)
    return moved


def _pointer(loc: tuple[int | str, ...]) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in loc)


def _expected(one: Any) -> str:
    if one["type"] == "extra_forbidden":
        return f"not known; expected one of {', '.join(BuildingValues.model_fields)}"
    if one["loc"] == ("geometry", "type"):
        return f"expected {' or '.join(_ALLOWED)}"
    return str(one["msg"])


def _shown(value: Any) -> str | None:
    return None if isinstance(value, dict | list) else json.dumps(value)[:_MOST_SHOWN]
