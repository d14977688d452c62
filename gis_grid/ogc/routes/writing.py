"""Writing features one by one (OGC API Features Part 4, draft): buildings can be written, others cannot."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from starlette.exceptions import HTTPException

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.grids.service import writing
from gis_grid.grids.service.writing import Stored, Wanted, Writer
from gis_grid.kit import clock
from gis_grid.kit.errors import BadInput, RowError, Stale, Unconditional
from gis_grid.kit.http import AppSettings, GeoJson
from gis_grid.kit.problem import problem
from gis_grid.ogc.asked import Asked
from gis_grid.ogc.collections import COLLECTIONS
from gis_grid.ogc.crs import CRS84, Crs, crs_named
from gis_grid.ogc.geojson import item_text
from gis_grid.ogc.links import base
from gis_grid.ogc.pages import item_etag, read_one
from gis_grid.ogc.routes.items import feature_id, no_feature, reading_of
from gis_grid.ogc.written import BuildingFeature, patched, read_feature, read_json

if TYPE_CHECKING:
    from gis_grid.kit.features import Collection
    from gis_grid.kit.settings import Settings

router = APIRouter(prefix="/ogc", tags=["ogc"])

BUILDINGS: Final = COLLECTIONS["buildings"]
ITEMS: Final = f"/collections/{BUILDINGS.id}/items"
ITEM: Final = f"{ITEMS}/{{fid}}"

_PART_4: Final = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf"
CONFORMS: Final = (
    f"{_PART_4}/create-replace-delete",
    f"{_PART_4}/update",
    f"{_PART_4}/optimistic-locking-etags",
)
"""Classes that these routes fulfil; tests/ogc/test_writing.py does what their abstract tests do."""

_GEOJSON: Final = ("application/geo+json", "application/json")
_PATCH: Final = ("application/merge-patch+json",)
_MOST_LETTERS: Final = 200
_TAG: Final = re.compile(r'(?:W/)?"[^"]*"')
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")

Editor = Annotated[Caller, may(Permission.EDIT_MAP)]
Fid = Annotated[str, Path(max_length=_MOST_LETTERS, description="Its `id`.")]

_TOLD: Final[dict[str, Any]] = {
    "description": "With `Prefer: return=representation`: the building as it is now.",
    "content": {"application/geo+json": {"schema": {"type": "object"}}},
}
_REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    404: {"description": "No such building, or it may not be seen"},
    412: {"description": "It has changed since it was read: `ETag` says what it is now"},
    415: {"description": "The body is of another media type"},
    428: {"description": "If-Match is missing"},
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What a request brings, and how it wants to be answered."""

    document: Any
    crs: Crs
    whole: bool


def _inlined(part: Any, parts: dict[str, Any]) -> Any:
    """Return a JSON Schema with what it refers to written where it is."""
    if isinstance(part, list):
        return [_inlined(one, parts) for one in part]
    if not isinstance(part, dict):
        return part
    named = parts.get(str(part.get("$ref", "")).rpartition("/")[2], {})
    rest = {key: one for key, one in part.items() if key not in {"$ref", "$defs"}}
    return {key: _inlined(one, parts) for key, one in {**named, **rest}.items()}


_DESCRIBED: Final = BuildingFeature.model_json_schema()
_FEATURE: Final = _inlined(_DESCRIBED, _DESCRIBED["$defs"])


def _body_of(media_types: tuple[str, ...], schema: dict[str, Any]) -> dict[str, Any]:
    content = {one: {"schema": schema} for one in media_types}
    return {"requestBody": {"required": True, "content": content}}


def _sent_as(media_types: tuple[str, ...]) -> Any:
    async def read(
        request: Request,
        content_crs: Annotated[
            str | None,
            Header(
                max_length=_MOST_LETTERS, description="URI of the coordinates in the body, in angle brackets."
            ),
        ] = None,
        prefer: Annotated[
            str,
            Header(max_length=_MOST_LETTERS, description="`return=representation`: the feature comes back."),
        ] = "",
    ) -> Sent:
        """Read a body by what it says it is."""
        said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        expected = " or ".join(media_types)
        if not said:
            raise BadInput("Content-Type is missing", f"expected {expected}")
        if said not in media_types:
            raise HTTPException(415, f"Unsupported Media Type: {said}; expected {expected}")
        crs = CRS84 if content_crs is None else crs_named(content_crs.strip().strip("<>"), "Content-Crs")
        return Sent(read_json(await request.body()), crs, "return=representation" in prefer.lower())

    return Depends(read)


