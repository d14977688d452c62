"""OGC API Tiles: which tiles there are, for programs that read the standard, and for those of TileJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit.errors import BadInput, NotFound
from gis_grid.ogc import documents, links
from gis_grid.ogc import tile_documents as about
from gis_grid.ogc.html.pages import answer
from gis_grid.ogc.negotiating import Shown, language_of
from gis_grid.ogc.schemas import as_document
from gis_grid.ogc.tile_schemas import (
    TileJson,
    TileMatrixSet,
    TileMatrixSets,
    TileSet,
    TileSets,
)
from gis_grid.ogc.tiles import DESCRIBED, ON_THE_MAP, Layer
from gis_grid.reports.sentences import Lang  # noqa: TC001 - pydantic reads the annotations

if TYPE_CHECKING:
    from gis_grid.kit.features import Collection, Told

router = APIRouter(prefix="/ogc", tags=["ogc"])

CONFORMS: Final = (
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/collections-selection",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/tilesetmetadata",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilesetmetadata",
)
"""Classes that these routes, and those of the tiles themselves, fulfil."""

_Reader = Annotated[Caller, may(Permission.SEE_MAP)]
_NO_COLLECTION: Final[dict[int | str, dict[str, Any]]] = {404: {"description": "It has no tiles"}}


class AsJson(BaseModel):
    """These documents have one format."""

    model_config = ConfigDict(extra="forbid")

    f: Literal["json"] | None = Field(None, description="Format: json, with or without asking.")
    lang: Lang | None = Field(None, description="Language; without it, what `Accept-Language` prefers.")


class TileJsonQuery(AsJson):
    """Of when the features are to be."""

    interval: str | None = Field(
        None, alias="datetime", max_length=100, description="Goes into the addresses of the tiles."
    )


_Asked = Annotated[AsJson, Query()]
_Shown = Annotated[Shown, Query()]
_OR_PAGE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {links.HTML: {"schema": {"type": "string"}}}}
}
_AskedTileJson = Annotated[TileJsonQuery, Query()]


@router.get("/tileMatrixSets", response_model=TileMatrixSets, responses=_OR_PAGE)
def read_tile_matrix_sets(caller: _Reader, request: Request, shown: _Shown) -> Response:
    """List the ways in which the world is cut into tiles: one."""
    document = TileMatrixSets(tileMatrixSets=[about.matrix_set_item(links.base(request))])
    return answer(request, shown, caller, as_document(document), "matrix_sets")


@router.get(f"/tileMatrixSets/{about.QUAD}")
def read_tile_matrix_set(_: _Reader, asked: _Asked) -> TileMatrixSet:
    """Tell how WebMercatorQuad cuts the world into tiles."""
    return about.matrix_set()


@router.get("/tiles", response_model=TileSets, responses=_OR_PAGE)
def read_map_tile_sets(caller: _Reader, request: Request, shown: _Shown) -> Response:
    """List the tile sets of the whole map: one."""
    return _listed(request, shown, caller, "/tiles", about.MAP)


@router.get(f"/tiles/{about.QUAD}", response_model=TileSet, responses=_OR_PAGE)
def read_map_tile_set(caller: _Reader, request: Request, shown: _Shown) -> Response:
    """Describe the tiles of the whole map."""
    lang, box = shown.language(request), documents.own_box(caller)
    address = f"{links.base(request)}/ogc/tiles"
    document = about.tile_set(ON_THE_MAP, address, about.MAP, about.ABOUT_MAP, lang=lang, box=box)
    return answer(request, shown, caller, as_document(document), "tileset", collection=None)


@router.get(f"/tiles/{about.QUAD}/tilejson.json")
def read_map_tilejson(caller: _Reader, request: Request, asked: _AskedTileJson) -> TileJson:
    """Describe the tiles of the whole map as TileJSON."""
    lang, box = language_of(request, asked.lang), documents.own_box(caller)
    tiles = _tiles(request, "/ogc/tiles", asked)
    return about.tilejson(ON_THE_MAP, tiles, about.MAP, about.ABOUT_MAP, lang=lang, box=box)


@router.get(
    "/collections/{collection}/tiles", response_model=TileSets, responses={**_OR_PAGE, **_NO_COLLECTION}
)
def read_tile_sets(caller: _Reader, request: Request, collection: str, shown: _Shown) -> Response:
    """List the tile sets of a collection: one."""
    found = _drawn(caller, collection).collection
    return _listed(request, shown, caller, f"/collections/{collection}/tiles", found.title, found)


@router.get(
    f"/collections/{{collection}}/tiles/{about.QUAD}",
    response_model=TileSet,
    responses={**_OR_PAGE, **_NO_COLLECTION},
)
def read_tile_set(caller: _Reader, request: Request, collection: str, shown: _Shown) -> Response:
    """Describe the tiles of a collection."""
    layer = _drawn(caller, collection)
    lang, box = shown.language(request), documents.own_box(caller)
    address = f"{links.base(request)}/ogc/collections/{collection}/tiles"
    found = layer.collection
    document = about.tile_set([layer], address, found.title, found.about, lang=lang, box=box)
    return answer(request, shown, caller, as_document(document), "tileset", collection=found)


@router.get(f"/collections/{{collection}}/tiles/{about.QUAD}/tilejson.json", responses=_NO_COLLECTION)
def read_tilejson(caller: _Reader, request: Request, collection: str, asked: _AskedTileJson) -> TileJson:
    """Describe the tiles of a collection as TileJSON."""
    layer = _drawn(caller, collection)
    found = layer.collection
    if asked.interval is not None and not layer.timed:
        raise BadInput("Unknown parameter", f"datetime: the tiles of {collection} are of no time")
    lang, box = language_of(request, asked.lang), documents.own_box(caller)
    tiles = _tiles(request, f"/ogc/collections/{collection}/tiles", asked)
    return about.tilejson([layer], tiles, found.title, found.about, lang=lang, box=box)


def _listed(  # noqa: PLR0917 - what every document takes, and of which tiles
    request: Request,
    shown: Shown,
    caller: Caller,
    path: str,
    title: Told,
    collection: Collection | None = None,
) -> Response:
    base, lang = links.base(request), shown.language(request)
    item = about.tile_set_item(f"{base}/ogc{path}", title, lang)
    own = documents.self_links(base, f"/ogc{path}", item.title)
    document = TileSets(tilesets=[item], links=documents.shaped(own))
    return answer(request, shown, caller, as_document(document), "tilesets", collection=collection)


def _drawn(caller: Caller, collection: str) -> Layer:
    documents.get_readable(caller, collection)
    if collection not in DESCRIBED:
        raise NotFound("No tiles of this collection", f"{collection!r}; there are: {', '.join(DESCRIBED)}")
    return DESCRIBED[collection]


def _tiles(request: Request, path: str, asked: TileJsonQuery) -> str:
    address = f"{links.base(request)}{path}/{about.QUAD}/{{z}}/{{y}}/{{x}}"
    return links.with_query(address, {"datetime": asked.interval})
