"""The OpenAPI document, with every answer that a route may give beside the one that was asked for.

What follows from what a route is, is written here: who is refused, what is malformed, what the database's
absence does. What only the route knows (409, 412, 429 ...) it says itself, as `responses={409: {...}}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, ConfigDict, Field

from gis_grid.kit.http import (
    PAGES,
    door_connection,
    door_transactions,
    intake_connection,
    service_connection,
)
from gis_grid.kit.problem import PROBLEM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.dependencies.models import Dependant


_OF_PHONES: Final = "/ingest/"
_OF_OPEN_STANDARDS: Final = "/ogc"
"""What begins paths whose standards want 400 for what is malformed, and for parameters not known."""

_CONNECTIONS: Final = {service_connection, door_connection, door_transactions, intake_connection}
GEOJSON: Final = "application/geo+json"

_GEOJSON_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "GeoJsonGeometry": {
        "title": "A geometry of GeoJSON (RFC 7946)",
        "type": "object",
        "required": ["type"],
        "properties": {
            "type": {"type": "string"},
            "coordinates": {"type": "array", "items": {}},
            "geometries": {"type": "array", "items": {"$ref": "#/components/schemas/GeoJsonGeometry"}},
        },
    },
    "GeoJsonFeature": {
        "title": "A feature of GeoJSON (RFC 7946)",
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "const": "Feature"},
            "id": {"type": ["string", "integer"]},
            "geometry": {"anyOf": [{"$ref": "#/components/schemas/GeoJsonGeometry"}, {"type": "null"}]},
            "properties": {"type": ["object", "null"], "additionalProperties": True},
        },
    },
    "GeoJson": {
        "title": "Features as GeoJSON (RFC 7946): one, or a collection of them",
        "anyOf": [
            {"$ref": "#/components/schemas/GeoJsonFeature"},
            {
                "type": "object",
                "required": ["type", "features"],
                "properties": {
                    "type": {"type": "string", "const": "FeatureCollection"},
                    "features": {"type": "array", "items": {"$ref": "#/components/schemas/GeoJsonFeature"}},
                },
            },
        ],
    },
}

_OF_FASTAPI: Final = ("HTTPValidationError", "ValidationError")


class ProblemRow(BaseModel):
    """One thing that is wrong with what was sent."""

    row: int | str | None = Field(None, description="Line, number of the feature, or id.")
    field: str | None = None
    value: str | None = Field(None, description="What stood there; left out where it may be a secret.")
    message: str = Field(description="What was expected.")


class Problem(BaseModel):
    """Why there is no other answer (RFC 9457); some have further members, which their route describes."""

    model_config = ConfigDict(extra="allow")

    type: str = Field("about:blank", description="Always `about:blank`: the status says what kind it is.")
    title: str = Field(description="Stays the same for the same fault.")
    status: int = Field(description="As in the answer's first line.")
    detail: str | None = Field(None, description="What, where, and what was expected.")
    where: str | None = Field(None, description="Of a file: which.")
    errors: list[ProblemRow] | None = Field(None, description="One by one, a hundred at most.")


ANSWERS: Final = {
    "400": "Cannot be used: contradicts itself, is out of range, or is no text",
    "401": "Nobody is signed in: no session and no token, or one that is not good any more",
    "403": "Signed in, but no role of the account, or not this token, may do this",
    "404": "There is no such thing, or it may not be seen",
    "413": "More was sent than is taken",
    "414": "The address is too long",
    "422": "Malformed: `errors` names each parameter or field",
    "431": "The headers are too long",
    "503": "Not now: again after the seconds that `Retry-After` names",
}
"""What the answers that follow from what a route is mean."""

_WAY_IN: Final = {
    "description": "A person's browser, signed in nowhere, is led to the sign-in page and back",
    "headers": {"Location": {"schema": {"type": "string"}}},
}
_MALFORMED_HERE: Final = "Malformed or unknown parameters, or cannot be used: `errors` names them"


class DescribedApp(FastAPI):
    """A program that describes its refusals too."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        known = self.openapi_schema
        document = super().openapi()
        if document is not known:
            _describe(self, document)
        return document


