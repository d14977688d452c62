"""OGC API Styles, as far as a map needs it: which styles there are, and each for MapLibre."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.ogc import links, styles
from gis_grid.ogc.html.pages import answer
from gis_grid.ogc.negotiating import Shown, told
from gis_grid.ogc.schemas import LinkShape  # noqa: TC001 - pydantic reads the annotations

router = APIRouter(prefix="/ogc", tags=["ogc"])

CONFORMS: Final = (
    "http://www.opengis.net/spec/ogcapi-styles-1/0.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-styles-1/0.0/conf/mapbox-style",
)
"""Classes of the draft that hold here; styles are not written over HTTP."""

_Reader = Annotated[Caller, may(Permission.SEE_MAP)]
_OR_PAGE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {links.HTML: {"schema": {"type": "string"}}}}
}


class AsJson(BaseModel):
    """Styles have one format."""

    model_config = ConfigDict(extra="forbid")

    f: Literal["json"] | None = Field(None, description="Format: json, with or without asking.")


class StyleShape(BaseModel):
    """A style in the list."""

    id: str
    title: str
    links: list[LinkShape]


class Styles(BaseModel):
    """The styles there are."""

    styles: list[StyleShape]
    default: str = Field(description="The one for who has no wish.")
    links: list[LinkShape]


@router.get("/styles", response_model=Styles, responses=_OR_PAGE)
def read_styles(caller: _Reader, request: Request, shown: Annotated[Shown, Query()]) -> Response:
    """List the styles of the map: by day, by night, for paper."""
    base, lang = links.base(request), shown.language(request)
    titles = {name: told(styles.title_of(name), lang) for name in styles.STYLES}
    document = {
        "styles": [
            {"id": name, "title": title, "links": styles.style_links(base, name, title)}
            for name, title in titles.items()
        ],
        "default": styles.STYLES[0],
        "links": [
            links.link("self", f"{base}/ogc/styles", links.JSON),
            links.link("alternate", f"{base}/ogc/styles?f=html", links.HTML),
        ],
    }
    return answer(request, shown, caller, document, "styles")


@router.get("/styles/{style}", response_class=Response, responses={200: {"content": {styles.MAPBOX: {}}}})
def read_style(_: _Reader, request: Request, style: str, asked: Annotated[AsJson, Query()]) -> Response:
    """Return a complete style for MapLibre, with absolute addresses of the tiles; labels need no glyphs."""
    document = styles.style(style, links.base(request))
    return Response(json.dumps(document, ensure_ascii=False), media_type=styles.MAPBOX)
