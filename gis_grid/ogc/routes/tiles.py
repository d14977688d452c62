"""OGC API Tiles: the tiles of each collection, by its own permission, and of several in one."""

from dataclasses import replace
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit.errors import BadInput
from gis_grid.kit.features import Reading
from gis_grid.kit.http import AppSettings
from gis_grid.kit.revision import strong_tag
from gis_grid.kit.settings import Settings
from gis_grid.kit.tiles import RESPONSES, Place, answer, require_in_matrix
from gis_grid.ogc.intervals import interval_of
from gis_grid.ogc.routes.items import reading_of
from gis_grid.ogc.tiles import LAYERS, ON_THE_MAP, Layer, tile
from gis_grid.ogc.versions import layers_version, tag

router = APIRouter(prefix="/ogc", tags=["ogc"])

_TILE: Final = "/tiles/WebMercatorQuad/{zoom}/{row}/{column}"
_Sent = Annotated[str | None, Header(alias="If-None-Match")]


class TileQuery(BaseModel):
    """Tiles have one format."""

    model_config = ConfigDict(extra="forbid")

    f: Literal["mvt"] | None = Field(None, description="Format: mvt, with or without asking.")


class TimedTileQuery(TileQuery):
    """Of when the features of a tile are to be."""

    interval: str | None = Field(
        None,
        alias="datetime",
        max_length=100,
        description="RFC 3339 instant, date or interval, both ends included; `..` is an open end. Grids are "
        "those in force then, by default now.",
    )


class TilesQuery(TimedTileQuery):
    """Which layers are to be in a tile."""

    collections: str | None = Field(
        None, max_length=1000, description="Ids with commas; by default all that the map shows."
    )


def _add(layer: Layer) -> None:
    known = may(layer.collection.permission)  # type: ignore[arg-type]
    model = TimedTileQuery if layer.timed else TileQuery

    def read_tile(
        caller: Annotated[Caller, known],
        settings: AppSettings,
        query: Annotated[model, Query()],  # type: ignore[valid-type]
        *,
        zoom: int,
        row: int,
        column: int,
        if_none_match: _Sent = None,
    ) -> Response:
        reading = _reading(caller, settings, query)
        return _tile(reading, [layer], (zoom, row, column), if_none_match)

    router.get(
        f"/collections/{layer.name}{_TILE}",
        response_class=Response,
        responses=RESPONSES,
        name=f"{layer.name}_tile",
        description=f"One tile of {layer.collection.title.en.lower()} as a Mapbox Vector Tile.",
    )(read_tile)


@router.get(_TILE, response_class=Response, responses=RESPONSES, name="map_tile")
def read_map_tile(
    caller: Annotated[Caller, may(Permission.SEE_MAP)],
    settings: AppSettings,
    query: Annotated[TilesQuery, Query()],
    *,
    zoom: int,
    row: int,
    column: int,
    if_none_match: _Sent = None,
) -> Response:
    """One tile of several layers of the map as a Mapbox Vector Tile."""
    reading = _reading(caller, settings, query)
    return _tile(reading, _named(query.collections), (zoom, row, column), if_none_match)


def _named(collections: str | None) -> list[Layer]:
    known = {one.name: one for one in ON_THE_MAP}
    wanted = list(known) if collections is None else list(dict.fromkeys(collections.split(",")))
    for name in wanted:
        if name not in known:
            raise BadInput(
                "No such layer of the map", f"collections={name[:100]!r}; there are: {', '.join(known)}"
            )
    return [known[name] for name in wanted]


def _reading(caller: Caller, settings: Settings, query: TileQuery) -> Reading:
    reading = reading_of(caller, settings)
    asked = query.interval if isinstance(query, TimedTileQuery) else None
    return replace(reading, interval=None if asked is None else interval_of(asked, settings.tz))


def _tile(reading: Reading, layers: list[Layer], place: Place, if_none_match: str | None) -> Response:
    require_in_matrix(*place)
    tables = {table for one in layers for table in one.collection.layers}
    if tables:
        version = tag(layers_version(reading.conn, tables, reading.now))
        return answer(version, if_none_match, lambda: tile(reading, layers, place))
    found = tile(reading, layers, place)
    return answer(strong_tag(found), if_none_match, lambda: found)


for _layer in LAYERS.values():
    _add(_layer)
