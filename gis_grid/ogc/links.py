"""Links of every document under /ogc: absolute, since clients keep them, and right behind a proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NotRequired, TypedDict
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from gis_grid.kit.settings import Settings

JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
HTML: Final = "text/html"
SCHEMA: Final = "application/schema+json"
MVT: Final = "application/vnd.mapbox-vector-tile"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.1"

_RELATIONS: Final = "http://www.opengis.net/def/rel/ogc/1.0"
DATA: Final = f"{_RELATIONS}/data"
QUERYABLES: Final = f"{_RELATIONS}/queryables"
SCHEMA_OF: Final = f"{_RELATIONS}/schema"
TILESETS: Final = f"{_RELATIONS}/tilesets-vector"
TILING_SCHEME: Final = f"{_RELATIONS}/tiling-scheme"
TILING_SCHEMES: Final = f"{_RELATIONS}/tiling-schemes"
STYLES: Final = f"{_RELATIONS}/styles"
"""Relations that are not registered with IANA but named by OGC."""


class Link(TypedDict):
    """One link, as OGC API documents have them."""

    rel: str
    href: str
    type: NotRequired[str]
    title: NotRequired[str]
    templated: NotRequired[bool]


def base(request: Request) -> str:
    """Return what all addresses begin with, without a slash at the end: scheme, host and port.

    Behind a proxy it is the public address that the operator has set, whatever the request claims; a
    header such as `X-Forwarded-Host` could lead clients, with their tokens, to another host.
    """
    settings: Settings = request.app.state.settings
    return settings.public_url or str(request.base_url).rstrip("/")


def root(request: Request) -> str:
    """Return the address of the service that is asked: of all collections, or of one worker's tracks."""
    return f"{base(request)}{quote(root_path(request))}"


def root_path(request: Request) -> str:
    """Return the path of the service that is asked."""
    parts = request.scope["path"].split("/")
    return "/".join(parts[:6] if parts[2:3] == ["tracks"] else parts[:2])


def link(rel: str, href: str, type: str = "", title: str = "", *, templated: bool = False) -> Link:  # noqa: A002 - it is called so in the document
    """Return a link to an address of `base`; its type and title are left out where there are none."""
    made: Link = {"rel": rel, "href": href}
    if type:
        made["type"] = type
    if title:
        made["title"] = title
    if templated:
        made["templated"] = True
    return made


def asked_again(request: Request, **changed: str | int | None) -> str:
    """Return the address asked for with parts of its query changed; ``None`` leaves one out."""
    query = {**request.query_params, **changed}
    return with_query(f"{base(request)}{quote(request.scope['path'])}", query)


def with_query(address: str, query: Mapping[str, str | int | None]) -> str:
    """Return an address with a query of the given values; ``None`` is none."""
    given = {name: value for name, value in query.items() if value is not None}
    return f"{address}?{urlencode(given)}" if given else address
