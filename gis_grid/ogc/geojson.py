"""GeoJSON documents around the texts of features: their links, counts and versions of headers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gis_grid.ogc import cursors, links

if TYPE_CHECKING:
    from fastapi import Request

    from gis_grid.kit.features import Collection, Reading
    from gis_grid.ogc.links import Link
    from gis_grid.ogc.pages import Page


def page_text(request: Request, collection: Collection, page: Page, reading: Reading) -> bytes:
    """Return a FeatureCollection in UTF-8: a page of features, with a link to the next one."""
    found = _links(request, collection)
    if page.last is not None:
        cursor = cursors.written(collection, request.query_params, page.last)
        found.append(links.link("next", links.asked_again(request, cursor=cursor), links.GEOJSON))
    stamp = reading.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    members: dict[str, Any] = {"type": "FeatureCollection", "timeStamp": stamp}
    if page.matched is not None:
        members["numberMatched"] = page.matched
    members |= {"numberReturned": page.returned, "links": found}
    return b'%s,"features":[%s]}' % (_text(members)[:-1].encode(), page.features)


def item_text(request: Request, collection: Collection, feature: str, reading: Reading, fid: str) -> str:
    """Return one feature with its links, to others too."""
    found = _links(request, collection)
    if collection.links is not None:
        found += [
            links.link(rel, f"{links.base(request)}/ogc/collections/{quote(other)}", links.GEOJSON)
            for rel, other in collection.links(reading, fid)
        ]
    return f'{feature[:-1]},"links":{_text(found)}}}'


def _links(request: Request, collection: Collection) -> list[Link]:
    return [
        links.link("self", links.asked_again(request), links.GEOJSON),
        links.link("alternate", links.asked_again(request, f="html"), links.HTML),
        links.link("collection", _address(request, collection), links.JSON, collection.title.en),
    ]


def _address(request: Request, collection: Collection) -> str:
    return f"{links.root(request)}/collections/{collection.id}"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
