"""Features of each collection, page by page and one by one: each collection has routes and a permission."""

import json
import re
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Request, Response

from gis_grid.accounts.http import Caller, may
from gis_grid.kit import clock
from gis_grid.kit.errors import NotFound
from gis_grid.kit.features import Collection, Reading
from gis_grid.kit.http import AppSettings, GeoJson
from gis_grid.kit.revision import is_current
from gis_grid.kit.settings import Settings
from gis_grid.ogc import cursors, links
from gis_grid.ogc.asked import Asked
from gis_grid.ogc.collections import COLLECTIONS
from gis_grid.ogc.crs import CRS84
from gis_grid.ogc.filter import CLASSES
from gis_grid.ogc.geojson import item_text, page_text
from gis_grid.ogc.html.features import item_page, items_page
from gis_grid.ogc.page_answers import content_tag, counted_as, headers_of, reading_within, version_tag
from gis_grid.ogc.pages import Part, item_etag, read_one, read_page
from gis_grid.ogc.parameters import (
    MOST,
    ItemsQuery,
    OneQuery,
    asked_of,
    interval_asked,
    models_of,
    own_values,
)
from gis_grid.ogc.versions import layers_version, tag

router = APIRouter(prefix="/ogc", tags=["ogc"])

CONFORMS: Final = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    *CLASSES,
)
"""Classes that these routes fulfil."""

_ID: Final = re.compile("-?[0-9]{1,18}", re.ASCII)
ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {links.HTML: {"schema": {"type": "string"}}}},
    304: {"description": "What the client has is still right"},
}
ANSWERS_OF_ONE: Final[dict[int | str, dict[str, Any]]] = {
    **ANSWERS,
    404: {"description": "No such feature, or it may not be seen"},
}


def _add(collection: Collection) -> None:
    known = may(collection.permission)  # type: ignore[arg-type]
    models = models_of(collection)

    def read_items(
        caller: Annotated[Caller, known],
        settings: AppSettings,
        request: Request,
        query: Annotated[models.items, Query()],  # type: ignore[name-defined]
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        reading = reading_of(caller, settings, collection, query)
        return answer_page(Call(request, caller, if_none_match), collection, reading, query)

    def read_item(  # noqa: PLR0917 - FastAPI passes them by name
        caller: Annotated[Caller, known],
        settings: AppSettings,
        request: Request,
        fid: str,
        query: Annotated[models.one, Query()],  # type: ignore[name-defined]
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        reading = reading_of(caller, settings, collection, query)
        return answer_one(Call(request, caller, if_none_match), collection, reading, query, fid)

    path = f"/collections/{collection.id}/items"
    one = "{fid}" if collection.integer_ids else "{fid:path}"
    about = collection.about.en
    router.get(
        path,
        response_class=GeoJson,
        responses=ANSWERS,
        name=f"{collection.id}_items",
        description=f"{about}: a page of them.",
    )(read_items)
    router.get(
        f"{path}/{one}",
        response_class=GeoJson,
        responses=ANSWERS_OF_ONE,
        name=f"{collection.id}_item",
        description=f"{about}: one of them.",
    )(read_item)


@dataclass(frozen=True, slots=True)
class Call:
    """A request, who makes it, and which versions the client has already."""

    request: Request
    caller: Caller
    if_none_match: str | None


def answer_page(
    call: Call, collection: Collection, reading: Reading, query: ItemsQuery, *, skip: int = 0
) -> Response:
    """Return a page of features, or that the client has it; `skip` so many behind where it begins."""
    request, if_none_match = call.request, call.if_none_match
    asked = _drawn(asked_of(query, collection, reading.settings.tz), request, query)
    after = None if query.cursor is None else cursors.read(query.cursor, collection, request.query_params)
    version = _version(request, query, reading, collection)
    if version is not None and is_current(version, if_none_match):
        return Response(status_code=304, headers=headers_of(query, collection, version))
    known_as = version and counted_as(version, collection, request)
    part = Part(min(query.limit, MOST), after, skip)
    page = read_page(collection, reading, asked, part, known_as=known_as)
    version = version or content_tag(request, query, page)
    headers = headers_of(query, collection, version)
    if is_current(version, if_none_match) and not collection.looks:
        return Response(status_code=304, headers=headers)
    text = page_text(request, collection, page, reading)
    if not query.wants_page(request):
        return GeoJson(text, headers=headers)
    html = items_page(request, query, call.caller, collection, json.loads(text), tz=reading.settings.tz)
    html.headers.update(headers)
    return html


def answer_one(call: Call, collection: Collection, reading: Reading, query: OneQuery, fid: str) -> Response:
    """Return one feature, or that the client has it.

    Raises
    ------
    NotFound
        When there is none within sight.
    """
    request, if_none_match = call.request, call.if_none_match
    wanted = feature_id(collection, fid)
    asked = _drawn(asked_of(query, collection, reading.settings.tz), request, query)
    found = read_one(collection, reading, asked, wanted)
    if found is None:
        raise no_feature(collection, fid)
    wants_page = query.wants_page(request)
    version = tag(query.language(request).value, found) if wants_page else item_etag(found)
    headers = headers_of(query, collection, version)
    if is_current(version, if_none_match) and not collection.looks:
        return Response(status_code=304, headers=headers)
    text = item_text(request, collection, found, reading, fid)
    if not wants_page:
        return GeoJson(text, headers=headers)
    html = item_page(request, query, call.caller, collection, json.loads(text), tz=reading.settings.tz)
    html.headers.update(headers)
    return html


def reading_of(
    caller: Caller, settings: Settings, collection: Collection | None = None, query: OneQuery | None = None
) -> Reading:
    """Return what a caller reads with, and what is asked that the rows depend on."""
    return replace(
        reading_within(caller.scope, caller.conn, settings, clock.now()),
        interval=None if query is None else interval_asked(query, settings.tz),
        asked={} if query is None or collection is None else own_values(query, collection),
    )


def feature_id(collection: Collection, fid: str) -> int | str:
    """Return an id as the rows have it.

    Raises
    ------
    NotFound
        When no feature can have it.
    """
    if "\0" in fid or (collection.integer_ids and not _ID.fullmatch(fid)):
        raise no_feature(collection, fid)
    return int(fid) if collection.integer_ids else fid


def no_feature(collection: Collection, fid: str) -> NotFound:
    """Return what is told of a feature that does not exist, or that may not be seen."""
    return NotFound("No such feature", f"{collection.id}: {fid[:100]!r}")


def _drawn(asked: Asked, request: Request, query: OneQuery) -> Asked:
    """Return what is asked, in degrees where a page draws it."""
    return replace(asked, srid=CRS84.srid, flipped=CRS84.flipped) if query.wants_page(request) else asked


def _version(request: Request, query: OneQuery, reading: Reading, collection: Collection) -> str | None:
    """Return the ETag of a page before any of it is read; ``None`` where only its content tells."""
    if not collection.layers:
        return None
    version = layers_version(reading.conn, collection.layers, reading.now)
    # Who reads stands on a page.
    reader = (reading.caller,) if query.wants_page(request) else ()
    return version_tag(version, request, query, *reader)


for _collection in COLLECTIONS.values():
    if not _collection.looks:
        _add(_collection)