Whole = Annotated[Sent, _sent_as(_GEOJSON)]
Patch = Annotated[Sent, _sent_as(_PATCH)]


def _matched(
    if_match: Annotated[
        str | None,
        Header(max_length=1000, description="ETag of the building as it was read; `*`: however it is now."),
    ] = None,
) -> str | None:
    """Return what the change was made for, if it says so."""
    return None if if_match is None else if_match.strip()


Matched = Annotated[str | None, Depends(_matched)]


@router.post(
    ITEMS,
    status_code=201,
    response_class=GeoJson,
    responses={
        201: {
            "description": "Stored; `Location` names it.",
            "headers": {name: {"schema": {"type": "string"}} for name in ("Location", "ETag")},
        },
        409: {"description": "The source has such an id already"},
        415: _REFUSALS[415],
    },
    openapi_extra=_body_of(_GEOJSON, _FEATURE),
)
def add_building(request: Request, caller: Editor, settings: AppSettings, sent: Whole) -> Response:
    """Add a building."""
    wanted, _ = read_feature(sent.document, sent.crs)
    made = writing.add_building(caller.conn, wanted, writer_of(caller))
    answer = _written(request, caller, settings, made, sent)
    answer.status_code = 201
    answer.headers["Location"] = f"{base(request)}/ogc{ITEMS}/{made}"
    return answer


@router.put(
    ITEM,
    status_code=204,
    response_class=GeoJson,
    responses={200: _TOLD, **_REFUSALS},
    openapi_extra=_body_of(_GEOJSON, _FEATURE),
)
def replace_building(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request, caller: Editor, settings: AppSettings, fid: Fid, matched: Matched, sent: Whole
) -> Response:
    """Replace a building: what the body leaves out is not known any more, but for its residents."""
    stored, _ = _locked(caller, settings, fid, matched)
    wanted, named = read_feature(sent.document, sent.crs)
    if "people" not in named:
        wanted = replace(wanted, people=stored.people)
    writing.change_building(caller.conn, stored, wanted, writer_of(caller), how="replace")
    return _written(request, caller, settings, stored.id, sent)


@router.patch(
    ITEM,
    status_code=204,
    response_class=GeoJson,
    responses={200: _TOLD, **_REFUSALS},
    openapi_extra=_body_of(_PATCH, {"type": "object", "description": "Members to change; null takes away."}),
)
def update_building(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request, caller: Editor, settings: AppSettings, fid: Fid, matched: Matched, sent: Patch
) -> Response:
    """Change some members of a building (JSON Merge Patch, RFC 7396)."""
    stored, text = _locked(caller, settings, fid, matched)
    wanted = _patched(read_json(text.encode()), sent, stored)
    writing.change_building(caller.conn, stored, wanted, writer_of(caller), how="update")
    return _written(request, caller, settings, stored.id, sent)


@router.delete(ITEM, status_code=204, responses={one: _REFUSALS[one] for one in (404, 412, 428)})
def delete_building(caller: Editor, settings: AppSettings, fid: Fid, matched: Matched) -> Response:
    """Take a building away."""
    stored, _ = _locked(caller, settings, fid, matched)
    writing.remove_building(caller.conn, stored, writer_of(caller))
    return Response(status_code=204)


def writer_of(caller: Caller) -> Writer:
    """Return who writes, as the services ask for it."""
    return Writer(caller.name, caller.scope.areas, clock.now())


def _patched(document: Any, sent: Sent, stored: Stored) -> Wanted:
    """Return a building with a patch applied; what the patch does not name stays exactly as it is stored."""
    patch = sent.document if isinstance(sent.document, dict) else {}
    properties = patch.get("properties")
    changed = properties if isinstance(properties, dict) else {}
    if "households" in changed and "estimated" not in changed:
        # Whoever says how many there are has counted.
        document["properties"]["estimated"] = False
    if patch.get("id", stored.id) != stored.id:
        wrong = RowError("body", "/id", str(patch["id"])[:100], "stays as it is; leave it out")
        raise BadInput("What a building is known by cannot change", "see errors", errors=[wrong])
    moved = "geometry" in patch
    wanted, _ = read_feature(patched(document, sent.document), sent.crs if moved else CRS84)
    if not moved:
        wanted = replace(wanted, geometry=stored.geometry)
    return wanted if "people" in changed else replace(wanted, people=stored.people)


