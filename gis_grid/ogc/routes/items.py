"""Features of each collection, page by page and one by one: each collection has routes and a permission."""

from typing import Annotated

from fastapi import APIRouter, Query

from gis_grid.accounts.http import Caller, may
from gis_grid.kit import clock
from gis_grid.kit.errors import NotFound
from gis_grid.kit.features import Collection, Reading
from gis_grid.kit.http import AppSettings, GeoJson
from gis_grid.kit.settings import Settings
from gis_grid.ogc.asked import Asked
from gis_grid.ogc.collections import COLLECTIONS
from gis_grid.ogc.pages import read_one, read_page

router = APIRouter(prefix="/ogc", tags=["ogc"])


def _add(collection: Collection) -> None:
    known = may(collection.permission)  # type: ignore[arg-type]

    def read_items(
        caller: Annotated[Caller, known],
        settings: AppSettings,
        limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
    ) -> GeoJson:
        page = read_page(collection, reading_of(caller, settings), Asked(), limit=limit)
        return GeoJson('{"type":"FeatureCollection","features":[' + ",".join(page.features) + "]}")

    def read_item(caller: Annotated[Caller, known], settings: AppSettings, fid: str) -> GeoJson:
        wanted: int | str = int(fid) if collection.integer_ids else fid
        found = read_one(collection, reading_of(caller, settings), Asked(), wanted)
        if found is None:
            raise NotFound("No such feature", f"{collection.id}: {fid!r}")
        return GeoJson(found)

    path = f"/collections/{collection.id}/items"
    router.get(path, response_class=GeoJson, name=f"{collection.id}_items")(read_items)
    router.get(f"{path}/{{fid}}", response_class=GeoJson, name=f"{collection.id}_item")(read_item)


def reading_of(caller: Caller, settings: Settings) -> Reading:
    """Return what a caller reads with."""
    scope = caller.scope
    return Reading(caller.conn, scope.areas, scope.people, clock.now(), settings, scope.name, scope.worker_id)


for _collection in COLLECTIONS.values():
    _add(_collection)
