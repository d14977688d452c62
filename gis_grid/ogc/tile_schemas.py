"""JSON shapes of the documents about tiles: OGC's Tile Matrix Set and Tile Set Metadata 2.0, TileJSON 3.0."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from gis_grid.ogc.schemas import LinkShape  # noqa: TC001 - pydantic reads the annotations

# Members are called as the standards call them.
# ruff: noqa: N815


class TileMatrix(BaseModel):
    """The tiles of one zoom."""

    id: str
    scaleDenominator: float
    cellSize: float = Field(description="Metres of a pixel at the equator.")
    cornerOfOrigin: Literal["topLeft"] = "topLeft"
    pointOfOrigin: tuple[float, float]
    tileWidth: int = 256
    tileHeight: int = 256
    matrixWidth: int
    matrixHeight: int


class TileMatrixSet(BaseModel):
    """How the world is cut into tiles."""

    id: str
    title: str
    uri: str
    crs: str
    wellKnownScaleSet: str
    orderedAxes: tuple[str, str] = ("E", "N")
    tileMatrices: list[TileMatrix]


class TileMatrixSetItem(BaseModel):
    """A way to cut the world, in the list of them."""

    id: str
    title: str
    uri: str
    crs: str
    links: list[LinkShape]


class TileMatrixSets(BaseModel):
    """The ways to cut the world into tiles that there are."""

    tileMatrixSets: list[TileMatrixSetItem]


class TileLayer(BaseModel):
    """A layer of a tile set."""

    id: str
    title: str
    description: str
    dataType: Literal["vector"] = "vector"
    geometryDimension: int | None = Field(
        None, description="0 points, 1 lines, 2 polygons; left out if mixed."
    )
    minTileMatrix: str
    maxTileMatrix: str
    propertiesSchema: dict[str, Any] = Field(description="JSON Schema of the properties.")


class BoundingBox(BaseModel):
    """A box of longitude and latitude."""

    lowerLeft: tuple[float, float]
    upperRight: tuple[float, float]
    crs: str


class TileSetItem(BaseModel):
    """A tile set, in the list of them."""

    title: str
    dataType: Literal["vector"] = "vector"
    crs: str
    tileMatrixSetURI: str
    links: list[LinkShape]


class TileSet(TileSetItem):
    """A tile set."""

    description: str
    layers: list[TileLayer]
    boundingBox: BoundingBox | None = Field(
        None, description="Of the caller's own areas; left out for who has none."
    )


class TileSets(BaseModel):
    """The tile sets that there are."""

    tilesets: list[TileSetItem]
    links: list[LinkShape]


class VectorLayer(BaseModel):
    """A layer as TileJSON has it."""

    id: str
    description: str
    minzoom: int
    maxzoom: int
    fields: dict[str, str] = Field(description="What each property is.")


class TileJson(BaseModel):
    """What a map needs to know in order to ask for tiles (TileJSON 3.0.0)."""

    tilejson: Literal["3.0.0"] = "3.0.0"
    name: str
    description: str
    scheme: Literal["xyz"] = "xyz"
    tiles: list[str] = Field(description="Addresses with `{z}`, `{x}` and `{y}` to fill in.")
    minzoom: int
    maxzoom: int
    bounds: tuple[float, float, float, float] = Field(description="Of the caller's own areas.")
    vector_layers: list[VectorLayer]