def _describe(app: FastAPI, document: dict[str, Any]) -> None:
    """Write every refusal into each operation."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _OF_FASTAPI:
        schemas.pop(name, None)
    schemas.update(_schemas())
    document["components"]["responses"] = {
        "Malformed": _answer("400", _MALFORMED_HERE),
        **{f"Problem{status}": _answer(status, meaning) for status, meaning in ANSWERS.items()},
    }
    stored = {one.path_format for one in iter_route_contexts(app.routes) if _asks_the_database(one)}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _describe_operation(path, operation, stored=path in stored)


def _schemas() -> dict[str, Any]:
    whole = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**whole.pop("$defs"), "Problem": whole, **_GEOJSON_SCHEMAS}


def _answer(status: str, meaning: str) -> dict[str, Any]:
    return {"description": meaning, "content": _content(), **_headers(status)}


def _content() -> dict[str, Any]:
    # What a person's browser opens is told as a page.
    return {
        PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}},
        "text/html": {"schema": {"type": "string"}},
    }


def _headers(status: str) -> dict[str, Any]:
    told = {"401": "WWW-Authenticate", "429": "Retry-After", "503": "Retry-After"}.get(status)
    return {} if told is None else {"headers": {told: {"schema": {"type": "string"}}}}


def _describe_operation(path: str, operation: dict[str, Any], *, stored: bool) -> None:
    """Write the refusals of an operation: those of its router get their content, the others come in."""
    answers = operation["responses"]
    malformed = answers.pop("422", None) is not None or _takes_json(operation)
    open_standard = path.startswith(_OF_OPEN_STANDARDS)
    for status, answer in answers.items():
        if status >= "400":
            answer.update({"content": {**answer.get("content", {}), **_content()}, **_headers(status)})
        # FastAPI takes whatever is no JSON for a text.
        if answer.get("content", {}).get(GEOJSON, {}).get("schema", {}).get("type") in {"string", "object"}:
            answer["content"][GEOJSON] = {"schema": {"$ref": "#/components/schemas/GeoJson"}}
    if malformed and open_standard:
        answers.setdefault("400", {"$ref": "#/components/responses/Malformed"})
    if path.startswith(PAGES) and _is_guarded(operation):
        answers.setdefault("303", _WAY_IN)
    for status in _follows(path, operation, stored=stored, unreadable=malformed and not open_standard):
        answers.setdefault(status, {"$ref": f"#/components/responses/Problem{status}"})
    operation["responses"] = dict(sorted(answers.items()))


def _takes_json(operation: dict[str, Any]) -> bool:
    return "application/json" in operation.get("requestBody", {}).get("content", {})


def _is_guarded(operation: dict[str, Any]) -> bool:
    return any(set(one) & {"session", "token"} for one in operation.get("security", []))


def _names_a_worker(operation: dict[str, Any]) -> bool:
    return any(one["name"] == "worker" for one in operation.get("parameters", []))


def _follows(path: str, operation: dict[str, Any], *, stored: bool, unreadable: bool) -> Iterator[str]:
    """Yield the refusals that follow from what an operation is."""
    if _is_guarded(operation):
        yield from ("401", "403")
    if not path.startswith(_OF_PHONES):
        yield from ("400", "414", "431")
        if "{" in path or _names_a_worker(operation):
            yield "404"
    if unreadable:
        yield "422"
    if "requestBody" in operation:
        yield "413"
    if stored:
        yield "503"


def _asks_the_database(route: Any) -> bool:
    found: Dependant | None = getattr(route, "dependant", None)
    return found is not None and any(one in _CONNECTIONS for one in _calls(found))


def _calls(dependant: Dependant) -> Iterator[Any]:
    yield dependant.call
    for one in dependant.dependencies:
        yield from _calls(one)
