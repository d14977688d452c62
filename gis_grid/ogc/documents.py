"""The documents about the service and its collections: who reads decides which collections there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.accounts import scope
from gis_grid.accounts.roles import Permission
from gis_grid.grids.service import areas as grids
from gis_grid.kit.errors import NotAllowed, NotFound
from gis_grid.kit.features import Told
from gis_grid.ogc import links
from gis_grid.ogc.collections import COLLECTIONS
from gis_grid.ogc.crs import CRS84, URIS
from gis_grid.ogc.export.formats import formats_of
from gis_grid.ogc.links import Link, link
from gis_grid.ogc.negotiating import told
from gis_grid.ogc.schemas import CollectionShape, Extent, LinkShape, Spatial, Temporal
from gis_grid.ogc.tiles import DESCRIBED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.accounts.http import Caller
    from gis_grid.kit.features import Collection
    from gis_grid.reports.sentences import Lang

GREGORIAN: Final = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"

TITLE: Final = Told("网格图开放数据", "GIS Grid open data")
ABOUT: Final = Told(
    "网格、建筑、道路、事件与巡查，以 OGC API 提供给任何 GIS 软件和程序；每个人只看到自己范围内的。",
    "Grids, buildings, roads, incidents and patrols by OGC API, for any GIS and any program; everybody sees "
    "what lies in their own areas.",
)
_QUERYABLES: Final = Told("可筛选的属性", "What filters may name")
_TRACKS: Final = Told("一名网格员若干天的轨迹", "Tracks of one worker on some days")
_SCHEMA: Final = Told("属性", "Properties")
_TILES: Final = Told("矢量瓦片", "Vector tiles")
_TILING: Final = Told("瓦片划分方式", "How the world is cut into tiles")

Box = tuple[float, float, float, float]


def readable(caller: Caller) -> list[Collection]:
    """Return the collections that a caller may read, in their order."""
    wanted = {Permission(one.permission) for one in COLLECTIONS.values()}
    held = scope.held(caller.conn, caller.credential, wanted, back_to=Permission.SEE_MAP)
    return [one for one in COLLECTIONS.values() if one.permission in held]


def get_readable(caller: Caller, name: str) -> Collection:
    """Return a collection that a caller may read.

    Raises
    ------
    NotFound
        When there is none of this name, with those there are.
    NotAllowed
        When it is not theirs to read.
    """
    collection = COLLECTIONS.get(name)
    if collection is None:
        raise NotFound("No such collection", f"{name!r}; there are: {', '.join(COLLECTIONS)}")
    permission = Permission(collection.permission)
    if not scope.held(caller.conn, caller.credential, [permission], back_to=Permission.SEE_MAP):
        raise NotAllowed("Not allowed", f"{name} needs the permission {permission.value}")
    return collection


def landing_links(base: str, lang: Lang) -> list[Link]:
    """Return what the landing page leads to."""
    return [
        *service_links(base, f"{base}/ogc", lang),
        link(
            "related",
            f"{base}/ogc/tracks/{{worker}}/{{first}}/{{last}}",
            links.JSON,
            told(_TRACKS, lang),
            templated=True,
        ),
        *_both(links.STYLES, f"{base}/ogc/styles", told(Told("地图样式", "Styles of the map"), lang)),
        *_both(links.TILESETS, f"{base}/ogc/tiles", told(_TILES, lang)),
        *_both(links.TILING_SCHEMES, f"{base}/ogc/tileMatrixSets", told(_TILING, lang)),
    ]


def service_links(base: str, root: str, lang: Lang) -> list[Link]:
    """Return what every landing page leads to: `base` has the description of all, `root` is its own."""
    return [
        link("service-desc", f"{base}/ogc/api", links.OPENAPI, "OpenAPI 3.1"),
        link("service-doc", f"{base}/ogc/api?f=html", links.HTML, told(Told("接口说明", "The API"), lang)),
        *_both("conformance", f"{root}/conformance", told(Told("遵循的标准", "Conformance"), lang)),
        *_both("data", f"{root}/collections", told(Told("数据集", "Collections"), lang)),
    ]


def collection_document(collection: Collection, root: str, lang: Lang, box: Box | None) -> CollectionShape:
    """Return what is told of a collection of a service; `box` is that of the caller's own areas."""
    own = f"{root}/collections/{collection.id}"
    title = told(collection.title, lang)
    spatial = None if box is None else Spatial(bbox=[box], crs=CRS84.uri)
    # When the features really are would be data: it is said with them, within their permission.
    temporal = None if collection.time is None else Temporal(interval=[(None, None)], trs=GREGORIAN)
    return CollectionShape(
        id=collection.id,
        title=title,
        description=told(collection.about, lang),
        links=shaped(
            [
                *_both("self", own, title, page="alternate"),
                *_both("items", f"{own}/items", title, links.GEOJSON),
                *_both(links.QUERYABLES, f"{own}/queryables", told(_QUERYABLES, lang), links.SCHEMA),
                *_both(links.SCHEMA_OF, f"{own}/schema", told(_SCHEMA, lang), links.SCHEMA),
                *(
                    _both(links.TILESETS, f"{own}/tiles", told(_TILES, lang))
                    if collection.id in DESCRIBED
                    else []
                ),
                *(
                    link("enclosure", f"{own}/export?f={one.name}", one.media_type, told(one.about, lang))
                    for one in formats_of(collection)
                ),
            ]
        ),
        extent=Extent(spatial=spatial, temporal=temporal),
        crs=list(URIS),
        storageCrs=CRS84.uri,
    )


def own_box(caller: Caller) -> Box | None:
    """Return the box of a caller's own areas; it tells of nobody's data."""
    return grids.extent(caller.conn, caller.scope.areas)


def shaped(found: Sequence[Link]) -> list[LinkShape]:
    """Return links as documents have them."""
    return [LinkShape.model_validate(one) for one in found]


def self_links(base: str, path: str, title: str) -> list[Link]:
    """Return the links of a document to itself and to its page."""
    return _both("self", f"{base}{path}", title, page="alternate")


def _both(rel: str, href: str, title: str, kind: str = links.JSON, *, page: str = "") -> list[Link]:
    """Return the links to a document for programs and to its page, whose relation may be another one.

    Those for programs have no query: some (QGIS) append to them.
    """
    return [link(rel, href, kind, title), link(page or rel, f"{href}?f=html", links.HTML, title)]
