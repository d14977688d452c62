"""Documents about the tracks of one worker: QGIS and GDAL begin here, as they cannot say whose they want."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit.errors import NotFound
from gis_grid.kit.features import Collection, Told
from gis_grid.kit.http import AppSettings
from gis_grid.ogc import described, documents, links
from gis_grid.ogc.html.pages import answer
from gis_grid.ogc.negotiating import Shown, told
from gis_grid.ogc.one_track import OF_TRACKS, PATH, OneTrack, one_track
from gis_grid.ogc.routes import items, landing, schemas
from gis_grid.ogc.schemas import Collections, CollectionShape, Conformance, Landing, as_document
from gis_grid.patrols.reading import worker_id_of

router = APIRouter(prefix=f"/ogc{PATH}", tags=["ogc"])

CONFORMS: Final = sorted({*landing.CONFORMS, *items.CONFORMS, *schemas.CONFORMS})
"""What holds of tracks: there are no tiles of them."""

_OR_PAGE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {links.HTML: {"schema": {"type": "string"}}}},
    404: {"description": "No such worker, or they may not be seen"},
}


_Caller = Annotated[Caller, may(Permission.SEE_TRACKS)]
_Track = Annotated[OneTrack, Depends(one_track)]
_Asked = Annotated[Shown, Query()]


@router.get("/", include_in_schema=False)
@router.get("", response_model=Landing, responses=_OR_PAGE, name="track_service")
def read_track_service(caller: _Caller, request: Request, track: _Track, shown: _Asked) -> Response:
    """Begin here with a worker's tracks of some days in a program that sends no parameters of ours."""
    worker_id_of(caller.conn, track.worker)
    root, lang = links.root(request), shown.language(request)
    title = track.title(lang)
    own = documents.self_links(root, "", title)
    found = [*own, *documents.service_links(links.base(request), root, lang)]
    document = Landing(title=title, description=told(_ABOUT, lang), links=documents.shaped(found))
    more: dict[str, Any] = {"collections": OF_TRACKS, "address": root}
    return answer(request, shown, caller, as_document(document), "landing", **more)


@router.get("/conformance", response_model=Conformance, responses=_OR_PAGE, name="track_conformance")
def read_track_conformance(caller: _Caller, request: Request, track: _Track, shown: _Asked) -> Response:
    """Name the classes of standards that hold here."""
    worker_id_of(caller.conn, track.worker)
    document = Conformance(conformsTo=CONFORMS)
    return answer(request, shown, caller, as_document(document), "conformance")


@router.get("/collections", response_model=Collections, responses=_OR_PAGE, name="track_collections")
def read_track_collections(
    caller: _Caller, settings: AppSettings, request: Request, track: _Track, shown: _Asked
) -> Response:
    """List the collections of these tracks."""
    worker_id_of(caller.conn, track.worker)
    root, lang, box = links.root(request), shown.language(request), documents.own_box(caller)
    found = [track.described(one, root, lang, box=box, tz=settings.tz) for one in OF_TRACKS]
    own = documents.shaped(documents.self_links(root, "/collections", track.title(lang)))
    document = Collections(links=own, collections=found)
    return answer(request, shown, caller, as_document(document), "collections", needing=set())


@router.get(
    "/collections/{collection}", response_model=CollectionShape, responses=_OR_PAGE, name="track_collection"
)
def read_track_collection(  # noqa: PLR0917 - FastAPI passes them by name
    caller: _Caller,
    settings: AppSettings,
    request: Request,
    track: _Track,
    collection: str,
    shown: _Asked,
) -> Response:
    """Describe a collection of these tracks."""
    found = _found(caller, track, collection)
    root, lang = links.root(request), shown.language(request)
    document = track.described(found, root, lang, box=documents.own_box(caller), tz=settings.tz)
    return answer(request, shown, caller, as_document(document), "collection", collection=found)


@router.get(
    "/collections/{collection}/queryables",
    response_class=Response,
    responses=schemas.ANSWERS,
    name="track_queryables",
)
def read_track_queryables(
    caller: _Caller, request: Request, track: _Track, collection: str, shown: _Asked
) -> Response:
    """Name what `filter` may ask of these tracks."""
    found = _found(caller, track, collection)
    address = f"{links.root(request)}/collections/{found.id}/queryables"
    document = described.queryables(found, address, shown.language(request))
    return answer(request, shown, caller, document, "queryables", media_type=links.SCHEMA, collection=found)


@router.get(
    "/collections/{collection}/schema",
    response_class=Response,
    responses=schemas.ANSWERS,
    name="track_schema",
)
def read_track_schema(
    caller: _Caller, request: Request, track: _Track, collection: str, shown: _Asked
) -> Response:
    """Describe the properties of these tracks."""
    found = _found(caller, track, collection)
    address = f"{links.root(request)}/collections/{found.id}/schema"
    document = described.schema(found, address, shown.language(request))
    return answer(request, shown, caller, document, "schema", media_type=links.SCHEMA, collection=found)


def _found(caller: Caller, track: OneTrack, name: str) -> Collection:
    """Return a collection of a worker's tracks.

    Raises
    ------
    NotFound
        When there is no such collection, or no such worker within sight.
    """
    worker_id_of(caller.conn, track.worker)
    for one in OF_TRACKS:
        if one.id == name:
            return one
    there_are = ", ".join(one.id for one in OF_TRACKS)
    raise NotFound("No such collection", f"{name[:100]!r}; there are: {there_are}")


_ABOUT: Final = Told(
    "一名网格员这些天的轨迹；每次查看都记入台账，网格员本人可见。",
    "Tracks of one worker on these days; every look is written into the ledger, and the worker can read it.",
)
