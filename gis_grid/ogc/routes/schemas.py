"""What filters may name, and what features have: JSON Schema of each collection, or a page."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.ogc import described, documents, links
from gis_grid.ogc.html.pages import answer
from gis_grid.ogc.negotiating import Shown

router = APIRouter(prefix="/ogc/collections/{collection}", tags=["ogc"])

CONFORMS: Final = (
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/core-roles-features",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/returnables-and-receivables",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/queryables",
)
"""Classes that these routes fulfil."""

_Reader = Annotated[Caller, may(Permission.SEE_MAP)]
_Asked = Annotated[Shown, Query()]
ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {
            links.SCHEMA: {"schema": {"type": "object"}},
            links.HTML: {"schema": {"type": "string"}},
        },
        "description": "JSON Schema",
    },
    404: {"description": "No such collection"},
}


@router.get("/queryables", response_class=Response, responses=ANSWERS)
def read_queryables(caller: _Reader, request: Request, shown: _Asked, collection: str) -> Response:
    """Name what `filter` may ask of the features of a collection; each is a parameter of its own too."""
    found = documents.get_readable(caller, collection)
    address = f"{links.base(request)}/ogc/collections/{collection}/queryables"
    document = described.queryables(found, address, shown.language(request))
    return answer(request, shown, caller, document, "queryables", media_type=links.SCHEMA, collection=found)


@router.get("/schema", response_class=Response, responses=ANSWERS)
def read_schema(caller: _Reader, request: Request, shown: _Asked, collection: str) -> Response:
    """Describe the properties of the features of a collection: kind, unit, role."""
    found = documents.get_readable(caller, collection)
    address = f"{links.base(request)}/ogc/collections/{collection}/schema"
    document = described.schema(found, address, shown.language(request))
    return answer(request, shown, caller, document, "schema", media_type=links.SCHEMA, collection=found)
