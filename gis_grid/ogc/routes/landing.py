"""Documents about the service: the landing page, conformance, collections, the API's own description."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit.features import Told
from gis_grid.ogc import documents, links
from gis_grid.ogc.html.pages import answer
from gis_grid.ogc.negotiating import Shown, told
from gis_grid.ogc.routes import items, schemas, styles, tilesets, writing
from gis_grid.ogc.schemas import Collections, CollectionShape, Conformance, Landing, as_document

router = APIRouter(prefix="/ogc", tags=["ogc"])

CONFORMS: Final = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/html",
    # The document is OpenAPI 3.1, for which only the draft of Features 1.1 has a class.
    "http://www.opengis.net/spec/ogcapi-features-1/1.1/conf/oas31",
)
"""Classes that these routes fulfil; each file of routes has its own."""

PARTS: Final = (
    items,
    schemas,
    tilesets,
    styles,
    writing,
)

_Reader = Annotated[Caller, may(Permission.SEE_MAP)]
_Asked = Annotated[Shown, Query()]
_OR_PAGE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {links.HTML: {"schema": {"type": "string"}}}}
}
_API: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {
            links.OPENAPI.partition(";")[0]: {"schema": {"type": "object"}},
            **_OR_PAGE[200]["content"],
        }
    }
}


@router.get("/", include_in_schema=False)
@router.get("", response_model=Landing, responses=_OR_PAGE, name="open_data")
def read_landing(caller: _Reader, request: Request, shown: _Asked) -> Response:
    """Begin here: what the service is, and where everything is."""
    base, lang = links.base(request), shown.language(request)
    title = told(documents.TITLE, lang)
    found = [*documents.self_links(base, "/ogc", title), *documents.landing_links(base, lang)]
    document = Landing(title=title, description=told(documents.ABOUT, lang), links=documents.shaped(found))
    readable = documents.readable(caller) if shown.wants_page(request) else []
    return answer(
        request, shown, caller, as_document(document), "landing", collections=readable, address=f"{base}/ogc"
    )


@router.get("/conformance", response_model=Conformance, responses=_OR_PAGE)
def read_conformance(caller: _Reader, request: Request, shown: _Asked) -> Response:
    """Name the classes of standards that hold here."""
    classes = {*CONFORMS, *(one for part in PARTS for one in part.CONFORMS)}
    document = Conformance(conformsTo=sorted(classes))
    return answer(request, shown, caller, as_document(document), "conformance")


@router.get("/collections", response_model=Collections, responses=_OR_PAGE)
def read_collections(caller: _Reader, request: Request, shown: _Asked) -> Response:
    """List the collections that one may read."""
    base, lang = links.base(request), shown.language(request)
    box = documents.own_box(caller)
    readable = documents.readable(caller)
    # A person reads how the others are asked; a program opens whatever is here.
    shown_here = [one for one in readable if one.listed or shown.wants_page(request)]
    found = [documents.collection_document(one, links.root(request), lang, box) for one in shown_here]
    needing = {one.id for one in readable if not one.listed}
    title = told(Told("数据集", "Collections"), lang)
    own = documents.shaped(documents.self_links(base, "/ogc/collections", title))
    document = Collections(links=own, collections=found)
    return answer(request, shown, caller, as_document(document), "collections", needing=needing)


@router.get("/collections/{collection}", response_model=CollectionShape, responses=_OR_PAGE)
def read_collection(caller: _Reader, request: Request, shown: _Asked, collection: str) -> Response:
    """Describe a collection."""
    found = documents.get_readable(caller, collection)
    box = documents.own_box(caller)
    document = documents.collection_document(found, links.root(request), shown.language(request), box)
    return answer(request, shown, caller, as_document(document), "collection", collection=found)


@router.get("/api", response_class=Response, responses=_API)
def read_api(caller: _Reader, request: Request, shown: _Asked) -> Response:
    """Describe every route of the program, as OpenAPI 3.1."""
    document: dict[str, Any] = request.app.openapi()
    groups: dict[str, list[tuple[str, str, dict[str, Any]]]] = {"ogc": []}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            groups.setdefault(operation.get("tags", ["-"])[0], []).append((path, method, operation))
    # GDAL 3.6 takes 3.1 for no JSON, and names plain JSON among what it takes.
    accepted = request.headers.get("accept", "")
    plain = "application/json" in accepted and "version=3.1" not in accepted
    kind = links.JSON if plain else links.OPENAPI
    return answer(request, shown, caller, document, "api", media_type=kind, groups=groups)
