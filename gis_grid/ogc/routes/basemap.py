"""The town's base map as one file of tiles, of which clients read the parts they need."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Response
from fastapi.responses import FileResponse

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit.errors import NotFound
from gis_grid.kit.http import AppSettings  # noqa: TC001 - FastAPI reads the annotations
from gis_grid.kit.revision import is_current

router = APIRouter(tags=["ogc"])

PMTILES: Final = "application/vnd.pmtiles"
_HEADERS: Final = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {PMTILES: {}}, "description": "The file"},
    206: {"content": {PMTILES: {}}, "description": "The bytes that `Range` asks for"},
    304: {"description": "The file that the client has is still right"},
    404: {"description": "No base map has been built: `gis-grid basemap build`"},
    416: {"description": "No such bytes"},
}


@router.get("/basemap/town.pmtiles", response_class=Response, responses=_ANSWERS)
def read_basemap(
    _: Annotated[Caller, may(Permission.SEE_MAP)],
    settings: AppSettings,
    *,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Return the base map (PMTiles with roads and water, the same for everybody), or a range of its bytes."""
    try:
        found = settings.basemap.stat()
    except FileNotFoundError:
        raise NotFound("No base map has been built", "`gis-grid basemap build` makes one") from None
    # A new file is another file (it is renamed into place), so its time and size are a strong version of it.
    version = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
    headers = {**_HEADERS, "ETag": version}
    if is_current(version, if_none_match):
        return Response(status_code=304, headers=headers)
    return FileResponse(settings.basemap, headers=headers, media_type=PMTILES, stat_result=found)