def _locked(caller: Caller, settings: Settings, fid: str, matched: str | None) -> tuple[Stored, str]:
    """Return the building to be changed, and its text; it is as whoever changes it has read it.

    Raises
    ------
    NotFound
        The same where there is none and where it is out of sight.
    Unconditional, Stale
        When the change does not say on which state it was made, or that state is over.
    """
    stored = writing.lock_building(caller.conn, int(feature_id(BUILDINGS, fid)), writer_of(caller))
    if stored is None:
        raise no_feature(BUILDINGS, fid)
    if matched is None:
        raise Unconditional("If-Match is missing", "expected the ETag of the building as it was read")
    text = _text(caller, settings, stored.id)
    tag = item_etag(text)
    tags = _TAG.findall(matched)
    if matched != "*" and not tags:
        wrong = RowError("header", "If-Match", matched[:100], f"expected an ETag such as {tag}")
        raise BadInput("If-Match cannot be read", "see errors", errors=[wrong])
    if matched != "*" and tag not in tags:
        raise Stale("The building has changed", f"read it again: its ETag is now {tag}")
    return stored, text


def _text(caller: Caller, settings: Settings, building_id: int) -> str:
    text = read_one(BUILDINGS, reading_of(caller, settings), Asked(), building_id)
    assert text is not None, "whoever may write a building may read it"
    return text


def _written(request: Request, caller: Caller, settings: Settings, fid: int, sent: Sent) -> Response:
    """Return a building as it is now, or only its ETag."""
    text = _text(caller, settings, fid)
    headers = {"ETag": item_etag(text)}
    if not sent.whole:
        return Response(status_code=204, headers=headers)
    headers["Preference-Applied"] = "return=representation"
    told = item_text(request, BUILDINGS, text, reading_of(caller, settings), str(fid))
    return GeoJson(told, headers=headers)


_ELSEWHERE: Final = {
    "areas": "areas are imported: `gis-grid import`",
    "roads": "roads are imported: `gis-grid import`",
    "water": "water is imported: `gis-grid import`",
    "grids": "grids are divided in drafts and published: /plan/ or /api/scenarios",
    "boundaries": "boundaries come of publishing a division: /plan/ or /api/scenarios",
    "incidents": "incidents are reported and moved by their workflow: /api/incidents",
    "hazards": "hazards are reported and moved by their workflow: /api/incidents",
}
"""Where what is read here is written."""
_MADE: Final = "the program makes them of what it is told elsewhere"


def _refuse(path: str, allowed: tuple[str, ...], detail: str) -> None:
    """Answer all other methods of a path with 405, and OPTIONS with those that there are."""
    listed = ", ".join([*allowed, "HEAD", "OPTIONS"])
    taken = {
        **({"Accept-Post": ", ".join(_GEOJSON)} if "POST" in allowed else {}),
        **({"Accept-Patch": ", ".join(_PATCH)} if "PATCH" in allowed else {}),
    }

    async def refused(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(headers={"Allow": listed, **taken})
        return problem(405, "Method Not Allowed", detail, headers={"Allow": listed})

    others = [one for one in (*_METHODS, "OPTIONS") if one not in allowed]
    router.add_route(f"/ogc{path}", refused, others, include_in_schema=False)


def _refuse_writing(collection: Collection) -> None:
    path, written = f"/collections/{collection.id}/items", collection is BUILDINGS
    detail = f"{collection.id} cannot be written here: {_ELSEWHERE.get(collection.id, _MADE)}"
    _refuse(path, ("GET", "POST") if written else ("GET",), "one at a time by its id" if written else detail)
    allowed = ("GET", "PUT", "PATCH", "DELETE") if written else ("GET",)
    one = "{fid}" if collection.integer_ids else "{fid:path}"
    _refuse(f"{path}/{one}", allowed, "a new one is sent to `items`" if written else detail)


for _collection in COLLECTIONS.values():
    _refuse_writing(_collection)
