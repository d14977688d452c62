"""Pages of features: a table of one page of them, or one with its place and all that is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from gis_grid.ogc.export.formats import formats_of
from gis_grid.ogc.html.outline import outline
from gis_grid.ogc.html.pages import page
from gis_grid.ogc.links import root_path, with_query

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from fastapi import Request
    from fastapi.responses import HTMLResponse

    from gis_grid.accounts.http import Caller
    from gis_grid.kit.features import Collection
    from gis_grid.ogc.export.formats import Format
    from gis_grid.ogc.negotiating import Shown

_NO_FILTERS: Final = {"f", "lang", "theme", "limit", "cursor", "offset", "crs"}
"""Parameters that choose no features."""

MOST_DRAWN: Final = 500
"""Features on the small map of a page: its outline and the map each hold their whole geometry."""

_OF_DOCUMENT: Final = {"self", "alternate", "collection", "next", "prev"}


def items_page(
    request: Request,
    shown: Shown,
    caller: Caller,
    collection: Collection,
    document: Mapping[str, Any],
    *,
    tz: ZoneInfo,
) -> HTMLResponse:
    """Return a page of features.

    Parameters
    ----------
    document
        The GeoJSON FeatureCollection that programs get, with its links; coordinates in degrees.
    """
    found = document["features"]
    return page(
        request, shown, caller, "items",
        collection=collection, document=document, features=found, tz=tz,
        matched=document.get("numberMatched"),
        filters=[(name, value) for name, value in request.query_params.items() if name not in _NO_FILTERS],
        drawn=outline(one["geometry"] for one in found[:MOST_DRAWN]), places=_places(found[:MOST_DRAWN]),
        most_drawn=MOST_DRAWN,
        exports=_exports(request, collection),
    )  # fmt: skip


def item_page(
    request: Request,
    shown: Shown,
    caller: Caller,
    collection: Collection,
    feature: Mapping[str, Any],
    *,
    tz: ZoneInfo,
) -> HTMLResponse:
    """Return the page of a feature: the GeoJSON that programs get, with its links."""
    return page(
        request, shown, caller, "item",
        collection=collection, document=feature, feature=feature, tz=tz,
        drawn=outline([feature["geometry"]]), places=_places([feature]),
        others=[one for one in feature.get("links", ()) if one["rel"] not in _OF_DOCUMENT],
    )  # fmt: skip


def _exports(request: Request, collection: Collection) -> list[tuple[str, Format]]:
    """Return where all that is asked for is as a file, in each format."""
    chosen = {name: value for name, value in request.query_params.items() if name not in _NO_FILTERS}
    address = f"{quote(root_path(request))}/collections/{collection.id}/export"
    return [(with_query(address, {**chosen, "f": one.name}), one) for one in formats_of(collection)]


def _places(features: list[Any]) -> dict[str, Any]:
    """Return features as the map draws them: their geometry alone."""
    bare = [
        {"type": "Feature", "id": one["id"], "properties": {}, "geometry": one["geometry"]}
        for one in features
        if one["geometry"] is not None
    ]
    return {"type": "FeatureCollection", "features": bare}
