"""The documents about tiles: tile matrix sets, tile sets and TileJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gis_grid.kit.features import Shape, Told
from gis_grid.kit.tiles import MAX_ZOOM
from gis_grid.ogc import links
from gis_grid.ogc.crs import CRS84
from gis_grid.ogc.described import properties_of
from gis_grid.ogc.documents import shaped
from gis_grid.ogc.links import link
from gis_grid.ogc.negotiating import told
from gis_grid.ogc.tile_schemas import (
    BoundingBox,
    TileJson,
    TileLayer,
    TileMatrix,
    TileMatrixSet,
    TileMatrixSetItem,
    TileSet,
    TileSetItem,
    VectorLayer,
)
from gis_grid.ogc.tiles import LAST_ZOOM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.kit.features import Property
    from gis_grid.ogc.documents import Box
    from gis_grid.ogc.tiles import Layer
    from gis_grid.reports.sentences import Lang

QUAD: Final = "WebMercatorQuad"
_URI: Final = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{QUAD}"
_CRS: Final = "http://www.opengis.net/def/crs/EPSG/0/3857"
_SCALES: Final = "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible"
_TITLE: Final = "Google Maps Compatible for the World"
_HALF_WORLD_M: Final = 20037508.3427892
_PIXEL_M: Final = 0.00028
"""Of a screen, as the standard's scales are meant."""

_WORLD: Final = (-180.0, -85.0511287798066, 180.0, 85.0511287798066)
_TILE: Final = "{tileMatrix}/{tileRow}/{tileCol}"
_DIMENSIONS: Final = {Shape.POINT: 0, Shape.LINE: 1, Shape.LINES: 1, Shape.POLYGON: 2, Shape.POLYGONS: 2}
_BY_COMMUNITY: Final = Told("：各社区数量", " counted by community")

MAP: Final = Told("地图", "The map")
ABOUT_MAP: Final = Told("地图的全部图层，合在一个瓦片里", "All layers of the map, in one tile")


def matrix_set() -> TileMatrixSet:
    """Return the one way in which the world is cut into tiles here."""
    return TileMatrixSet(
        id=QUAD,
        title=_TITLE,
        uri=_URI,
        crs=_CRS,
        wellKnownScaleSet=_SCALES,
        tileMatrices=[_matrix(zoom) for zoom in range(MAX_ZOOM + 1)],
    )


def matrix_set_item(base: str) -> TileMatrixSetItem:
    """Return it as the list of them has it."""
    address = f"{base}/ogc/tileMatrixSets/{QUAD}"
    own = shaped([link("self", address, links.JSON, _TITLE)])
    return TileMatrixSetItem(id=QUAD, title=_TITLE, uri=_URI, crs=_CRS, links=own)


def _matrix(zoom: int) -> TileMatrix:
    cell = 2 * _HALF_WORLD_M / 256 / 2**zoom
    return TileMatrix(
        id=str(zoom),
        scaleDenominator=cell / _PIXEL_M,
        cellSize=cell,
        pointOfOrigin=(-_HALF_WORLD_M, _HALF_WORLD_M),
        matrixWidth=2**zoom,
        matrixHeight=2**zoom,
    )


def tile_set_item(address: str, title: Told, lang: Lang) -> TileSetItem:
    """Return a tile set of layers as the list of them has it; `address` is that of the list."""
    return TileSetItem(title=told(title, lang), crs=_CRS, tileMatrixSetURI=_URI, links=_links(address, lang))


def tile_set(
    layers: Sequence[Layer], address: str, title: Told, about: Told, *, lang: Lang, box: Box | None
) -> TileSet:
    """Return what is told of a tile set; `box` is that of the caller's own areas."""
    corners = None if box is None else BoundingBox(lowerLeft=box[:2], upperRight=box[2:], crs=CRS84.uri)
    return TileSet(
        **tile_set_item(address, title, lang).model_dump(),
        description=told(about, lang),
        layers=[found for one in layers for found in _layers(one, lang)],
        boundingBox=corners,
    )


def _links(address: str, lang: Lang) -> list[Any]:
    base = address.partition("/ogc")[0]
    own = f"{address}/{QUAD}"
    tiles = told(Told("瓦片", "Tiles"), lang)
    return shaped(
        [
            link("self", own, links.JSON),
            link("alternate", f"{own}?f=html", links.HTML),
            link("item", f"{own}/{_TILE}", links.MVT, tiles, templated=True),
            link("describedby", f"{own}/tilejson.json", links.JSON, "TileJSON"),
            link(links.TILING_SCHEME, f"{base}/ogc/tileMatrixSets/{QUAD}", links.JSON, _TITLE),
        ]
    )


def _layers(layer: Layer, lang: Lang) -> list[TileLayer]:
    collection = layer.collection
    near = TileLayer(
        id=layer.name,
        title=told(collection.title, lang),
        description=told(collection.about, lang),
        geometryDimension=_DIMENSIONS.get(collection.shape),
        minTileMatrix=str(layer.near_zoom),
        maxTileMatrix=str(MAX_ZOOM),
        propertiesSchema=_schema(layer, layer.properties, lang),
    )
    if layer.far is None:
        return [near]
    counted = told(collection.title, lang) + told(_BY_COMMUNITY, lang)
    far = TileLayer(
        id=layer.far,
        title=counted,
        description=counted,
        geometryDimension=0,
        minTileMatrix=str(layer.first_zoom),
        maxTileMatrix=str(layer.near_zoom - 1),
        propertiesSchema=_schema(layer, layer.properties_far, lang),
    )
    return [far, near]


def _schema(layer: Layer, properties: Sequence[Property], lang: Lang) -> dict[str, Any]:
    return {"type": "object", "properties": properties_of(layer.collection, properties, lang)}


def tilejson(
    layers: Sequence[Layer], tiles: str, title: Told, about: Told, *, lang: Lang, box: Box | None
) -> TileJson:
    """Return the TileJSON of some layers, whose tiles are at an address with z, x and y to fill in."""
    return TileJson(
        name=told(title, lang),
        description=told(about, lang),
        tiles=[tiles],
        minzoom=min(one.first_zoom for one in layers),
        maxzoom=LAST_ZOOM,
        bounds=_WORLD if box is None else box,
        vector_layers=[found for one in layers for found in _vector_layers(one, lang)],
    )


def _vector_layers(layer: Layer, lang: Lang) -> list[VectorLayer]:
    return [
        VectorLayer(
            id=one.id,
            description=one.title,
            minzoom=int(one.minTileMatrix),
            maxzoom=min(int(one.maxTileMatrix), LAST_ZOOM),
            fields={name: about["title"] for name, about in one.propertiesSchema["properties"].items()},
        )
        for one in _layers(layer, lang)
    ]
